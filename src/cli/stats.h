/* stats.h: --stats: what a run did and took, as an aligned table or as JSON.
 *
 * Counts come by way of a tracer that is no plugin.
 */
#ifndef CHIWAWA_CLI_STATS_H
#define CHIWAWA_CLI_STATS_H

#include "cli/guest.h"
#include "plugin/tracer.h"
#include "snapshot/checkpoint.h"

#include <stdio.h>

/* Times of one run, in ns; 0 for what did not happen. */
struct run_times {
	uint64_t load_ns; /* reading, decoding, validating the module */
	uint64_t restore_read_ns;
	uint64_t restore_apply_ns;
	uint64_t run_ns; /* snapshots included */
};

#define STATS_HOST_CALLS 64

/* What stats_tracer collects; zero at first. */
struct stats_counts {
	uint64_t instructions, calls;
	uint64_t ops[OPCODE_COUNT];
	struct stats_host_call {
		const char *name;
		uint64_t count, ns;
	} host_calls[STATS_HOST_CALLS];
	size_t nhost_calls;
};

/* Its state is a struct stats_counts. */
extern const struct tracer_type stats_tracer;

struct stats {
	const struct run_times *times;
	const struct stats_counts *counts;
	const struct guest *guest;
	const struct checkpoint *checkpoint;
};

/* The host's monotonic clock, ns. */
uint64_t times_now(void);

void stats_print(const struct stats *stats, bool as_json, FILE *file);

#endif
