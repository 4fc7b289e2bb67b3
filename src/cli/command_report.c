/* command_report.c: `chiwawa report`: an HTML page from the counters in a snapshot. */
#include "config.h"

#include "snapshot_tool.h"

#include "base/alloc.h"
#include "base/little_endian.h"
#include "report/html.h"

#include <errno.h>
#include <string.h>

/* The part of that name of the snapshot, or NULL. */
static const struct snapshot_part *part_of(const struct tool_input *input,
					   const char *name)
{
	return snapshot_find_part(input->snapshot.parts, input->snapshot.nparts,
				  name);
}

/* What a page is made of. */
struct page {
	struct profile profile;
	struct call_tree tree;
	struct html_host_calls host;
	struct profile_entry *counters;
	struct html_page *pages;
	struct html_extra extra;
	struct trace_end end;
};

/* The part of the tracer memory: u32 version, then u32 page, u64 loads, u64 stores. */
#define MEMORY_HEADER 4
#define MEMORY_ENTRY 20

static enum error load_memory(const struct snapshot_part *part,
			      struct page *page, struct report *report)
{
	size_t n, i;

	if (part == NULL)
		return ERR_NONE;
	if (part->length < MEMORY_HEADER ||
	    (part->length - MEMORY_HEADER) % MEMORY_ENTRY != 0)
		return report_error(report, ERR_BAD_SNAPSHOT,
				    "part tracer/memory: its length is wrong");
	n = (part->length - MEMORY_HEADER) / MEMORY_ENTRY;
	page->pages = alloc_array(n, sizeof(*page->pages));
	if (page->pages == NULL)
		return report_no_memory(report, part->length);
	for (i = 0; i < n; i++) {
		const uint8_t *p =
			part->bytes + MEMORY_HEADER + i * MEMORY_ENTRY;

		page->pages[i] = (struct html_page){
			le_read32(p), le_read64(p + 4), le_read64(p + 12)};
	}
	page->extra.pages = page->pages;
	page->extra.npages = n;
	return ERR_NONE;
}

static enum error load(const struct tool_input *input, struct page *page,
		       struct report *report)
{
	const struct snapshot_part *profile =
		part_of(input, PROFILE_PART);
	const struct snapshot_part *tree =
		part_of(input, CALL_TREE_PART);
	const struct snapshot_part *host =
		part_of(input, "tracer/html");
	uint32_t kinds = 0;

	if (profile != NULL)
		TRY(profile_load(&page->profile, profile->bytes,
				 profile->length, &kinds, report));
	if ((kinds & HTML_COUNTS) != HTML_COUNTS)
		return report_error(report, ERR_USAGE,
				    "the snapshot has no counters for a report "
				    "(run with --tracer html)");
	if (tree != NULL) {
		TRY(call_tree_init(&page->tree, report));
		TRY(call_tree_load(&page->tree, tree->bytes, tree->length,
				   input->module->nfuncs, report));
		page->end.call_tree = &page->tree;
	}
	if (host != NULL)
		TRY(html_host_calls_load(&page->host, host->bytes, host->length,
					 report));
	TRY(load_memory(part_of(input, "tracer/memory"), page,
			report));
	page->extra.title = input->path;
	page->extra.host = &page->host;
	TRY(profile_collect(&page->profile, &page->counters,
			    &page->end.ncounters, report));
	page->end.counters = page->counters;
	page->end.module = input->module;
	return ERR_NONE;
}

static enum error write_page(const struct options *options,
			     const struct page *page, struct report *report)
{
	const char *path = options_value(options, OPTION_OUTPUT);
	bool to_stdout = path == NULL || strcmp(path, "-") == 0;
	FILE *file = to_stdout ? stdout : fopen(path, "w");
	enum error err;
	bool failed;

	if (file == NULL)
		return report_error(report, ERR_IO, "%s: cannot create: %s",
				    path, strerror(errno));
	err = html_write(file, &page->end, &page->extra, report);
	failed = ferror(file) != 0;
	failed |= to_stdout ? fflush(file) != 0 : fclose(file) != 0;
	if (err == ERR_NONE && failed)
		err = report_error(report, ERR_IO, "cannot write: %s",
				   strerror(errno));
	return err;
}

int command_report(const struct options *options)
{
	struct page page = {.end = {.path = options->operands[1]}};
	struct tool_input input;
	struct report report;
	int status;

	report_init(&report);
	if (options->noperands != 3) {
		report_error(&report, ERR_USAGE,
			     "usage: chiwawa report MODULE SNAPSHOT");
		return cli_fail(NULL, &report);
	}
	status = tool_input_read(&input, options->operands[2],
				 options->operands[1]);
	if (status == 0 &&
	    (load(&input, &page, &report) != ERR_NONE ||
	     write_page(options, &page, &report) != ERR_NONE))
		status = cli_fail(input.path, &report);
	profile_fini(&page.profile);
	call_tree_fini(&page.tree);
	alloc_free(page.counters);
	alloc_free(page.pages);
	tool_input_fini(&input);
	return status;
}
