/* command_snapshot.c: `chiwawa snapshot`: chooses the tool, and what all share. */
#include "config.h"

#include "snapshot_tool.h"

#include "base/alloc.h"
#include "snapshot/chunks.h"
#include "snapshot/file.h"
#include "snapshot/initial.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* Words before a tool's own. */
#define TOOL_WORDS 2

struct tool {
	const char *name;
	const char *arguments;
	size_t min, max;
	const char *options;
	const char *help;
	int (*function)(const struct options *options);
};

static const struct tool tools[] = {
#define TOOL(FUNCTION, NAME, ARGUMENTS, MIN, MAX, OPTIONS, HELP)               \
	{NAME, ARGUMENTS, MIN, MAX, OPTIONS, HELP, snapshot_##FUNCTION},
#include "snapshot_tools.def"
};

#define TOOL_COUNT (sizeof(tools) / sizeof(*tools))

/* ---- shared by the tools ---- */

const char *tool_word(const struct options *options, size_t n)
{
	return TOOL_WORDS + n < options->noperands
		       ? options->operands[TOOL_WORDS + n]
		       : NULL;
}

void tool_hash(const uint8_t hash[16], char text[33])
{
	int i;

	for (i = 0; i < 16; i++)
		snprintf(text + 2 * i, 3, "%02x", hash[i]);
}

uint64_t tool_saved_bytes(const struct snapshot_memory *memory)
{
	uint64_t blocks = 0;
	uint32_t i;

	for (i = 0; i < memory->nruns; i++)
		blocks += memory->runs[i].count;
	return blocks * SNAPSHOT_BLOCK_SIZE;
}

const char *tool_fd_kind(const struct snapshot_fd *fd)
{
	static const char *const names[] = {[FD_STDIO] = "stdio",
					    [FD_PREOPEN] = "preopen",
					    [FD_OPENED] = "opened"};

	return names[fd->kind];
}

static enum error read_module(struct tool_input *input, const char *path,
			      struct report *report)
{
	uint8_t hash[16];
	size_t size;

	TRY(cli_load_module(path, FEATURES_ALL, &input->bytes, &size,
			    &input->module, report));
	snapshot_hash_module(input->bytes, size, hash);
	if (memcmp(hash, input->snapshot.module_hash, sizeof(hash)) != 0 ||
	    size != input->snapshot.module_size)
		return report_error(report, ERR_WRONG_MODULE,
				    "the snapshot is of another module");
	/* The module's own memories are as large; a snapshot that says otherwise
	 * must not lead the image out of bounds. */
	for (size = 0; size < input->snapshot.nmemories; size++)
		if (size >= input->module->nmemories ||
		    input->snapshot.memories[size].pages <
			    input->module->memories[size].limits.min)
			return report_error(report, ERR_BAD_SNAPSHOT,
					    "memory %zu: its size is out of "
					    "limits",
					    size);
	return initial_fill(&input->snapshot, input->module, report);
}

int tool_input_read(struct tool_input *input, const char *path,
		    const char *module_path)
{
	struct report report;

	memset(input, 0, sizeof(*input));
	input->path = path;
	report_init(&report);
	if (snapshot_read_file(&input->snapshot, path, &input->format,
			       &report) != ERR_NONE)
		return cli_fail(path, &report);
	if (module_path != NULL &&
	    read_module(input, module_path, &report) != ERR_NONE)
		return cli_fail(module_path, &report);
	return 0;
}

void tool_input_fini(struct tool_input *input)
{
	snapshot_fini(&input->snapshot);
	module_free(input->module);
	alloc_free(input->bytes);
}

enum error tool_write(const struct options *options, struct snapshot *snapshot,
		      const struct format_type *format, struct report *report)
{
	const char *to = options_value(options, OPTION_TO);
	const char *compression =
		options_value(options, OPTION_SNAPSHOT_COMPRESS);
	const char *output = options_value(options, OPTION_OUTPUT);
	struct plugin_choice choice;
	enum error err;

	if (compression != NULL)
		TRY(compression_find(compression, &snapshot->compression,
				     report));
	err = plugin_choice_parse(&choice, to != NULL ? to : format->name,
				  report);
	if (err == ERR_NONE) {
		format = format_find(choice.name, report);
		err = format == NULL ? ERR_USAGE : ERR_NONE;
	}
	if (err == ERR_NONE)
		err = plugin_choice_check(&choice, format->options, report);
	if (err == ERR_NONE)
		err = snapshot_write_file(snapshot, format, &choice,
					  output != NULL ? output : "-", NULL,
					  report);
	plugin_choice_fini(&choice);
	return err;
}

enum error tool_write_bytes(const struct options *options, const void *bytes,
			    size_t length, struct report *report)
{
	const char *path = options_value(options, OPTION_OUTPUT);
	bool to_stdout = path == NULL || strcmp(path, "-") == 0;
	FILE *file = to_stdout ? stdout : fopen(path, "wb");
	bool failed;

	if (file == NULL)
		return report_error(report, ERR_IO, "%s: cannot create: %s",
				    path, strerror(errno));
	failed = fwrite(bytes, 1, length, file) != length;
	failed |= to_stdout ? fflush(file) != 0 : fclose(file) != 0;
	if (failed)
		return report_error(report, ERR_IO, "%s: cannot write: %s",
				    to_stdout ? "standard output" : path,
				    strerror(errno));
	return ERR_NONE;
}

/* ---- choosing ---- */

static void print_tools(void)
{
	size_t i;

	puts("usage: chiwawa snapshot TOOL ...\nTools (each has its --help):");
	for (i = 0; i < TOOL_COUNT; i++) {
		char left[64];

		snprintf(left, sizeof(left), "%s %s", tools[i].name,
			 tools[i].arguments);
		printf("  %-32s %s\n", left, tools[i].help);
	}
	puts("The manual is chiwawa-snapshot(1).");
}

static int run_tool(const struct tool *tool, const struct options *options)
{
	size_t words = options->noperands - TOOL_WORDS;
	struct report report;

	report_init(&report);
	if (options_has(options, OPTION_HELP)) {
		printf("usage: chiwawa snapshot %s %s\n%s\n", tool->name,
		       tool->arguments, tool->help);
		options_print(stdout, tool->options);
		return 0;
	}
	if (words < tool->min || words > tool->max)
		report_error(&report, ERR_USAGE,
			     "usage: chiwawa snapshot %s %s", tool->name,
			     tool->arguments);
	else
		options_check_use(options, tool->options, &report);
	return report.err != ERR_NONE ? cli_fail(NULL, &report)
				      : tool->function(options);
}

int command_snapshot(const struct options *options)
{
	const char *name =
		options->noperands > 1 ? options->operands[1] : NULL;
	char list[256] = "";
	struct report report;
	size_t i;

	if (name == NULL && options_has(options, OPTION_HELP)) {
		print_tools();
		return 0;
	}
	for (i = 0; i < TOOL_COUNT; i++) {
		if (name != NULL && strcmp(name, tools[i].name) == 0)
			return run_tool(&tools[i], options);
		snprintf(list + strlen(list), sizeof(list) - strlen(list),
			 "%s%s", i > 0 ? ", " : "", tools[i].name);
	}
	report_init(&report);
	report_error(&report, ERR_USAGE, "snapshot: %s%s%s (%s)",
		     name == NULL ? "no tool given" : "unknown tool \"",
		     name == NULL ? "" : name, name == NULL ? "" : "\"", list);
	return cli_fail(NULL, &report);
}
