/* command_report.c: `chiwawa report`: an HTML page from the counters in a snapshot. */
#include "config.h"

#include "snapshot_tool.h"

#include "base/alloc.h"
#include "report/html.h"

#include <stdio.h>
#include <stdlib.h>

/* The counters of one snapshot. */
struct counted {
	struct profile profile;
	struct call_tree tree;
	struct profile_entry *counters;
	struct trace_end end;
};

static enum error load(const struct tool_input *input, struct counted *counted,
		       struct report *report)
{
	const struct snapshot *snapshot = &input->snapshot;
	const struct snapshot_part *profile = snapshot_find_part(
		snapshot->parts, snapshot->nparts, PROFILE_PART);
	const struct snapshot_part *tree = snapshot_find_part(
		snapshot->parts, snapshot->nparts, CALL_TREE_PART);
	uint32_t kinds = 0;

	if (profile != NULL)
		TRY(profile_load(&counted->profile, profile->bytes,
				 profile->length, &kinds, report));
	if ((kinds & HTML_COUNTS) != HTML_COUNTS)
		return report_error(report, ERR_USAGE,
				    "the snapshot has no counters for a report "
				    "(run with --tracer html)");
	if (tree != NULL) {
		TRY(call_tree_init(&counted->tree, report));
		TRY(call_tree_load(&counted->tree, tree->bytes, tree->length,
				   input->module->nfuncs, report));
		counted->end.call_tree = &counted->tree;
	}
	TRY(profile_collect(&counted->profile, &counted->counters,
			    &counted->end.ncounters, report));
	counted->end.counters = counted->counters;
	counted->end.module = input->module;
	counted->end.parts = snapshot->parts;
	counted->end.nparts = snapshot->nparts;
	return ERR_NONE;
}

/* Adds a snapshot to the page; returns an exit status. */
static int add(FILE *file, bool is_first, const char *path,
	       const char *module_path)
{
	struct counted counted = {.end = {.path = module_path}};
	struct tool_input input;
	struct report report;
	int status = tool_input_read(&input, path, module_path);

	report_init(&report);
	if (status == 0 && (load(&input, &counted, &report) != ERR_NONE ||
			    html_add(file, is_first, &counted.end, path,
				     &report) != ERR_NONE))
		status = cli_fail(path, &report);
	profile_fini(&counted.profile);
	call_tree_fini(&counted.tree);
	alloc_free(counted.counters);
	tool_input_fini(&input);
	return status;
}

/* The page in memory: a report that fails leaves no half of one. */
int command_report(const struct options *options)
{
	struct report report;
	char *page = NULL;
	size_t size = 0, i;
	FILE *file;
	int status = 0;

	report_init(&report);
	if (options->noperands < 3) {
		report_error(&report, ERR_USAGE,
			     "usage: chiwawa report MODULE SNAPSHOT...");
		return cli_fail(NULL, &report);
	}
	file = open_memstream(&page, &size);
	if (file == NULL) {
		report_no_memory(&report, sizeof(page));
		return cli_fail(NULL, &report);
	}
	html_begin(file);
	for (i = 2; i < options->noperands && status == 0; i++)
		status = add(file, i == 2, options->operands[i],
			     options->operands[1]);
	html_end(file);
	if (fclose(file) != 0)
		report_no_memory(&report, size);
	else if (status == 0)
		(void)tool_write_bytes(options, page, size, &report);
	if (report.err != ERR_NONE)
		status = cli_fail(NULL, &report);
	free(page);
	return status;
}
