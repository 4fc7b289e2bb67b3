/* tracer-folded.c: instructions of each path of calls, as folded stacks: what flame graph
 * tools read.
 */
#include "config.h"

#include "plugin/profile_report.h"

#include "base/alloc.h"

#include <inttypes.h>

/* Prints the path to a node, outermost first.  Names have no semicolons there. */
static void print_path(FILE *file, const struct trace_end *end, uint32_t node,
		       uint32_t *path)
{
	const struct call_node *nodes = end->call_tree->nodes;
	uint32_t depth = 0;
	char name[128], *c;

	for (; node != 0; node = nodes[node].parent)
		path[depth++] = node;
	while (depth-- > 0) {
		report_name(end, nodes[path[depth]].func, name);
		for (c = name; *c != '\0'; c++)
			if (*c == ';')
				*c = ':';
		fputs(name, file);
		if (depth > 0)
			putc(';', file);
	}
}

static void finish(void *state, const struct trace_end *end)
{
	const struct report_state *tracer = state;
	const struct call_tree *tree = end->call_tree;
	uint32_t *path = alloc_array(tree->nnodes, sizeof(*path));
	size_t i;

	if (path == NULL) {
		fputs("chiwawa: folded: out of memory\n", tracer->output);
		return;
	}
	for (i = 1; i < tree->nnodes; i++) {
		if (tree->nodes[i].instructions == 0)
			continue;
		print_path(tracer->output, end, (uint32_t)i, path);
		fprintf(tracer->output, " %" PRIu64 "\n",
			tree->nodes[i].instructions);
	}
	alloc_free(path);
}

const struct tracer_type tracer_folded = {
	.name = "folded",
	.help = "instructions of each path of calls, for flame graphs",
	.state_size = sizeof(struct report_state),
	.call_tree = true,
	.has_weight = true,
	.init = report_init_plain,
	.finish = finish,
};
