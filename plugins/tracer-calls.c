/* tracer-calls.c: how often each function was entered, and from where: a table, or the call
 * graph for dot(1).
 *
 * Edges of direct calls are exact.  What is entered more often than it is called directly was
 * called through a table, or from outside.
 */
#include "config.h"

#include "plugin/profile_report.h"

#include "base/alloc.h"
#include "code/instruction.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

struct edge {
	uint32_t from, to;
	uint64_t count;
};

#define INDIRECT UINT32_MAX

static const struct plugin_option options[] = {
	{"format", "table (default) or dot"},
	{NULL, NULL},
};

static enum error init(void *state, const struct plugin_choice *choice,
		       uint32_t resources, FILE *output, struct report *report)
{
	struct report_state *tracer = state;

	(void)resources;
	tracer->output = output;
	return report_choose_format(choice, "dot", &tracer->as_dot, report);
}

static int compare_edges(const void *a, const void *b)
{
	const struct edge *x = a, *y = b;

	if (x->to != y->to)
		return x->to < y->to ? -1 : 1;
	return (x->from > y->from) - (x->from < y->from);
}

/* The callee of the call at an offset of a function's body. */
static uint32_t callee(const struct trace_end *end, uint32_t func,
		       uint32_t offset)
{
	const struct module *module = end->module;
	const struct func *body = &module->funcs[func];
	const uint8_t *p = module->bytes + offset;
	struct instruction in;

	if (p < body->body || p >= body->end)
		return INDIRECT;
	(void)instruction_next(p, &in);
	return in.op == OP_CALL || in.op == OP_RETURN_CALL ? in.index
							    : INDIRECT;
}

/* Edges of direct calls, by callee and caller. */
static size_t make_edges(const struct trace_end *end, struct edge *edges)
{
	size_t i, n = 0, merged = 0;

	for (i = 0; i < end->ncounters; i++) {
		const struct profile_entry *entry = &end->counters[i];

		if (entry->site.kind != COUNT_CALL ||
		    entry->func >= end->module->nfuncs ||
		    entry->func < end->module->nimported_funcs)
			continue;
		edges[n++] = (struct edge){
			entry->func,
			callee(end, entry->func, entry->site.offset),
			entry->count};
	}
	if (n > 0)
		qsort(edges, n, sizeof(*edges), compare_edges);
	for (i = 0; i < n; i++) {
		if (merged > 0 &&
		    compare_edges(&edges[merged - 1], &edges[i]) == 0)
			edges[merged - 1].count += edges[i].count;
		else
			edges[merged++] = edges[i];
	}
	return merged;
}

static size_t make_rows(const struct trace_end *end, const struct edge *edges,
			size_t nedges, struct report_row *rows)
{
	size_t i, n = 0;

	for (i = 0; i < end->module->nfuncs; i++)
		rows[i] = (struct report_row){.func = (uint32_t)i};
	for (i = 0; i < end->ncounters; i++)
		if (end->counters[i].site.kind == COUNT_ENTRY &&
		    end->counters[i].func < end->module->nfuncs)
			rows[end->counters[i].func].count +=
				end->counters[i].count;
	for (i = 0; i < nedges; i++) {
		if (edges[i].to == INDIRECT)
			continue;
		rows[edges[i].to].other += edges[i].count;
		/* The host's functions are not entered, only called. */
		if (edges[i].to < end->module->nimported_funcs)
			rows[edges[i].to].count += edges[i].count;
	}
	for (i = 0; i < end->module->nfuncs; i++)
		if (rows[i].count > 0)
			rows[n++] = rows[i];
	report_sort(rows, n);
	return n;
}

static void print_table(FILE *file, const struct trace_end *end,
			const struct report_row *rows, size_t nrows,
			const struct edge *edges, size_t nedges)
{
	size_t i, j;
	char name[128];

	fprintf(file, "%16s  %s\n", "calls", "function, and its callers");
	for (i = 0; i < nrows; i++) {
		report_name(end, rows[i].func, name);
		fprintf(file, "%16" PRIu64 "  %s\n", rows[i].count, name);
		for (j = 0; j < nedges; j++) {
			if (edges[j].to != rows[i].func)
				continue;
			report_name(end, edges[j].from, name);
			fprintf(file, "%16s    %" PRIu64 " from %s\n", "",
				edges[j].count, name);
		}
		if (rows[i].count > rows[i].other)
			fprintf(file,
				"%16s    %" PRIu64 " indirect or from outside\n",
				"", rows[i].count - rows[i].other);
	}
}

/* A name as a string of dot: quotes and backslashes escaped. */
static void print_quoted(FILE *file, const char *name)
{
	putc('"', file);
	for (; *name != '\0'; name++) {
		if (*name == '"' || *name == '\\')
			putc('\\', file);
		putc(*name, file);
	}
	putc('"', file);
}

static void print_dot(FILE *file, const struct trace_end *end,
		      const struct report_row *rows, size_t nrows,
		      const struct edge *edges, size_t nedges)
{
	size_t i;
	char name[128];

	fputs("digraph calls {\n\tnode [shape=box];\n", file);
	for (i = 0; i < nrows; i++) {
		report_name(end, rows[i].func, name);
		fprintf(file, "\tf%u [label=", rows[i].func);
		print_quoted(file, name);
		fprintf(file, "];\n");
	}
	for (i = 0; i < nedges; i++)
		if (edges[i].to != INDIRECT)
			fprintf(file, "\tf%u -> f%u [label=\"%" PRIu64 "\"];\n",
				edges[i].from, edges[i].to, edges[i].count);
	fputs("}\n", file);
}

static void finish(void *state, const struct trace_end *end)
{
	const struct report_state *tracer = state;
	struct edge *edges = alloc_array(end->ncounters, sizeof(*edges));
	struct report_row *rows =
		alloc_array(end->module->nfuncs, sizeof(*rows));
	size_t nedges, nrows;

	if (edges == NULL || rows == NULL) {
		fputs("chiwawa: calls: out of memory\n", tracer->output);
	} else {
		nedges = make_edges(end, edges);
		nrows = make_rows(end, edges, nedges, rows);
		(tracer->as_dot ? print_dot : print_table)(
			tracer->output, end, rows, nrows, edges, nedges);
	}
	alloc_free(edges);
	alloc_free(rows);
}

const struct tracer_type tracer_calls = {
	.name = "calls",
	.help = "calls of each function and by whom: a table, or a graph for dot",
	.options = options,
	.state_size = sizeof(struct report_state),
	.counts = 1u << COUNT_ENTRY | 1u << COUNT_CALL,
	.init = init,
	.finish = finish,
};
