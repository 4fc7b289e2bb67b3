/* tracer-stats.c: what a run did and took, as an aligned table or as JSON; --stats is short
 * for it.
 */
#include "config.h"

#include "plugin/tracer.h"

#include "code/trace_event.h"
#include "plugin/host_calls.h"
#include "plugin/json_text.h"
#include "plugin/profile_report.h"

#include <inttypes.h>
#include <string.h>

/* Instructions that the table shows. */
#define SHOWN_OPS 10

/* Events that are no instructions are not counted. */
#define SHOWS(EVENT) ((EVENT) != TRACE_LOOP && (EVENT) != TRACE_AFTER)

struct state {
	FILE *output;
	bool as_json;
	uint64_t instructions, calls;
	uint64_t ops[OPCODE_COUNT];
	struct host_calls host;
};

static const struct plugin_option options[] = {
	{"format", "table (default) or json"},
	{NULL, NULL},
};

static enum error init(void *state, const struct plugin_choice *choice,
		       uint32_t resources, FILE *output, struct report *report)
{
	struct state *stats = state;

	(void)resources;
	stats->output = output;
	return report_choose_format(choice, "json", &stats->as_json, report);
}

static void host_call(void *state, const struct host_traced *traced)
{
	struct state *stats = state;

	host_calls_add(&stats->host, traced);
}

static enum error save(void *state, uint8_t **bytes, uint32_t *length,
		       struct report *report)
{
	const struct state *stats = state;

	return host_calls_save(&stats->host, bytes, length, report);
}

static enum error load(void *state, const uint8_t *bytes, uint32_t length,
		       struct report *report)
{
	struct state *stats = state;

	return host_calls_load(&stats->host, "stats", bytes, length, report);
}

/* ---- counting ---- */

static void add(void *context, uint32_t func, uint32_t offset,
		const struct instruction *instruction, uint64_t count)
{
	struct state *stats = context;

	(void)func;
	(void)offset;
	stats->ops[instruction->op] += count;
	stats->instructions += count;
}

static void collect(struct state *stats, const struct trace_end *end)
{
	size_t i;

	report_walk(end, add, stats);
	for (i = 0; i < end->ncounters; i++)
		if (end->counters[i].site.kind == COUNT_ENTRY)
			stats->calls += end->counters[i].count;
}

static uint64_t class_count(const struct state *stats, uint32_t event)
{
	uint64_t sum = 0;
	unsigned op;

	for (op = 0; op < OPCODE_COUNT; op++)
		if (trace_event_of((enum opcode)op) == event)
			sum += stats->ops[op];
	return sum;
}

/* Instructions that were executed most, most often first; returns how many. */
static size_t top_ops(const struct state *stats,
		      struct report_row rows[OPCODE_COUNT])
{
	size_t n = 0;
	uint32_t op;

	for (op = 0; op < OPCODE_COUNT; op++)
		if (stats->ops[op] > 0)
			rows[n++] = (struct report_row){.count = stats->ops[op],
							.func = op};
	report_sort(rows, n);
	return n;
}

/* ---- showing ---- */

static void print_fact(const struct state *stats, const struct run_fact *fact)
{
	FILE *file = stats->output;

	if (stats->as_json)
		fprintf(file, ",\"%s\":%" PRIu64, fact->key, fact->value);
	else if (fact->unit == RUN_NS)
		fprintf(file, "  %-32s %14.3f ms\n", fact->text,
			(double)fact->value / 1e6);
	else
		fprintf(file, "  %-32s %14" PRIu64 "%s\n", fact->text,
			fact->value, fact->unit == RUN_BYTES ? " bytes" : "");
}

static void print_counts(const struct state *stats)
{
	const struct run_fact calls = {"calls", "calls", RUN_COUNT,
				       stats->calls};
	const struct run_fact classes[] = {
#define TRACE_EVENT(NAME, TEXT, HELP)                                          \
	{"instructions_" TEXT, "  " TEXT, RUN_COUNT,                           \
	 SHOWS(TRACE_##NAME) ? class_count(stats, TRACE_##NAME) : UINT64_MAX},
#include "code/trace_event.def"
	};
	size_t i;

	if (stats->as_json)
		fprintf(stats->output, "{\"instructions\":%" PRIu64,
			stats->instructions);
	else
		fprintf(stats->output,
			"chiwawa: statistics\n  %-32s %14" PRIu64 "\n",
			"instructions", stats->instructions);
	for (i = 0; i < sizeof(classes) / sizeof(*classes); i++)
		if (classes[i].value != UINT64_MAX)
			print_fact(stats, &classes[i]);
	print_fact(stats, &calls);
}

static void print_ops(const struct state *stats)
{
	struct report_row rows[OPCODE_COUNT];
	size_t n = top_ops(stats, rows), i;

	if (stats->as_json)
		fputs(",\"opcodes\":{", stats->output);
	for (i = 0; i < n && (stats->as_json || i < SHOWN_OPS); i++)
		fprintf(stats->output,
			stats->as_json ? "%s\"%s\":%" PRIu64
				       : "%s    %-30s %14" PRIu64 "\n",
			stats->as_json && i > 0 ? "," : "",
			opcode_infos[rows[i].func].text, rows[i].count);
	if (stats->as_json)
		putc('}', stats->output);
}

static void print_host_calls(const struct state *stats)
{
	FILE *file = stats->output;
	size_t i;

	if (stats->as_json)
		fputs(",\"host_calls\":{", file);
	for (i = 0; i < stats->host.count; i++) {
		const struct host_call_count *call = &stats->host.calls[i];

		if (!stats->as_json) {
			fprintf(file, "  %-32s %14" PRIu64 "  %.3f ms\n",
				call->name, call->count,
				(double)call->ns / 1e6);
			continue;
		}
		fputs(i > 0 ? "," : "", file);
		json_print_string(file, call->name);
		fprintf(file, ":{\"count\":%" PRIu64 ",\"ns\":%" PRIu64 "}",
			call->count, call->ns);
	}
	if (stats->as_json)
		putc('}', file);
}

static void finish(void *state, const struct trace_end *end)
{
	struct state *stats = state;
	size_t i;

	collect(stats, end);
	print_counts(stats);
	for (i = 0; i < end->nfacts; i++)
		print_fact(stats, &end->facts[i]);
	print_ops(stats);
	print_host_calls(stats);
	if (stats->as_json)
		fputs("}\n", stats->output);
}

const struct tracer_type tracer_stats = {
	.name = "stats",
	.help = "instructions, calls, times and sizes of the run",
	.options = options,
	.state_size = sizeof(struct state),
	.counts = 1u << COUNT_STRETCH | 1u << COUNT_ENTRY,
	.init = init,
	.host_call = host_call,
	.save = save,
	.load = load,
	.finish = finish,
};
