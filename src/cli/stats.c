/* stats.c: see stats.h. */
#include "config.h"

#include "stats.h"

#include "code/trace_event.h"
#include "exec/memory.h"
#include "plugin/profile_report.h"

#include <inttypes.h>
#include <string.h>

/* Events that are no instructions are not counted. */
#define SHOWS(EVENT) ((EVENT) != TRACE_LOOP && (EVENT) != TRACE_AFTER)

/* Instructions that the table shows. */
#define SHOWN_OPS 10

uint64_t times_now(void)
{
	uint64_t ns = 0;

	(void)host_clock_time(WASI_CLOCK_MONOTONIC, 0, &ns);
	return ns;
}

/* ---- counting ---- */

static void host_call(void *state, const struct host_traced *traced)
{
	struct stats_counts *counts = state;
	struct stats_host_call *call = counts->host_calls;
	size_t i;

	/* Names are those of wasi.def: one pointer each. */
	for (i = 0; i < counts->nhost_calls; i++)
		if (counts->host_calls[i].name == traced->name)
			break;
	if (i == STATS_HOST_CALLS)
		return;
	call += i;
	if (i == counts->nhost_calls)
		counts->nhost_calls++;
	call->name = traced->name;
	call->count++;
	if (traced->has_returned)
		call->ns += traced->ended - traced->began;
}

static void add(void *context, uint32_t func, uint32_t offset,
		const struct instruction *instruction, uint64_t count)
{
	struct stats_counts *counts = context;

	(void)func;
	(void)offset;
	counts->ops[instruction->op] += count;
	counts->instructions += count;
}

static void collect(void *state, const struct trace_end *end)
{
	struct stats_counts *counts = state;
	size_t i;

	report_walk(end, add, counts);
	for (i = 0; i < end->ncounters; i++)
		if (end->counters[i].site.kind == COUNT_ENTRY)
			counts->calls += end->counters[i].count;
}

const struct tracer_type stats_tracer = {
	.name = "stats",
	.counts = 1u << COUNT_STRETCH | 1u << COUNT_ENTRY,
	.host_call = host_call,
	.finish = collect,
};

/* ---- showing ---- */

enum unit { UNIT_NS, UNIT_BYTES, UNIT_COUNT };

/* One line of the table, one member of the object. */
struct row {
	const char *key;
	const char *text;
	enum unit unit;
	uint64_t value;
	bool shown;
};

static uint64_t memory_bytes(const struct guest *guest)
{
	uint64_t size = 0;
	uint32_t i;

	for (i = 0; i < guest->module->nmemories; i++)
		size += guest->instance->memories[i]->size;
	return size;
}

/* Calls that were active at once, at most: return addresses stay where they were. */
static uint64_t deepest(const struct exec *exec)
{
	const union return_entry *top = exec->returns_end;

	while (top > exec->returns && top[-1].pc == NULL)
		top--;
	return (uint64_t)(top - exec->returns);
}

static uint64_t class_count(const struct stats_counts *counts, uint32_t event)
{
	uint64_t sum = 0;
	unsigned op;

	for (op = 0; op < OPCODE_COUNT; op++)
		if (trace_event_of((enum opcode)op) == event)
			sum += counts->ops[op];
	return sum;
}

/* Instructions that were executed most, most often first; returns how many. */
static size_t top_ops(const struct stats_counts *counts,
		      struct report_row rows[OPCODE_COUNT])
{
	size_t n = 0;
	uint32_t op;

	for (op = 0; op < OPCODE_COUNT; op++)
		if (counts->ops[op] > 0)
			rows[n++] = (struct report_row){.count = counts->ops[op],
							.func = op};
	report_sort(rows, n);
	return n;
}

static void print_counts(const struct stats_counts *counts, bool as_json,
			 FILE *file)
{
	struct report_row rows[OPCODE_COUNT];
	size_t n = top_ops(counts, rows), i;

	if (as_json)
		fputs(",\"opcodes\":{", file);
	for (i = 0; i < n && (as_json || i < SHOWN_OPS); i++)
		fprintf(file,
			as_json ? "%s\"%s\":%" PRIu64
				: "%s    %-30s %14" PRIu64 "\n",
			as_json && i > 0 ? "," : "",
			opcode_infos[rows[i].func].text, rows[i].count);
	if (as_json)
		fputs("},\"host_calls\":{", file);
	for (i = 0; i < counts->nhost_calls; i++) {
		const struct stats_host_call *call = &counts->host_calls[i];

		if (as_json)
			fprintf(file,
				"%s\"%s\":{\"count\":%" PRIu64 ",\"ns\":%" PRIu64
				"}",
				i > 0 ? "," : "", call->name, call->count,
				call->ns);
		else
			fprintf(file,
				"  %-32s %14" PRIu64 "  %.3f ms\n", call->name,
				call->count, (double)call->ns / 1e6);
	}
	if (as_json)
		fputs("}", file);
}

static void print_row(const struct row *row, FILE *file)
{
	switch (row->unit) {
	case UNIT_NS:
		fprintf(file, "  %-32s %14.3f ms\n", row->text,
			(double)row->value / 1e6);
		break;
	case UNIT_BYTES:
		fprintf(file, "  %-32s %14" PRIu64 " bytes\n", row->text,
			row->value);
		break;
	case UNIT_COUNT:
		fprintf(file, "  %-32s %14" PRIu64 "\n", row->text, row->value);
		break;
	}
}

void stats_print(const struct stats *stats, bool as_json, FILE *file)
{
	const struct run_times *times = stats->times;
	const struct checkpoint *checkpoint = stats->checkpoint;
	const struct exec *exec = stats->guest->exec;
	bool restored = times->restore_read_ns > 0;
	bool captured = checkpoint->snapshots > 0;
	const struct row rows[] = {
		{"module_bytes", "module", UNIT_BYTES, stats->guest->size, true},
		{"memory_bytes", "memory of the guest", UNIT_BYTES,
		 memory_bytes(stats->guest), true},
		{"instructions", "instructions", UNIT_COUNT,
		 stats->counts->instructions, true},
		{"instructions_charged", "instructions charged", UNIT_COUNT,
		 exec->instructions, stats->guest->code_options.count},
#define TRACE_EVENT(NAME, TEXT, HELP)                                          \
	{"instructions_" TEXT, "  " TEXT, UNIT_COUNT,                          \
	 class_count(stats->counts, TRACE_##NAME), SHOWS(TRACE_##NAME)},
#include "code/trace_event.def"
		{"calls", "calls", UNIT_COUNT, stats->counts->calls, true},
		{"deepest_calls", "calls active at once", UNIT_COUNT,
		 deepest(exec), true},
		{"load_ns", "load and validate", UNIT_NS, times->load_ns, true},
		{"restore_read_ns", "restore: read and decode", UNIT_NS,
		 times->restore_read_ns, restored},
		{"restore_apply_ns", "restore: check and apply", UNIT_NS,
		 times->restore_apply_ns, restored},
		{"translated", "functions translated", UNIT_COUNT,
		 stats->guest->store->translated, true},
		{"translate_ns", "translation, part of the run", UNIT_NS,
		 stats->guest->store->translate_ns, true},
		{"run_ns", "run, with snapshots", UNIT_NS, times->run_ns, true},
		{"snapshots", "snapshots written", UNIT_COUNT,
		 checkpoint->snapshots, true},
		{"snapshot_bytes", "last snapshot", UNIT_BYTES,
		 checkpoint->cost.bytes, captured},
		{"snapshot_memory_bytes", "  blocks of memory", UNIT_BYTES,
		 checkpoint->cost.memory_bytes, captured},
		{"snapshot_part_bytes", "  state of tracers", UNIT_BYTES,
		 checkpoint->cost.part_bytes, captured},
		{"snapshot_frames", "  frames", UNIT_COUNT,
		 checkpoint->cost.frames, captured},
		{"snapshot_capture_ns", "last snapshot: capture", UNIT_NS,
		 checkpoint->cost.capture_ns, captured},
		{"snapshot_encode_ns", "last snapshot: encode and write",
		 UNIT_NS, checkpoint->cost.encode_ns, captured},
		{"snapshot_sync_ns", "last snapshot: sync and rename", UNIT_NS,
		 checkpoint->cost.sync_ns, captured},
	};
	const char *separator = "{";
	size_t i;

	if (!as_json)
		fputs("chiwawa: statistics\n", file);
	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		if (!rows[i].shown)
			continue;
		if (as_json) {
			fprintf(file, "%s\"%s\":%" PRIu64, separator,
				rows[i].key, rows[i].value);
			separator = ",";
		} else {
			print_row(&rows[i], file);
		}
	}
	print_counts(stats->counts, as_json, file);
	if (as_json)
		fputs("}\n", file);
}
