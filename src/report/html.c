/* html.c: see html.h.
 *
 * The page is page.html, which the build turns into a string (page.h); the data stands in it
 * as JSON at the mark below, and its script draws.
 */
#include "config.h"

#include "html.h"

#include "base/alloc.h"
#include "code/trace_event.h"
#include "plugin/host_calls.h"
#include "plugin/json_text.h"
#include "plugin/page_accesses.h"
#include "plugin/profile_report.h"
#include "page.h"

#include <inttypes.h>
#include <string.h>

#define DATA_MARK "DATA_GOES_HERE"

/* Functions that get a listing: those that executed most. */
#define LISTED 40

struct totals {
	uint64_t all;
	struct report_row *funcs; /* count: of its own instructions */
	uint64_t *counts;	  /* by offset in the module */
};

static void add(void *context, uint32_t func, uint32_t offset,
		const struct instruction *instruction, uint64_t count)
{
	struct totals *totals = context;

	(void)instruction;
	totals->all += count;
	totals->funcs[func].count += count;
	totals->counts[offset] += count;
}

static void print_tree(FILE *file, const struct call_tree *tree)
{
	size_t i;

	fputs(",\n\"tree\":[", file);
	for (i = 1; tree != NULL && i < tree->nnodes; i++)
		fprintf(file, "%s[%u,%u,%" PRIu64 ",%" PRIu64 "]",
			i > 1 ? "," : "", tree->nodes[i].parent,
			tree->nodes[i].func, tree->nodes[i].calls,
			tree->nodes[i].instructions);
	putc(']', file);
}

static void print_functions(FILE *file, const struct trace_end *end,
			    const struct totals *totals)
{
	const char *separator = "";
	uint32_t i;

	fputs(",\n\"names\":{", file);
	for (i = 0; i < end->module->nfuncs; i++) {
		char name[128];

		report_name(end, i, name);
		fprintf(file, "%s\"%u\":", i > 0 ? "," : "", i);
		json_print_string(file, name);
	}
	fputs("},\n\"functions\":[", file);
	for (i = 0; i < end->module->nfuncs && totals->funcs[i].count > 0;
	     i++) {
		uint32_t func = totals->funcs[i].func;

		fprintf(file, "%s[%u,%" PRIu64 ",%" PRIu64 "]", separator, func,
			totals->funcs[i].count, totals->funcs[i].other);
		separator = ",";
	}
	putc(']', file);
}

/* Mnemonic, and its first immediate where that says much. */
static void print_instruction(FILE *file, const struct instruction *in)
{
	const struct opcode_info *info = &opcode_infos[in->op];

	fprintf(file, "\"%s", info->text);
	switch (info->immediate) {
	case IMMEDIATE_FUNC:
	case IMMEDIATE_LABEL:
	case IMMEDIATE_LOCAL:
	case IMMEDIATE_GLOBAL:
	case IMMEDIATE_TABLE:
		fprintf(file, " %u", in->index);
		break;
	case IMMEDIATE_MEMARG:
		fprintf(file, " offset=%" PRIu64, in->offset);
		break;
	case IMMEDIATE_I32:
		fprintf(file, " %d", (int32_t)(uint32_t)in->value);
		break;
	case IMMEDIATE_I64:
		fprintf(file, " %" PRId64, (int64_t)in->value);
		break;
	default:
		break;
	}
	putc('"', file);
}

/* Lines of [offset, depth, count or -1 for what is only structure, text]. */
static void print_listing(FILE *file, const struct module *module,
			  const struct func *func, const uint64_t *counts)
{
	const uint8_t *p = func->body;
	int depth = 0;

	putc('[', file);
	while (p < func->end) {
		uint32_t offset = (uint32_t)(p - module->bytes);
		bool is_first = p == func->body;
		struct instruction in;

		p = instruction_next(p, &in);
		if ((in.op == OP_END || in.op == OP_ELSE) && depth > 0)
			depth--;
		fprintf(file, "%s[%u,%d,", is_first ? "" : ",", offset, depth);
		if (trace_event_of(in.op) == 0)
			fputs("-1,", file);
		else
			fprintf(file, "%" PRIu64 ",", counts[offset]);
		print_instruction(file, &in);
		putc(']', file);
		depth += in.op == OP_BLOCK || in.op == OP_LOOP ||
			 in.op == OP_IF || in.op == OP_ELSE;
	}
	putc(']', file);
}

static void print_listings(FILE *file, const struct trace_end *end,
			   const struct totals *totals)
{
	uint32_t i;

	fputs(",\n\"listings\":{", file);
	for (i = 0; i < LISTED && i < end->module->nfuncs &&
		    totals->funcs[i].count > 0;
	     i++) {
		uint32_t func = totals->funcs[i].func;

		fprintf(file, "%s\n\"%u\":", i > 0 ? "," : "", func);
		print_listing(file, end->module, &end->module->funcs[func],
			      totals->counts);
	}
	putc('}', file);
}

static void print_memory(FILE *file, const struct page_accesses *accesses)
{
	const char *separator = "";
	size_t i;

	fputs(",\n\"memory\":[", file);
	for (i = 0; i < accesses->count; i++) {
		const struct page_access *page = &accesses->pages[i];

		if (page->loads + page->stores == 0)
			continue;
		fprintf(file, "%s[%zu,%" PRIu64 ",%" PRIu64 "]", separator, i,
			page->loads, page->stores);
		separator = ",";
	}
	putc(']', file);
}

static void print_host_calls(FILE *file, const struct host_calls *host)
{
	size_t i;

	fputs(",\n\"host\":[", file);
	for (i = 0; i < host->count; i++) {
		fputs(i > 0 ? ",[" : "[", file);
		json_print_string(file, host->calls[i].name);
		fprintf(file, ",%" PRIu64 ",%" PRIu64 "]", host->calls[i].count,
			host->calls[i].ns);
	}
	putc(']', file);
}

/* What tracers counted themselves. */
struct counted {
	struct page_accesses accesses;
	struct host_calls host;
};

static enum error load_counted(struct counted *counted,
			       const struct trace_end *end,
			       struct report *report)
{
	const struct snapshot_part *memory = snapshot_find_part(
		end->parts, end->nparts, "tracer/memory");
	const struct snapshot_part *host =
		snapshot_find_part(end->parts, end->nparts, "tracer/html");

	if (memory != NULL)
		TRY(page_accesses_load(&counted->accesses, memory->bytes,
				       memory->length, report));
	if (host != NULL)
		TRY(host_calls_load(&counted->host, "html", host->bytes,
				    host->length, report));
	return ERR_NONE;
}

static void print_data(FILE *file, const struct trace_end *end,
		       const struct totals *totals,
		       const struct counted *counted, const char *title)
{
	fputs("{\"title\":", file);
	json_print_string(file, title);
	fputs(",\"module\":", file);
	json_print_string(file, end->path);
	fprintf(file, ",\"bytes\":%zu,\"instructions\":%" PRIu64,
		end->module->size, totals->all);
	print_tree(file, end->call_tree);
	print_functions(file, end, totals);
	print_listings(file, end, totals);
	print_memory(file, &counted->accesses);
	print_host_calls(file, &counted->host);
	putc('}', file);
}

static void add_up(struct totals *totals, const struct trace_end *end)
{
	const struct module *module = end->module;
	uint32_t i;

	for (i = 0; i < module->nfuncs; i++)
		totals->funcs[i].func = i;
	report_walk(end, add, totals);
	for (i = module->nimported_funcs; i < module->nfuncs; i++)
		totals->funcs[i].other = report_count(
			end, i,
			(uint32_t)(module->funcs[i].body - module->bytes),
			COUNT_ENTRY);
	report_sort(totals->funcs, module->nfuncs);
}

/* Writes page.html up to the mark, or what stands behind it. */
static void print_page(FILE *file, bool behind)
{
	const char *mark = strstr(page_html, DATA_MARK);

	if (behind)
		fputs(mark + strlen(DATA_MARK), file);
	else
		fwrite(page_html, 1, (size_t)(mark - page_html), file);
}

void html_begin(FILE *file)
{
	print_page(file, false);
	putc('[', file);
}

enum error html_add(FILE *file, bool is_first, const struct trace_end *end,
		    const char *title, struct report *report)
{
	const struct module *module = end->module;
	struct counted *counted = alloc_array(1, sizeof(*counted));
	struct totals totals = {
		.funcs = alloc_array(module->nfuncs, sizeof(*totals.funcs)),
		.counts = alloc_array(module->size, sizeof(*totals.counts))};
	enum error err;

	if (counted == NULL || totals.funcs == NULL || totals.counts == NULL)
		err = report_no_memory(report, module->size * 8);
	else
		err = load_counted(counted, end, report);
	if (err == ERR_NONE) {
		add_up(&totals, end);
		fputs(is_first ? "" : ",\n", file);
		print_data(file, end, &totals, counted, title);
	}
	if (counted != NULL)
		page_accesses_fini(&counted->accesses);
	alloc_free(counted);
	alloc_free(totals.funcs);
	alloc_free(totals.counts);
	return err;
}

void html_end(FILE *file)
{
	putc(']', file);
	print_page(file, true);
}
