/* tracer-callgrind.c: instructions of each function, and of its calls with all that they
 * caused, in the format of callgrind_annotate(1) and KCachegrind.
 *
 * Positions are functions only; names are compressed as the format allows: (N) name once,
 * (N) from then on.
 */
#include "config.h"

#include "plugin/profile_report.h"

#include "base/alloc.h"

#include <inttypes.h>
#include <stdlib.h>

/* A caller and a callee, of all paths together. */
struct edge {
	uint32_t from, to;
	uint64_t calls, inclusive;
};

struct report_data {
	uint64_t *inclusive; /* by node */
	uint64_t *self;	     /* by function */
	struct edge *edges;
	size_t nedges;
	uint8_t *named; /* flags: the name was written */
};

static int compare_edges(const void *a, const void *b)
{
	const struct edge *x = a, *y = b;

	if (x->from != y->from)
		return x->from < y->from ? -1 : 1;
	return (x->to > y->to) - (x->to < y->to);
}

/* Children come after their parents in the array: sums go up in one pass. */
static void sum_up(const struct call_tree *tree, struct report_data *data)
{
	size_t i, merged = 0;

	for (i = tree->nnodes - 1; i > 0; i--) {
		const struct call_node *node = &tree->nodes[i];

		data->inclusive[i] += node->instructions;
		data->inclusive[node->parent] += data->inclusive[i];
		data->self[node->func] += node->instructions;
	}
	for (i = 1; i < tree->nnodes; i++) {
		const struct call_node *node = &tree->nodes[i];

		if (node->parent != 0)
			data->edges[data->nedges++] = (struct edge){
				tree->nodes[node->parent].func, node->func,
				node->calls, data->inclusive[i]};
	}
	if (data->nedges > 0)
		qsort(data->edges, data->nedges, sizeof(*data->edges),
		      compare_edges);
	for (i = 0; i < data->nedges; i++) {
		if (merged > 0 && compare_edges(&data->edges[merged - 1],
						&data->edges[i]) == 0) {
			data->edges[merged - 1].calls += data->edges[i].calls;
			data->edges[merged - 1].inclusive +=
				data->edges[i].inclusive;
		} else {
			data->edges[merged++] = data->edges[i];
		}
	}
	data->nedges = merged;
}

static void print_function(FILE *file, const struct trace_end *end,
			   struct report_data *data, const char *key,
			   uint32_t func)
{
	char name[128];

	fprintf(file, "%s=(%u)", key, func + 1);
	if (!data->named[func]) {
		report_name(end, func, name);
		fprintf(file, " %s", name);
		data->named[func] = 1;
	}
	putc('\n', file);
}

static void print(FILE *file, const struct trace_end *end,
		  struct report_data *data)
{
	uint64_t total = 0;
	size_t edge = 0;
	uint32_t func;

	for (func = 0; func < end->module->nfuncs; func++)
		total += data->self[func];
	fprintf(file,
		"# callgrind format\nversion: 1\ncreator: chiwawa\n"
		"cmd: %s\npositions: line\nevents: %s\n"
		"summary: %" PRIu64 "\n\nfl=(1) %s\n",
		end->path, end->is_time ? "Nanoseconds" : "Instructions", total,
		end->path);
	for (func = 0; func < end->module->nfuncs; func++) {
		bool calls = edge < data->nedges &&
			     data->edges[edge].from == func;

		if (data->self[func] == 0 && !calls)
			continue;
		print_function(file, end, data, "fn", func);
		fprintf(file, "0 %" PRIu64 "\n", data->self[func]);
		for (; edge < data->nedges && data->edges[edge].from == func;
		     edge++) {
			print_function(file, end, data, "cfn",
				       data->edges[edge].to);
			fprintf(file, "calls=%" PRIu64 " 0\n0 %" PRIu64 "\n",
				data->edges[edge].calls,
				data->edges[edge].inclusive);
		}
	}
	fprintf(file, "totals: %" PRIu64 "\n", total);
}

static void finish(void *state, const struct trace_end *end)
{
	const struct report_state *tracer = state;
	size_t n = end->call_tree->nnodes, nfuncs = end->module->nfuncs;
	struct report_data data = {
		.inclusive = alloc_array(n, sizeof(uint64_t)),
		.self = alloc_array(nfuncs, sizeof(uint64_t)),
		.edges = alloc_array(n, sizeof(struct edge)),
		.named = alloc_array(nfuncs, 1)};

	if (data.inclusive == NULL || data.self == NULL || data.edges == NULL ||
	    data.named == NULL) {
		fputs("chiwawa: callgrind: out of memory\n", tracer->output);
	} else {
		sum_up(end->call_tree, &data);
		print(tracer->output, end, &data);
	}
	alloc_free(data.inclusive);
	alloc_free(data.self);
	alloc_free(data.edges);
	alloc_free(data.named);
}

const struct tracer_type tracer_callgrind = {
	.name = "callgrind",
	.help = "instructions of each function and its calls, for KCachegrind",
	.state_size = sizeof(struct report_state),
	.call_tree = true,
	.has_weight = true,
	.init = report_init_plain,
	.finish = finish,
};
