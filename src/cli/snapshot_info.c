/* snapshot_info.c: `chiwawa snapshot info`: a snapshot on one screen. */
#include "config.h"

#include "snapshot_tool.h"

#include "module/names.h"

#include <inttypes.h>
#include <stdio.h>
#include <time.h>

/* Frames that are shown at each end of the stack. */
#define SHOWN_FRAMES 8

static void print_about(const struct snapshot *snapshot, const char *path,
			const struct format_type *format)
{
	time_t seconds = (time_t)(snapshot->time / 1000000000u);
	struct tm *utc = gmtime(&seconds);
	char when[40] = "?";
	char hash[33];

	tool_hash(snapshot->module_hash, hash);
	if (utc != NULL)
		strftime(when, sizeof(when), "%Y-%m-%d %H:%M:%S UTC", utc);
	printf("%-12s %s (%s)\n", "snapshot", path, format->name);
	printf("%-12s %" PRIu64 " bytes, XXH3-128 %s\n", "module",
	       snapshot->module_size, hash);
	printf("%-12s %s by %s%s%s\n", "taken", when, snapshot->creator,
	       snapshot->host[0] != '\0' ? " on " : "", snapshot->host);
	printf("%-12s %s\n", "trigger", snapshot->trigger);
	if (snapshot->label[0] != '\0')
		printf("%-12s %s\n", "label", snapshot->label);
	printf("%-12s %s%s\n", "entry", snapshot->entry,
	       snapshot->phase == PHASE_START ? ", in the start function"
	       : snapshot->phase == PHASE_INITIALIZE ? ", in _initialize"
						     : "");
	if (snapshot->trap[0] != '\0')
		printf("%-12s %s\n", "trap", snapshot->trap);
	if (snapshot->instructions > 0)
		printf("%-12s %" PRIu64 "\n", "instructions",
		       snapshot->instructions);
}

static void print_frames(const struct snapshot *snapshot,
			 const struct module *module)
{
	uint32_t i;

	char name[64];

	if (snapshot->call.is_pending) {
		snprintf(name, sizeof(name), "func[%u]", snapshot->call.func);
		if (module != NULL && snapshot->call.func < module->nfuncs)
			module_func_name(module, snapshot->call.func, name,
					 sizeof(name));
		printf("%-12s %s\n", "waits in", name);
	}
	printf("%-12s %u\n", "frames", snapshot->nframes);
	for (i = 0; i < snapshot->nframes; i++) {
		const struct snapshot_frame *frame =
			&snapshot->frames[snapshot->nframes - 1 - i];

		if (i == SHOWN_FRAMES && snapshot->nframes > 2 * SHOWN_FRAMES) {
			printf("%12s ...\n", "");
			i = snapshot->nframes - SHOWN_FRAMES - 1;
			continue;
		}
		snprintf(name, sizeof(name), "func[%u]", frame->func);
		if (module != NULL && frame->func < module->nfuncs)
			module_func_name(module, frame->func, name,
					 sizeof(name));
		printf("%12u %-32s 0x%06x  %u locals, %u operands\n", i, name,
		       frame->offset, frame->nlocals, frame->noperands);
	}
}

static void print_parts(const struct snapshot *snapshot)
{
	uint32_t i;

	printf("%-12s %u\n", "globals", snapshot->nglobals);
	for (i = 0; i < snapshot->ntables; i++)
		printf("%-12s %u: %u elements\n", "table", i,
		       snapshot->tables[i].size);
	for (i = 0; i < snapshot->nmemories; i++)
		printf("%-12s %u: %" PRIu64 " KiB, of which %" PRIu64
		       " KiB are saved; the rest is %s\n",
		       "memory", i, snapshot->memories[i].pages * 64,
		       tool_saved_bytes(&snapshot->memories[i]) / 1024,
		       snapshot->memories[i].base == BASE_INITIAL
			       ? "as in the module"
			       : "zero");
	for (i = 0; i < snapshot->nparts; i++)
		printf("%-12s %s: %u bytes\n", "part", snapshot->parts[i].name,
		       snapshot->parts[i].length);
}

static void print_fds(const struct snapshot *snapshot)
{
	static const char *const streams[] = {"standard input",
					      "standard output",
					      "standard error"};
	uint32_t i;

	for (i = 0; i < snapshot->nfds; i++) {
		const struct snapshot_fd *fd = &snapshot->fds[i];

		printf("%-12s %u: ", "descriptor", fd->fd);
		if (fd->kind == FD_STDIO)
			puts(fd->stdio < 3 ? streams[fd->stdio] : "?");
		else if (fd->kind == FD_PREOPEN)
			printf("directory \"%s\"\n", fd->root);
		else
			printf("\"%s\" in \"%s\" at %" PRIu64 " of %" PRIu64
			       "%s\n",
			       fd->path, fd->root, fd->offset, fd->size,
			       fd->flags & WASI_FDFLAG_APPEND ? ", append"
							      : "");
	}
}

int snapshot_info(const struct options *options)
{
	struct tool_input input;
	int status = tool_input_read(&input, tool_word(options, 0),
				     tool_word(options, 1));

	if (status == 0) {
		print_about(&input.snapshot, input.path, input.format);
		print_frames(&input.snapshot, input.module);
		print_parts(&input.snapshot);
		print_fds(&input.snapshot);
	}
	tool_input_fini(&input);
	return status;
}
