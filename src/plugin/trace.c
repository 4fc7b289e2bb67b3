/* trace.c: see trace.h. */
#include "config.h"

#include "trace.h"

#include "base/alloc.h"

#include <string.h>

struct named_bit {
	const char *name;
	uint32_t bits;
};

static const struct named_bit event_names[] = {
	{"all", TRACE_ALL},
#define TRACE_EVENT(NAME, TEXT, HELP) {TEXT, TRACE_##NAME},
#include "code/trace_event.def"
};

static const struct named_bit resource_names[] = {
#define TRACE_RESOURCE(NAME, TEXT, HELP)                                       \
	{TEXT, 1u << TRACE_RESOURCE_BIT_##NAME},
#include "plugin/trace_resource.def"
};

static enum error parse_set(const char *list, const struct named_bit *names,
			    size_t nnames, const char *kind, uint32_t *set,
			    struct report *report)
{
	char known[200] = "";
	size_t i;

	for (i = 0; i < nnames; i++) {
		size_t used = strlen(known);

		snprintf(known + used, sizeof(known) - used, "%s%s",
			 i > 0 ? ", " : "", names[i].name);
	}
	*set = 0;
	for (;;) {
		size_t length = strcspn(list, ",");
		bool found = false;

		for (i = 0; i < nnames; i++) {
			if (strlen(names[i].name) != length ||
			    strncmp(names[i].name, list, length) != 0)
				continue;
			*set |= names[i].bits;
			found = true;
		}
		if (!found)
			return report_error(report, ERR_USAGE,
					    "unknown trace %s \"%.*s\" (have: "
					    "%s)",
					    kind, (int)length, list, known);
		if (list[length] == '\0')
			return ERR_NONE;
		list += length + 1;
	}
}

enum error trace_parse_events(const char *list, uint32_t *events,
			      struct report *report)
{
	return parse_set(list, event_names,
			 sizeof(event_names) / sizeof(*event_names), "event",
			 events, report);
}

enum error trace_parse_resources(const char *list, uint32_t *resources,
				 struct report *report)
{
	return parse_set(list, resource_names,
			 sizeof(resource_names) / sizeof(*resource_names),
			 "resource", resources, report);
}

enum error trace_add(struct trace *trace, const char *text,
		     struct report *report)
{
	struct active_tracer active = {NULL, NULL};
	struct plugin_choice choice;
	enum error err = plugin_choice_parse(&choice, text, report);

	if (err == ERR_NONE) {
		active.type = tracer_find(choice.name, report);
		err = active.type == NULL ? ERR_USAGE : ERR_NONE;
	}
	if (err == ERR_NONE)
		err = plugin_choice_check(&choice, active.type->options,
					  report);
	if (err == ERR_NONE) {
		active.state = alloc_array(1, active.type->state_size);
		if (active.state == NULL ||
		    alloc_grow(&trace->tracers, &trace->capacity,
			       trace->ntracers + 1, sizeof(active)) != 0)
			err = report_no_memory(report, sizeof(active));
	}
	if (err == ERR_NONE)
		err = active.type->init(active.state, &choice,
					trace->resources, trace->output,
					report);
	plugin_choice_fini(&choice);
	if (err != ERR_NONE) {
		alloc_free(active.state);
		return err;
	}
	trace->tracers[trace->ntracers++] = active;
	return ERR_NONE;
}

/* The function that is executing; most events are in that of the last one. */
static struct func_instance *current_func(struct trace *trace,
					  const struct exec *exec)
{
	struct func_instance *func = trace->func;
	struct exec_frame frame;

	if (func != NULL && exec->pc >= func->units &&
	    exec->pc < func->units + func->code.nunits)
		return func;
	if (!exec_first_frame(exec, &frame))
		return NULL;
	trace->func = frame.func;
	return frame.func;
}

static void probe(struct exec *exec, void *context, uint32_t offset,
		  uint32_t noperands)
{
	struct trace *trace = context;
	struct trace_record record = {.offset = offset,
				      .noperands = noperands,
				      .instance = exec->instance,
				      .module = exec->instance->module,
				      .locals = exec->fp};
	size_t i;

	record.func = current_func(trace, exec);
	if (record.func == NULL)
		return;
	(void)instruction_next(record.module->bytes + offset,
			       &record.instruction);
	record.operands =
		exec->fp + record.module->funcs[record.func->index].nlocals;
	record.depth = (uint32_t)(exec->rp - exec->returns) - 1;
	for (i = 0; i < trace->ntracers; i++)
		trace->tracers[i].type->instruction(trace->tracers[i].state,
						    &record);
}

void trace_start(struct trace *trace, struct exec *exec)
{
	exec->probe = probe;
	exec->probe_context = trace;
}

void trace_fini(struct trace *trace)
{
	size_t i;

	for (i = 0; i < trace->ntracers; i++) {
		if (trace->tracers[i].type->fini != NULL)
			trace->tracers[i].type->fini(trace->tracers[i].state);
		alloc_free(trace->tracers[i].state);
	}
	alloc_free(trace->tracers);
	trace->tracers = NULL;
	trace->ntracers = trace->capacity = 0;
}
