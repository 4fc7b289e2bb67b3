/* run_facts.c: see run_facts.h. */
#include "config.h"

#include "run_facts.h"

#include "exec/memory.h"

#include <stdio.h>

static uint64_t memory_bytes(const struct guest *guest)
{
	uint64_t size = 0;
	uint32_t i;

	for (i = 0; i < guest->module->nmemories; i++)
		size += guest->instance->memories[i]->size;
	return size;
}

static void add(struct run_facts *facts, const char *key, const char *text,
		enum run_unit unit, uint64_t value)
{
	if (facts->count < RUN_FACTS_MAX)
		facts->facts[facts->count++] =
			(struct run_fact){key, text, unit, value};
}

static void add_snapshot(struct run_facts *facts,
			 const struct snapshot_cost *cost)
{
	size_t i;

	add(facts, "snapshot_bytes", "last snapshot", RUN_BYTES, cost->bytes);
	for (i = 0; i < cost->nsections; i++) {
		const char *name = cost->sections[i].name;

		snprintf(facts->keys[i], sizeof(facts->keys[i]),
			 "snapshot_%s_bytes", name);
		snprintf(facts->texts[i], sizeof(facts->texts[i]), "  %s",
			 name);
		add(facts, facts->keys[i], facts->texts[i], RUN_BYTES,
		    cost->sections[i].bytes);
	}
	add(facts, "snapshot_frames", "  frames", RUN_COUNT, cost->frames);
	add(facts, "snapshot_capture_ns", "last snapshot: capture", RUN_NS,
	    cost->capture_ns);
	add(facts, "snapshot_encode_ns", "last snapshot: encode and write",
	    RUN_NS, cost->encode_ns);
	add(facts, "snapshot_sync_ns", "last snapshot: sync and rename", RUN_NS,
	    cost->sync_ns);
}

void run_facts_collect(struct run_facts *facts, const struct run_times *times,
		       const struct guest *guest,
		       const struct checkpoint *checkpoint)
{
	const struct store *store = guest->store;

	facts->count = 0;
	add(facts, "module_bytes", "module", RUN_BYTES, guest->size);
	add(facts, "memory_bytes", "memory of the guest", RUN_BYTES,
	    memory_bytes(guest));
	if (guest->code_options.count)
		add(facts, "instructions_charged", "instructions charged",
		    RUN_COUNT, guest->exec->instructions);
	add(facts, "deepest_calls", "calls active at once", RUN_COUNT,
	    exec_deepest(guest->exec));
	add(facts, "load_ns", "load and validate", RUN_NS, times->load_ns);
	if (times->restore_read_ns > 0) {
		add(facts, "restore_read_ns", "restore: read and decode",
		    RUN_NS, times->restore_read_ns);
		add(facts, "restore_apply_ns", "restore: check and apply",
		    RUN_NS, times->restore_apply_ns);
	}
	add(facts, "translated", "functions translated", RUN_COUNT,
	    store->translated);
	add(facts, "translate_ns", "translation, part of the run", RUN_NS,
	    store->translate_ns);
	add(facts, "run_ns", "run, with snapshots", RUN_NS, times->run_ns);
	add(facts, "snapshots", "snapshots written", RUN_COUNT,
	    checkpoint->snapshots);
	if (checkpoint->snapshots > 0)
		add_snapshot(facts, &checkpoint->cost);
}
