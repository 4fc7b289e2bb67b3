/* trace.h: hands executed instructions to the tracers that were chosen. */
#ifndef CHIWAWA_TRACE_H
#define CHIWAWA_TRACE_H

#include "code/trace_event.h"
#include "plugin/registry.h"

struct active_tracer {
	const struct tracer_type *type;
	void *state;
};

struct trace {
	uint32_t events;    /* set of enum trace_event */
	uint32_t resources; /* set of trace resources, as bits */
	FILE *output;
	struct active_tracer *tracers;
	size_t ntracers, capacity;
	struct func_instance *func; /* the one of the last event */
};

/* Sets of names separated by commas; unknown ones are errors that list all. */
enum error trace_parse_events(const char *list, uint32_t *events,
			      struct report *report);
enum error trace_parse_resources(const char *list, uint32_t *resources,
				 struct report *report);

/* Adds a tracer chosen as NAME[:ARG,...]; events, resources and output are set. */
enum error trace_add(struct trace *trace, const char *choice,
		     struct report *report);

/* Installs the probe in exec. */
void trace_start(struct trace *trace, struct exec *exec);

void trace_fini(struct trace *trace);

#endif
