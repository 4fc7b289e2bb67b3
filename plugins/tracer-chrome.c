/* tracer-chrome.c: the call tree as trace events that Perfetto and chrome://tracing open.
 *
 * A complete event for each path of calls, in one row: its length is the instructions of the
 * path and all below it.  Time stands for instructions, or for ns: 1 us is one of
 * them.
 */
#include "config.h"

#include "plugin/json_text.h"
#include "plugin/profile_report.h"

#include "base/alloc.h"

#include <inttypes.h>

struct layout {
	uint64_t *inclusive, *start; /* by node */
	uint64_t *used;		     /* by node: how much of it its children take */
};

/* Children come after their parents in the array. */
static void lay_out(const struct call_tree *tree, struct layout *layout)
{
	size_t i;

	for (i = tree->nnodes - 1; i > 0; i--) {
		layout->inclusive[i] += tree->nodes[i].instructions;
		layout->inclusive[tree->nodes[i].parent] +=
			layout->inclusive[i];
	}
	for (i = 1; i < tree->nnodes; i++) {
		uint32_t parent = tree->nodes[i].parent;

		layout->start[i] = layout->start[parent] + layout->used[parent];
		layout->used[parent] += layout->inclusive[i];
	}
}

static void print(FILE *file, const struct trace_end *end,
		  const struct layout *layout)
{
	const struct call_tree *tree = end->call_tree;
	size_t i;

	fprintf(file,
		"{\"displayTimeUnit\":\"ms\",\"otherData\":{\"time\":\"1 us is "
		"one %s\"},\"traceEvents\":[\n",
		end->is_time ? "nanosecond" : "instruction");
	fputs("{\"ph\":\"M\",\"pid\":1,\"tid\":1,\"name\":\"process_name\","
	      "\"args\":{\"name\":",
	      file);
	json_print_string(file, end->path);
	fputs("}}", file);
	for (i = 1; i < tree->nnodes; i++) {
		char name[128];

		report_name(end, tree->nodes[i].func, name);
		fputs(",\n{\"ph\":\"X\",\"pid\":1,\"tid\":1,\"name\":", file);
		json_print_string(file, name);
		fprintf(file,
			",\"ts\":%" PRIu64 ",\"dur\":%" PRIu64
			",\"args\":{\"calls\":%" PRIu64 ",\"self\":%" PRIu64
			"}}",
			layout->start[i], layout->inclusive[i],
			tree->nodes[i].calls, tree->nodes[i].instructions);
	}
	fputs("\n]}\n", file);
}

static void finish(void *state, const struct trace_end *end)
{
	const struct report_state *tracer = state;
	size_t n = end->call_tree->nnodes;
	struct layout layout = {alloc_array(n, sizeof(uint64_t)),
				alloc_array(n, sizeof(uint64_t)),
				alloc_array(n, sizeof(uint64_t))};

	if (layout.inclusive == NULL || layout.start == NULL ||
	    layout.used == NULL) {
		fputs("chiwawa: chrome: out of memory\n", tracer->output);
	} else {
		lay_out(end->call_tree, &layout);
		print(tracer->output, end, &layout);
	}
	alloc_free(layout.inclusive);
	alloc_free(layout.start);
	alloc_free(layout.used);
}

const struct tracer_type tracer_chrome = {
	.name = "chrome",
	.help = "instructions of each path of calls, for Perfetto",
	.state_size = sizeof(struct report_state),
	.call_tree = true,
	.has_weight = true,
	.init = report_init_plain,
	.finish = finish,
};
