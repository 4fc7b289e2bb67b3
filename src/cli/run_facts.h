/* run_facts.h: what a run took as a whole: times and sizes, for tracers that report them. */
#ifndef CHIWAWA_CLI_RUN_FACTS_H
#define CHIWAWA_CLI_RUN_FACTS_H

#include "cli/guest.h"
#include "plugin/tracer.h"
#include "snapshot/checkpoint.h"

/* Times of one run, in ns; 0 for what did not happen. */
struct run_times {
	uint64_t load_ns; /* reading, decoding, validating the module */
	uint64_t restore_read_ns;
	uint64_t restore_apply_ns;
	uint64_t run_ns; /* snapshots included */
};

#define RUN_FACTS_MAX 40

struct run_facts {
	struct run_fact facts[RUN_FACTS_MAX];
	size_t count;
	/* Of the sections of the last snapshot. */
	char keys[STREAM_SECTIONS_MAX][48], texts[STREAM_SECTIONS_MAX][32];
};

/* *facts points into itself afterwards. */
void run_facts_collect(struct run_facts *facts, const struct run_times *times,
		       const struct guest *guest,
		       const struct checkpoint *checkpoint);

#endif
