/* stats.h: --stats: what a run took, as an aligned table or as JSON. */
#ifndef CHIWAWA_CLI_STATS_H
#define CHIWAWA_CLI_STATS_H

#include "cli/guest.h"
#include "snapshot/checkpoint.h"

#include <stdio.h>

/* Times of one run, in ns; 0 for what did not happen. */
struct run_times {
	uint64_t load_ns; /* reading, decoding, validating the module */
	uint64_t restore_read_ns;
	uint64_t restore_apply_ns;
	uint64_t run_ns; /* snapshots included */
};

struct stats {
	const struct run_times *times;
	const struct guest *guest;
	const struct checkpoint *checkpoint;
};

/* The host's monotonic clock, ns. */
uint64_t times_now(void);

void stats_print(const struct stats *stats, bool as_json, FILE *file);

#endif
