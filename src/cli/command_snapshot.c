/* command_snapshot.c: `chiwawa snapshot info|convert|diff`. */
#include "config.h"

#include "cli.h"

#include "base/alloc.h"
#include "module/names.h"
#include "plugin/registry.h"
#include "snapshot/file.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

/* Frames that info shows at each end of the stack. */
#define SHOWN_FRAMES 8

#define EXIT_DIFFERENT 1
#define EXIT_TROUBLE 2

static int usage(const char *text)
{
	struct report report;

	report_init(&report);
	report_error(&report, ERR_USAGE, "usage: chiwawa snapshot %s", text);
	return cli_fail(NULL, &report);
}

static uint64_t saved_bytes(const struct snapshot_memory *memory)
{
	uint64_t blocks = 0;
	uint32_t i;

	for (i = 0; i < memory->nruns; i++)
		blocks += memory->runs[i].count;
	return blocks * SNAPSHOT_BLOCK_SIZE;
}

/* ---- info ---- */

static void print_about(const struct snapshot *snapshot, const char *path,
			const struct format_type *format)
{
	time_t seconds = (time_t)(snapshot->time / 1000000000u);
	struct tm *utc = gmtime(&seconds);
	char when[40] = "?";
	int i;

	if (utc != NULL)
		strftime(when, sizeof(when), "%Y-%m-%d %H:%M:%S UTC", utc);
	printf("%-12s %s (%s)\n", "snapshot", path, format->name);
	printf("%-12s %" PRIu64 " bytes, XXH3-128 ", "module",
	       snapshot->module_size);
	for (i = 0; i < 16; i++)
		printf("%02x", snapshot->module_hash[i]);
	printf("\n%-12s %s by %s\n", "taken", when, snapshot->creator);
	printf("%-12s %s\n", "trigger", snapshot->trigger);
	if (snapshot->label[0] != '\0')
		printf("%-12s %s\n", "label", snapshot->label);
	printf("%-12s %s%s\n", "entry", snapshot->entry,
	       snapshot->phase == PHASE_START ? ", in the start function" : "");
	if (snapshot->instructions > 0)
		printf("%-12s %" PRIu64 "\n", "instructions",
		       snapshot->instructions);
}

static void print_frames(const struct snapshot *snapshot,
			 const struct module *module)
{
	uint32_t i;

	printf("%-12s %u\n", "frames", snapshot->nframes);
	for (i = 0; i < snapshot->nframes; i++) {
		const struct snapshot_frame *frame =
			&snapshot->frames[snapshot->nframes - 1 - i];
		char name[64];

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
		       " KiB are not zero, in %u runs\n",
		       "memory", i, snapshot->memories[i].pages * 64,
		       saved_bytes(&snapshot->memories[i]) / 1024,
		       snapshot->memories[i].nruns);
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

static enum error load_module(const char *path, uint8_t **bytes,
			      struct module **module, struct report *report)
{
	size_t size;

	TRY(cli_read_file(path, bytes, &size, report));
	return module_load(*bytes, size, module, report);
}

static int run_info(const struct options *options)
{
	const struct format_type *format;
	struct module *module = NULL;
	uint8_t *bytes = NULL;
	struct snapshot snapshot;
	struct report report;
	int status = 0;

	if (options->noperands < 3 || options->noperands > 4)
		return usage("info FILE [MODULE]");
	report_init(&report);
	if (snapshot_read_file(&snapshot, options->operands[2], &format,
			       &report) != ERR_NONE) {
		status = cli_fail(options->operands[2], &report);
	} else if (options->noperands == 4 &&
		   load_module(options->operands[3], &bytes, &module,
			       &report) != ERR_NONE) {
		status = cli_fail(options->operands[3], &report);
	} else {
		print_about(&snapshot, options->operands[2], format);
		print_frames(&snapshot, module);
		print_parts(&snapshot);
		print_fds(&snapshot);
	}
	snapshot_fini(&snapshot);
	module_free(module);
	alloc_free(bytes);
	return status;
}

/* ---- convert ---- */

static enum error convert(const char *from, const char *to_text,
			  const char *output, struct report *report)
{
	const struct format_type *format;
	struct plugin_choice choice;
	struct snapshot snapshot;
	enum error err = plugin_choice_parse(&choice, to_text, report);

	snapshot_init(&snapshot);
	format = err == ERR_NONE ? format_find(choice.name, report) : NULL;
	if (err == ERR_NONE && format == NULL)
		err = ERR_USAGE;
	if (err == ERR_NONE)
		err = plugin_choice_check(&choice, format->options, report);
	if (err == ERR_NONE)
		err = snapshot_read_file(&snapshot, from, NULL, report);
	if (err == ERR_NONE)
		err = snapshot_write_file(&snapshot, format, &choice, output,
					  report);
	snapshot_fini(&snapshot);
	plugin_choice_fini(&choice);
	return err;
}

static int run_convert(const struct options *options)
{
	const char *to = options_value(options, OPTION_TO);
	const char *output = options_value(options, OPTION_OUTPUT);
	struct report report;

	if (options->noperands != 3 || to == NULL)
		return usage("convert --to FORMAT FILE [-o OUT]");
	report_init(&report);
	if (convert(options->operands[2], to, output != NULL ? output : "-",
		    &report) != ERR_NONE)
		return cli_fail(options->operands[2], &report);
	return 0;
}

/* ---- diff ---- */

/* Prints the differences of one kind; the count says whether there were any. */
struct difference {
	unsigned long count;
};

static void differ(struct difference *difference, const char *part,
		   uint32_t index, uint64_t a, uint64_t b)
{
	if (a == b)
		return;
	difference->count++;
	printf("%s %u: 0x%" PRIx64 " 0x%" PRIx64 "\n", part, index, a, b);
}

static void diff_values(struct difference *difference, const char *part,
			const struct snapshot_value *a, uint32_t na,
			const struct snapshot_value *b, uint32_t nb)
{
	uint32_t i;

	for (i = 0; i < na && i < nb; i++)
		differ(difference, part, i, a[i].bits, b[i].bits);
	if (na != nb) {
		difference->count++;
		printf("%s: %u and %u of them\n", part, na, nb);
	}
}

static void diff_frames(struct difference *difference,
			const struct snapshot *a, const struct snapshot *b)
{
	uint32_t i;

	if (a->nframes != b->nframes) {
		difference->count++;
		printf("frames: %u and %u of them\n", a->nframes, b->nframes);
	}
	for (i = 0; i < a->nframes && i < b->nframes; i++) {
		const struct snapshot_frame *f = &a->frames[i];
		const struct snapshot_frame *g = &b->frames[i];
		char part[48];

		differ(difference, "function of frame", i, f->func, g->func);
		differ(difference, "offset of frame", i, f->offset, g->offset);
		snprintf(part, sizeof(part), "frame %u local", i);
		diff_values(difference, part, f->locals, f->nlocals, g->locals,
			    g->nlocals);
		snprintf(part, sizeof(part), "frame %u operand", i);
		diff_values(difference, part, f->operands, f->noperands,
			    g->operands, g->noperands);
	}
}

static void diff_memory(struct difference *difference, uint32_t index,
			const struct snapshot_memory *a,
			const struct snapshot_memory *b)
{
	uint64_t pages = a->pages < b->pages ? a->pages : b->pages;
	uint64_t size = pages << PAGE_SIZE_LOG2;
	uint64_t at, start = UINT64_MAX;

	differ(difference, "pages of memory", index, a->pages, b->pages);
	/* Decoders leave what is in no run zero, so all of it compares. */
	for (at = 0; at <= size; at++) {
		bool same = at == size || a->bytes[at] == b->bytes[at];

		if (!same && start == UINT64_MAX)
			start = at;
		if (same && start != UINT64_MAX) {
			difference->count++;
			printf("memory %u: 0x%" PRIx64 " to 0x%" PRIx64 "\n",
			       index, start, at - 1);
			start = UINT64_MAX;
		}
	}
}

static void diff_fds(struct difference *difference, const struct snapshot *a,
		     const struct snapshot *b)
{
	uint32_t i;

	if (a->nfds != b->nfds) {
		difference->count++;
		printf("descriptors: %u and %u of them\n", a->nfds, b->nfds);
		return;
	}
	for (i = 0; i < a->nfds; i++) {
		const struct snapshot_fd *f = &a->fds[i], *g = &b->fds[i];

		differ(difference, "descriptor", i, f->fd, g->fd);
		differ(difference, "kind of descriptor", f->fd, f->kind,
		       g->kind);
		differ(difference, "position of descriptor", f->fd, f->offset,
		       g->offset);
		differ(difference, "size of descriptor", f->fd, f->size,
		       g->size);
		if (strcmp(f->root, g->root) != 0 ||
		    strcmp(f->path, g->path) != 0) {
			difference->count++;
			printf("descriptor %u: \"%s\" \"%s\"\n", f->fd, f->path,
			       g->path);
		}
	}
}

static void diff(struct difference *difference, const struct snapshot *a,
		 const struct snapshot *b)
{
	uint32_t i, j;

	if (memcmp(a->module_hash, b->module_hash, sizeof(a->module_hash)) !=
	    0) {
		difference->count++;
		puts("modules differ");
	}
	diff_frames(difference, a, b);
	diff_values(difference, "global", a->globals, a->nglobals, b->globals,
		    b->nglobals);
	for (i = 0; i < a->ntables && i < b->ntables; i++) {
		const struct snapshot_table *t = &a->tables[i];
		const struct snapshot_table *u = &b->tables[i];

		differ(difference, "size of table", i, t->size, u->size);
		for (j = 0; j < t->size && j < u->size; j++)
			differ(difference, "table element", j, t->elements[j],
			       u->elements[j]);
	}
	for (i = 0; i < a->nelems && i < b->nelems; i++)
		differ(difference, "dropped element segment", i,
		       a->dropped_elems[i], b->dropped_elems[i]);
	for (i = 0; i < a->ndatas && i < b->ndatas; i++)
		differ(difference, "dropped data segment", i,
		       a->dropped_datas[i], b->dropped_datas[i]);
	for (i = 0; i < a->nmemories && i < b->nmemories; i++)
		diff_memory(difference, i, &a->memories[i], &b->memories[i]);
	diff_fds(difference, a, b);
}

static int run_diff(const struct options *options)
{
	struct difference difference = {0};
	struct snapshot a, b;
	struct report report;
	int status = EXIT_TROUBLE;

	if (options->noperands != 4)
		return usage("diff A B");
	report_init(&report);
	snapshot_init(&b);
	if (snapshot_read_file(&a, options->operands[2], NULL, &report) !=
	    ERR_NONE) {
		(void)cli_fail(options->operands[2], &report);
	} else if (snapshot_read_file(&b, options->operands[3], NULL,
				      &report) != ERR_NONE) {
		(void)cli_fail(options->operands[3], &report);
	} else {
		diff(&difference, &a, &b);
		status = difference.count > 0 ? EXIT_DIFFERENT : 0;
	}
	snapshot_fini(&a);
	snapshot_fini(&b);
	return status;
}

int command_snapshot(const struct options *options)
{
	static const struct {
		const char *name;
		int (*function)(const struct options *options);
	} tools[] = {{"info", run_info},
		     {"convert", run_convert},
		     {"diff", run_diff}};
	size_t i;

	for (i = 0; options->noperands > 1 && i < sizeof(tools) / sizeof(*tools);
	     i++)
		if (strcmp(options->operands[1], tools[i].name) == 0)
			return tools[i].function(options);
	return usage("info|convert|diff ...");
}
