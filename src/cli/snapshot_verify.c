/* snapshot_verify.c: `chiwawa snapshot verify`: restores a snapshot and captures it again
 * at once; both encode to the same bytes when nothing was lost. */
#include "config.h"

#include "snapshot_tool.h"

#include "cli/guest.h"
#include "cli/overrides.h"
#include "snapshot/file.h"

#include <stdio.h>
#include <string.h>

#define EXIT_DIFFERENT 1

/* What an encoding is compared by. */
struct digest {
	uint8_t sum[STREAM_CHECKSUM_SIZE];
	uint64_t length;
};

static bool discard(void *context, const uint8_t *bytes, size_t length)
{
	(void)context;
	(void)bytes;
	(void)length;
	return true;
}

static enum error encode(const struct snapshot *snapshot,
			 const struct format_type *format,
			 struct digest *digest, struct report *report)
{
	struct plugin_choice choice = {0};
	struct sink *sink = sink_new(discard, NULL, report);
	enum error err;

	if (sink == NULL)
		return report_no_memory(report, sizeof(choice));
	err = format->encode(snapshot, &choice, sink, report);
	sink_checksum(sink, digest->sum);
	digest->length = sink_position(sink);
	sink_free(sink);
	return err;
}

/* What is about a snapshot and not in the guest is taken from the first; the clocks have
 * gone on. */
static void borrow_about(struct snapshot *again, const struct snapshot *first)
{
	again->creator = first->creator;
	again->host = first->host;
	again->trigger = first->trigger;
	again->label = first->label;
	again->time = first->time;
	again->parts = first->parts;
	again->nparts = first->nparts;
	again->compression = first->compression;
	memcpy(again->clocks, first->clocks, sizeof(again->clocks));
}

static void return_about(struct snapshot *again)
{
	again->creator = again->host = again->trigger = again->label = NULL;
	again->parts = NULL;
	again->nparts = 0;
}

/* Digests of the snapshot as it was read, and as captured from a guest. */
static enum error make_digests(struct tool_input *input, struct guest *guest,
			       struct digest digests[2],
			       struct report *report)
{
	struct snapshot *first = &input->snapshot, again;
	enum error err;

	TRY(overrides_apply(guest->options, first, report));
	TRY(encode(first, input->format, &digests[0], report));
	TRY(guest_restore(guest, first, report));
	err = snapshot_capture(guest->exec, guest->instance, guest->wasi,
			       &guest->invocation, &again, report);
	if (err == ERR_NONE) {
		borrow_about(&again, first);
		err = encode(&again, input->format, &digests[1], report);
		return_about(&again);
	}
	snapshot_fini(&again);
	return err;
}

static int verify(struct tool_input *input, struct guest *guest)
{
	struct digest digests[2] = {{{0}, 0}, {{0}, 0}};
	struct report report;

	report_init(&report);
	if (make_digests(input, guest, digests, &report) != ERR_NONE)
		return cli_fail(input->path, &report);
	if (digests[0].length == digests[1].length &&
	    memcmp(digests[0].sum, digests[1].sum, sizeof(digests[0].sum)) ==
		    0) {
		printf("%s: restores, and captured again it is the same\n",
		       input->path);
		return 0;
	}
	printf("%s: restores, but captured again it is different: its files "
	       "have changed, or it was not made by chiwawa\n",
	       input->path);
	return EXIT_DIFFERENT;
}

int snapshot_verify(const struct options *options)
{
	/* Code that counts has a place of its own for each safepoint, so that the frame is
	 * found again where it was. */
	struct guest guest = {.code_options = {.count = true}};
	struct tool_input input;
	struct report report;
	int status = tool_input_read(&input, tool_word(options, 1), NULL);

	report_init(&report);
	if (status == 0 &&
	    (guest_load(&guest, options, tool_word(options, 0), &report) !=
		     ERR_NONE ||
	     guest_make_machine(&guest, &report) != ERR_NONE))
		status = cli_fail(tool_word(options, 0), &report);
	if (status == 0)
		status = verify(&input, &guest);
	guest_fini(&guest);
	tool_input_fini(&input);
	return status;
}
