/* stats.c: see stats.h. */
#include "config.h"

#include "stats.h"

#include "exec/memory.h"

#include <inttypes.h>

uint64_t times_now(void)
{
	uint64_t ns = 0;

	(void)host_clock_time(WASI_CLOCK_MONOTONIC, 0, &ns);
	return ns;
}

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
		 exec->instructions,
		 stats->guest->code_options.count},
		{"load_ns", "load and validate", UNIT_NS, times->load_ns, true},
		{"restore_read_ns", "restore: read and decode", UNIT_NS,
		 times->restore_read_ns, restored},
		{"restore_apply_ns", "restore: check and apply", UNIT_NS,
		 times->restore_apply_ns, restored},
		{"run_ns", "run, with snapshots", UNIT_NS, times->run_ns, true},
		{"snapshots", "snapshots written", UNIT_COUNT,
		 checkpoint->snapshots, true},
		{"snapshot_bytes", "last snapshot", UNIT_BYTES,
		 checkpoint->cost.bytes, captured},
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
	if (as_json)
		fputs("}\n", file);
}
