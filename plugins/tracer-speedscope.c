/* tracer-speedscope.c: instructions of each path of calls, for https://www.speedscope.app. */
#include "config.h"

#include "plugin/json_text.h"
#include "plugin/profile_report.h"

#include "base/alloc.h"

#include <inttypes.h>

static void print_stack(FILE *file, const struct call_node *nodes,
			uint32_t node, uint32_t *path)
{
	uint32_t depth = 0;

	for (; node != 0; node = nodes[node].parent)
		path[depth++] = nodes[node].func;
	putc('[', file);
	while (depth-- > 0)
		fprintf(file, "%u%s", path[depth], depth > 0 ? "," : "");
	putc(']', file);
}

static void print_profile(FILE *file, const struct trace_end *end,
			  uint32_t *path)
{
	const struct call_tree *tree = end->call_tree;
	const char *separator = "";
	uint64_t total = 0;
	size_t i;

	fprintf(file,
		"{\"type\":\"sampled\",\"name\":\"%s\",\"unit\":\"%s\","
		"\"startValue\":0,\"samples\":[",
		end->is_time ? "time" : "instructions",
		end->is_time ? "nanoseconds" : "none");
	for (i = 1; i < tree->nnodes; i++) {
		if (tree->nodes[i].instructions == 0)
			continue;
		fputs(separator, file);
		print_stack(file, tree->nodes, (uint32_t)i, path);
		total += tree->nodes[i].instructions;
		separator = ",";
	}
	fputs("],\"weights\":[", file);
	separator = "";
	for (i = 1; i < tree->nnodes; i++) {
		if (tree->nodes[i].instructions == 0)
			continue;
		fprintf(file, "%s%" PRIu64, separator,
			tree->nodes[i].instructions);
		separator = ",";
	}
	fprintf(file, "],\"endValue\":%" PRIu64 "}", total);
}

static void finish(void *state, const struct trace_end *end)
{
	const struct report_state *tracer = state;
	FILE *file = tracer->output;
	uint32_t *path = alloc_array(end->call_tree->nnodes, sizeof(*path));
	uint32_t i;

	if (path == NULL) {
		fputs("chiwawa: speedscope: out of memory\n", file);
		return;
	}
	fputs("{\"$schema\":\"https://www.speedscope.app/file-format-schema"
	      ".json\",\"exporter\":\"chiwawa\",\"name\":",
	      file);
	json_print_string(file, end->path);
	fputs(",\"shared\":{\"frames\":[", file);
	for (i = 0; i < end->module->nfuncs; i++) {
		char name[128];

		report_name(end, i, name);
		fputs(i > 0 ? ",{\"name\":" : "{\"name\":", file);
		json_print_string(file, name);
		putc('}', file);
	}
	fputs("]},\"profiles\":[", file);
	print_profile(file, end, path);
	fputs("]}\n", file);
	alloc_free(path);
}

const struct tracer_type tracer_speedscope = {
	.name = "speedscope",
	.help = "instructions of each path of calls, for speedscope",
	.state_size = sizeof(struct report_state),
	.call_tree = true,
	.has_weight = true,
	.init = report_init_plain,
	.finish = finish,
};
