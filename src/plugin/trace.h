/* trace.h: hands events and counters to the tracers that were chosen. */
#ifndef CHIWAWA_TRACE_H
#define CHIWAWA_TRACE_H

#include "code/trace_event.h"
#include "plugin/registry.h"

struct active_tracer {
	const struct tracer_type *type;
	void *state;
	FILE *own_output; /* of its option "output", or NULL */
};

/* Which instructions are traced. */
struct trace_filter {
	const char *func; /* glob of names, or #N or #N..M; NULL: all */
	const char *op;	  /* glob of mnemonics; NULL: all */
	uint64_t after;	  /* matching ones to skip */
	uint64_t limit;	  /* and then to show */
};

struct trace {
	uint32_t events;    /* set of enum trace_event */
	uint32_t resources; /* set of trace resources, as bits */
	FILE *output;
	struct active_tracer *tracers;
	size_t ntracers, capacity;
	struct func_instance *func; /* the one of the last event */
	char *filter_text;	    /* owned; the filter points into it */
	struct trace_filter filter;
	uint8_t *funcs, *ops; /* flags of what the filter lets through; or NULL */
	uint64_t seen;	      /* matching instructions so far */
	bool by_time, by_instructions; /* weights that tracers asked for */
};

/* Sets of names separated by commas; unknown ones are errors that list all. */
enum error trace_parse_events(const char *list, uint32_t *events,
			      struct report *report);
enum error trace_parse_resources(const char *list, uint32_t *resources,
				 struct report *report);
/* func=GLOB, func=#N..M, op=GLOB, after=N, limit=N, separated by commas. */
enum error trace_parse_filter(struct trace *trace, const char *text,
			      struct report *report);

/* Adds a tracer chosen as NAME[:ARG,...], which writes to output, the caller's, or to the
 * file of its option output=FILE, which every tracer has; events and resources are set. */
enum error trace_add(struct trace *trace, const char *choice, FILE *output,
		     struct report *report);

/* Says what the translator is to put in. */
enum error trace_prepare(struct trace *trace, const struct module *module,
			 struct code_options *options, struct report *report);

/* Installs the probes in exec. */
void trace_start(struct trace *trace, struct exec *exec);

/* Tells the tracers of something. */
void trace_note(struct trace *trace, const char *kind, const char *detail);

/* Name of the part of snapshots with what a tracer has counted itself: tracer/NAME. */
#define TRACE_PART_NAME_SIZE 80
void trace_part_name(const struct active_tracer *tracer,
		     char name[TRACE_PART_NAME_SIZE]);

/* Puts what tracers have counted themselves among the parts, as tracer/NAME. */
enum error trace_save(const struct trace *trace, struct snapshot_part **parts,
		      uint32_t *nparts, struct report *report);

/* Tells the tracers that the run is over: end has module, path and facts, the rest is
 * filled in. */
enum error trace_finish(struct trace *trace, struct trace_end *end,
			struct exec *exec, struct report *report);

void trace_fini(struct trace *trace);

#endif
