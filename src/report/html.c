/* html.c: see html.h.
 *
 * The page is page.html, which the build turns into a string (page.h); the data stands in it
 * as JSON at the mark below, and its script draws.
 */
#include "config.h"

#include "html.h"

#include "base/alloc.h"
#include "base/little_endian.h"
#include "code/trace_event.h"
#include "plugin/json_text.h"
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

static void print_data(FILE *file, const struct trace_end *end,
		       const struct totals *totals,
		       const struct html_extra *extra)
{
	const struct html_host_calls *host = extra->host;
	size_t i;

	fputs("{\"title\":", file);
	json_print_string(file, extra->title);
	fputs(",\"module\":", file);
	json_print_string(file, end->path);
	fprintf(file, ",\"bytes\":%zu,\"instructions\":%" PRIu64,
		end->module->size, totals->all);
	print_tree(file, end->call_tree);
	print_functions(file, end, totals);
	print_listings(file, end, totals);
	fputs(",\n\"memory\":[", file);
	for (i = 0; i < extra->npages; i++)
		fprintf(file, "%s[%u,%" PRIu64 ",%" PRIu64 "]", i > 0 ? "," : "",
			extra->pages[i].index, extra->pages[i].loads,
			extra->pages[i].stores);
	fputs("],\n\"host\":[", file);
	for (i = 0; i < host->count; i++) {
		fputs(i > 0 ? ",[" : "[", file);
		json_print_string(file, host->calls[i].name);
		fprintf(file, ",%" PRIu64 ",%" PRIu64 "]", host->calls[i].count,
			host->calls[i].ns);
	}
	fputs("]}", file);
}

enum error html_write(FILE *file, const struct trace_end *end,
		      const struct html_extra *extra, struct report *report)
{
	const struct module *module = end->module;
	const char *mark = strstr(page_html, DATA_MARK);
	struct totals totals = {
		.funcs = alloc_array(module->nfuncs, sizeof(*totals.funcs)),
		.counts = alloc_array(module->size, sizeof(*totals.counts))};
	uint32_t i;

	if (totals.funcs == NULL || totals.counts == NULL) {
		alloc_free(totals.funcs);
		alloc_free(totals.counts);
		return report_no_memory(report, module->size * 8);
	}
	for (i = 0; i < module->nfuncs; i++)
		totals.funcs[i].func = i;
	report_walk(end, add, &totals);
	for (i = module->nimported_funcs; i < module->nfuncs; i++)
		totals.funcs[i].other = report_count(
			end, i,
			(uint32_t)(module->funcs[i].body - module->bytes),
			COUNT_ENTRY);
	report_sort(totals.funcs, module->nfuncs);
	fwrite(page_html, 1, (size_t)(mark - page_html), file);
	print_data(file, end, &totals, extra);
	fputs(mark + strlen(DATA_MARK), file);
	alloc_free(totals.funcs);
	alloc_free(totals.counts);
	return ERR_NONE;
}

/* ---- host calls in snapshots ---- */

/* u32 version 1, and for each name: 40 bytes with it, ended by 0, u64 count, u64 ns. */
#define PART_VERSION 1
#define HEADER_SIZE 4
#define ENTRY_SIZE 56

enum error html_host_calls_save(const struct html_host_calls *host,
				uint8_t **bytes, uint32_t *length,
				struct report *report)
{
	size_t i;

	*length = (uint32_t)(HEADER_SIZE + host->count * ENTRY_SIZE);
	*bytes = alloc_array(*length, 1);
	if (*bytes == NULL)
		return report_no_memory(report, *length);
	le_write32(*bytes, PART_VERSION);
	for (i = 0; i < host->count; i++) {
		uint8_t *p = *bytes + HEADER_SIZE + i * ENTRY_SIZE;

		memcpy(p, host->calls[i].name, sizeof(host->calls[i].name));
		le_write64(p + 40, host->calls[i].count);
		le_write64(p + 48, host->calls[i].ns);
	}
	return ERR_NONE;
}

enum error html_host_calls_load(struct html_host_calls *host,
				const uint8_t *bytes, size_t length,
				struct report *report)
{
	size_t i;

	if (length < HEADER_SIZE || (length - HEADER_SIZE) % ENTRY_SIZE != 0 ||
	    (length - HEADER_SIZE) / ENTRY_SIZE > HTML_HOST_CALLS ||
	    le_read32(bytes) != PART_VERSION)
		return report_error(report, ERR_BAD_SNAPSHOT,
				    "part tracer/html: its length or version "
				    "is wrong");
	host->count = (length - HEADER_SIZE) / ENTRY_SIZE;
	for (i = 0; i < host->count; i++) {
		const uint8_t *p = bytes + HEADER_SIZE + i * ENTRY_SIZE;
		struct html_host_call *call = &host->calls[i];

		memcpy(call->name, p, sizeof(call->name));
		call->name[sizeof(call->name) - 1] = '\0';
		call->count = le_read64(p + 40);
		call->ns = le_read64(p + 48);
	}
	return ERR_NONE;
}
