/* tracer.h: plugins that receive execution events, or report what was counted.
 *
 * A tracer is one file plugins/tracer-NAME.c, static except for one
 * `const struct tracer_type tracer_NAME` at its end.
 */
#ifndef CHIWAWA_TRACER_H
#define CHIWAWA_TRACER_H

#include "code/instruction.h"
#include "code/trace_event.h"
#include "exec/exec.h"
#include "plugin/options.h"
#include "snapshot/snapshot.h"

#include <stdio.h>

/* What is written along with an event. */
enum trace_resource {
#define TRACE_RESOURCE(NAME, TEXT, HELP) TRACE_RESOURCE_BIT_##NAME,
#include "trace_resource.def"
	TRACE_RESOURCE_COUNT
};
#define TRACE_RESOURCE_HAS(SET, NAME) ((SET) >> TRACE_RESOURCE_BIT_##NAME & 1)

/* An instruction that is about to execute. */
struct trace_record {
	const struct module *module;
	const struct func_instance *func;
	const struct instance *instance;
	struct instruction instruction;
	uint32_t offset;	   /* in the module's file */
	const uint64_t *locals;	   /* slots, module_local_types gives types */
	const uint64_t *operands;  /* slots, bottom first */
	uint32_t noperands;
	uint32_t depth;		   /* frames below this one */
	bool is_after;		   /* it has executed: operands are its results */
};

enum run_unit { RUN_NS, RUN_BYTES, RUN_COUNT };

/* Something of this run as a whole: a time, a size, a number. */
struct run_fact {
	const char *key;  /* for programs: lower case and underscores */
	const char *text; /* for people */
	enum run_unit unit;
	uint64_t value;
};

/* The end of a run, or of this part of it. */
struct trace_end {
	const struct module *module;
	const char *path; /* of the module */
	/* What was counted, by function, offset and kind, without zeros. */
	const struct profile_entry *counters;
	size_t ncounters;
	const struct call_tree *call_tree; /* NULL when nobody asked for it */
	bool is_time;			   /* its weights: ns, else instructions */
	/* What tracers gave as save(): the parts tracer/NAME. */
	const struct snapshot_part *parts;
	uint32_t nparts;
	const struct run_fact *facts;
	size_t nfacts;
};

struct tracer_type {
	const char *name;
	const char *help;
	const struct plugin_option *options;
	size_t state_size;

	/* Set of enum trace_event that instruction is called for; 0: what the user chose. */
	uint32_t events;
	/* Set of 1 << enum count_kind that are to be counted for finish.  Counters are kept
	 * in snapshots, and go on in the run that continues. */
	uint32_t counts;
	bool call_tree; /* wants trace_end.call_tree; kept in snapshots likewise */
	/* Its weights may also be time, by the option weight=time, which the core takes. */
	bool has_weight;

	/* resources: set of enum trace_resource bits; output: where to write,
	 * owned by the caller.  Required. */
	enum error (*init)(void *state, const struct plugin_choice *choice,
			   uint32_t resources, FILE *output,
			   struct report *report);
	/* Called in the guest's thread before each matching instruction; must not
	 * change the guest.  NULL: of no interest, and nothing is paid for it. */
	void (*instruction)(void *state, const struct trace_record *record);
	/* After each call of the host.  NULL: of no interest. */
	void (*host_call)(void *state, const struct host_traced *traced);
	/* Something else happened: kind is restore, snapshot, trap, or exit; detail may be
	 * empty.  NULL: of no interest. */
	void (*note)(void *state, const char *kind, const char *detail);
	/* What the tracer itself has counted, as bytes for snapshots, to be freed with
	 * alloc_free, and back before the run goes on.  NULL: nothing. */
	enum error (*save)(void *state, uint8_t **bytes, uint32_t *length,
			   struct report *report);
	enum error (*load)(void *state, const uint8_t *bytes, uint32_t length,
			   struct report *report);
	/* The guest ended, trapped, or stopped for a snapshot.  NULL: of no interest. */
	void (*finish)(void *state, const struct trace_end *end);
	void (*fini)(void *state); /* NULL: nothing */
};

#endif
