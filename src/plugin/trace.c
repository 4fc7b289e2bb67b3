/* trace.c: see trace.h. */
#include "config.h"

#include "trace.h"

#include "base/alloc.h"
#include "base/number.h"
#include "module/names.h"

#include <errno.h>
#include <fnmatch.h>
#include <string.h>

/* Bytes that are written at once. */
#define OUTPUT_BUFFER 65536

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

/* ---- filter ---- */

static enum error parse_filter_word(struct trace_filter *filter, char *word,
				    struct report *report)
{
	char *value = strchr(word, '=');

	if (value != NULL)
		*value++ = '\0';
	if (value != NULL && strcmp(word, "func") == 0) {
		filter->func = value;
		return ERR_NONE;
	}
	if (value != NULL && strcmp(word, "op") == 0) {
		filter->op = value;
		return ERR_NONE;
	}
	if (value != NULL && strcmp(word, "after") == 0 &&
	    number_parse(value, UINT64_MAX, &filter->after))
		return ERR_NONE;
	if (value != NULL && strcmp(word, "limit") == 0 &&
	    number_parse(value, UINT64_MAX, &filter->limit))
		return ERR_NONE;
	return report_error(report, ERR_USAGE,
			    "--trace-filter: not func=GLOB, func=#N..M, "
			    "op=GLOB, after=N or limit=N: \"%s\"",
			    word);
}

enum error trace_parse_filter(struct trace *trace, const char *text,
			      struct report *report)
{
	char *word;

	trace->filter_text = alloc_string(text, strlen(text));
	if (trace->filter_text == NULL)
		return report_no_memory(report, strlen(text));
	trace->filter.limit = UINT64_MAX;
	for (word = trace->filter_text; word != NULL;) {
		char *comma = strchr(word, ',');

		if (comma != NULL)
			*comma++ = '\0';
		TRY(parse_filter_word(&trace->filter, word, report));
		word = comma;
	}
	return ERR_NONE;
}

/* "#N" or "#N..M". */
static bool parse_range(const char *text, uint64_t *first, uint64_t *last)
{
	const char *dots = strstr(text, "..");
	char number[24] = "";
	size_t length = dots == NULL ? strlen(text) - 1
				     : (size_t)(dots - text) - 1;

	if (*text != '#' || length >= sizeof(number))
		return false;
	memcpy(number, text + 1, length);
	if (!number_parse(number, UINT32_MAX, first))
		return false;
	*last = *first;
	return dots == NULL || number_parse(dots + 2, UINT32_MAX, last);
}

static enum error match_funcs(struct trace *trace, const struct module *module,
			      struct report *report)
{
	const char *wanted = trace->filter.func;
	uint64_t first = 0, last = 0;
	bool is_range = parse_range(wanted, &first, &last), any = false;
	uint32_t i;

	if (*wanted == '#' && !is_range)
		return report_error(report, ERR_USAGE,
				    "--trace-filter: func=%s: not #N or #N..M",
				    wanted);
	trace->funcs = alloc_array(module->nfuncs, 1);
	if (trace->funcs == NULL)
		return report_no_memory(report, module->nfuncs);
	for (i = 0; i < module->nfuncs; i++) {
		char name[256];

		module_func_name(module, i, name, sizeof(name));
		trace->funcs[i] = is_range ? i >= first && i <= last
					   : fnmatch(wanted, name, 0) == 0;
		any = any || trace->funcs[i];
	}
	return any ? ERR_NONE
		   : report_error(report, ERR_USAGE,
				  "--trace-filter: no function matches \"%s\"",
				  wanted);
}

static enum error match_ops(struct trace *trace, struct report *report)
{
	const char *wanted = trace->filter.op;
	bool any = false;
	unsigned i;

	trace->ops = alloc_array(OPCODE_COUNT, 1);
	if (trace->ops == NULL)
		return report_no_memory(report, OPCODE_COUNT);
	for (i = 0; i < OPCODE_COUNT; i++) {
		trace->ops[i] = fnmatch(wanted, opcode_infos[i].text, 0) == 0;
		any = any || trace->ops[i];
	}
	return any ? ERR_NONE
		   : report_error(report, ERR_USAGE,
				  "--trace-filter: no instruction matches "
				  "\"%s\"",
				  wanted);
}

/* ---- tracers ---- */

/* Takes the arguments that keep() accepts for itself out of a choice. */
typedef bool take_argument(void *context, const char *key, const char *value);

static void take_arguments(struct plugin_choice *choice, take_argument *take,
			   void *context)
{
	size_t i, kept = 0;

	for (i = 0; i < choice->narguments; i++) {
		struct plugin_argument *argument = &choice->arguments[i];

		if (argument->key == NULL ||
		    !take(context, argument->key, argument->value)) {
			choice->arguments[kept++] = *argument;
			continue;
		}
		alloc_free(argument->key);
		alloc_free(argument->value);
	}
	choice->narguments = kept;
}

/* The option "output", which every tracer has. */
struct own_output {
	const char *tracer;
	FILE *file;
	struct report *report;
	enum error err;
};

static bool take_output(void *context, const char *key, const char *value)
{
	struct own_output *output = context;

	if (strcmp(key, "output") != 0)
		return false;
	if (output->file != NULL || output->err != ERR_NONE)
		return true;
	output->file = fopen(value, "w");
	if (output->file != NULL)
		(void)setvbuf(output->file, NULL, _IOFBF, OUTPUT_BUFFER);
	else
		output->err = report_error(output->report, ERR_IO,
					   "%s: output %s: cannot create: %s",
					   output->tracer, value,
					   strerror(errno));
	return true;
}

/* weight=time and weight=instructions; other words stay, and are refused. */
static bool take_weight(void *context, const char *key, const char *value)
{
	bool *by_time = context;

	if (strcmp(key, "weight") != 0 || (strcmp(value, "time") != 0 &&
					   strcmp(value, "instructions") != 0))
		return false;
	*by_time = strcmp(value, "time") == 0;
	return true;
}

static enum error choose_weight(struct trace *trace,
				struct plugin_choice *choice,
				const struct tracer_type *type,
				struct report *report)
{
	bool by_time = false;

	if (type->has_weight)
		take_arguments(choice, take_weight, &by_time);
	trace->by_time |= by_time;
	trace->by_instructions |= type->call_tree && !by_time;
	return trace->by_time && trace->by_instructions
		       ? report_error(report, ERR_USAGE,
				      "%s: one run weighs either by time or by "
				      "instructions",
				      choice->name)
		       : ERR_NONE;
}

static enum error make_tracer(struct trace *trace,
			      struct plugin_choice *choice,
			      struct active_tracer *active, FILE *output,
			      struct report *report)
{
	struct own_output own = {choice->name, NULL, report, ERR_NONE};

	active->type = tracer_find(choice->name, report);
	if (active->type == NULL)
		return ERR_USAGE;
	take_arguments(choice, take_output, &own);
	active->own_output = own.file;
	TRY(own.err);
	TRY(choose_weight(trace, choice, active->type, report));
	TRY(plugin_choice_check(choice, active->type->options, report));
	active->state = alloc_array(1, active->type->state_size);
	if (active->state == NULL ||
	    alloc_grow(&trace->tracers, &trace->capacity, trace->ntracers + 1,
		       sizeof(*active)) != 0)
		return report_no_memory(report, sizeof(*active));
	return active->type->init(active->state, choice, trace->resources,
				  active->own_output != NULL
					  ? active->own_output
					  : output,
				  report);
}

enum error trace_add(struct trace *trace, const char *text, FILE *output,
		     struct report *report)
{
	struct active_tracer active = {NULL, NULL, NULL};
	struct plugin_choice choice;
	enum error err = plugin_choice_parse(&choice, text, report);

	if (err == ERR_NONE)
		err = make_tracer(trace, &choice, &active, output, report);
	plugin_choice_fini(&choice);
	if (err != ERR_NONE) {
		alloc_free(active.state);
		if (active.own_output != NULL)
			fclose(active.own_output);
		return err;
	}
	trace->tracers[trace->ntracers++] = active;
	return ERR_NONE;
}

/* The events that a tracer of instructions is called for. */
static uint32_t events_of(const struct trace *trace,
			  const struct tracer_type *type)
{
	if (type->instruction == NULL)
		return 0;
	return type->events != 0 ? type->events : trace->events;
}

enum error trace_prepare(struct trace *trace, const struct module *module,
			 struct code_options *options, struct report *report)
{
	size_t i;

	for (i = 0; i < trace->ntracers; i++) {
		options->counts |= trace->tracers[i].type->counts;
		options->call_tree |= trace->tracers[i].type->call_tree;
		options->count |= trace->tracers[i].type->call_tree;
		options->probes |= events_of(trace, trace->tracers[i].type);
	}
	if (trace->filter.func != NULL)
		TRY(match_funcs(trace, module, report));
	if (trace->filter.op != NULL)
		TRY(match_ops(trace, report));
	options->tree_by_time = trace->by_time;
	options->probe_funcs = trace->funcs;
	options->probe_ops = trace->ops;
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
		  uint32_t noperands, bool is_after)
{
	struct trace *trace = context;
	struct trace_record record = {.offset = offset,
				      .noperands = noperands,
				      .is_after = is_after,
				      .instance = exec->instance,
				      .module = exec->instance->module,
				      .locals = exec->fp};
	size_t i;

	if (trace->filter_text != NULL) {
		uint64_t number = trace->seen++;

		if (number < trace->filter.after ||
		    number - trace->filter.after >= trace->filter.limit)
			return;
	}
	record.func = current_func(trace, exec);
	if (record.func == NULL)
		return;
	(void)instruction_next(record.module->bytes + offset,
			       &record.instruction);
	record.operands =
		exec->fp + record.module->funcs[record.func->index].nlocals;
	record.depth = (uint32_t)(exec->rp - exec->returns) - 1;
	for (i = 0; i < trace->ntracers; i++)
		if ((events_of(trace, trace->tracers[i].type) &
		     trace_event_of_probe(record.instruction.op)) != 0)
			trace->tracers[i].type->instruction(
				trace->tracers[i].state, &record);
}

static void host_probe(struct exec *exec, void *context,
		       const struct host_traced *traced)
{
	struct trace *trace = context;
	size_t i;

	(void)exec;
	for (i = 0; i < trace->ntracers; i++)
		if (trace->tracers[i].type->host_call != NULL)
			trace->tracers[i].type->host_call(
				trace->tracers[i].state, traced);
}

void trace_start(struct trace *trace, struct exec *exec)
{
	size_t i;

	exec_track_depth(exec);
	exec->probe = probe;
	exec->probe_context = trace;
	if (exec->store->options.call_tree)
		call_tree_start(&exec->store->call_tree, exec->instructions);
	for (i = 0; i < trace->ntracers; i++)
		if (trace->tracers[i].type->host_call != NULL)
			exec->host_probe = host_probe;
}

void trace_note(struct trace *trace, const char *kind, const char *detail)
{
	size_t i;

	for (i = 0; i < trace->ntracers; i++)
		if (trace->tracers[i].type->note != NULL)
			trace->tracers[i].type->note(trace->tracers[i].state,
						     kind, detail);
	/* Whatever comes after a snapshot, the streams up to it are there. */
	for (i = 0; i < trace->ntracers; i++)
		if (trace->tracers[i].own_output != NULL)
			(void)fflush(trace->tracers[i].own_output);
	if (trace->output != NULL)
		(void)fflush(trace->output);
}

/* What could not be written, at any time, shows here. */
static enum error flush(FILE *file, struct report *report)
{
	if (file == NULL || (fflush(file) == 0 && !ferror(file)))
		return ERR_NONE;
	return report_error(report, ERR_IO, "trace: cannot write: %s",
			    strerror(errno));
}

void trace_part_name(const struct active_tracer *tracer,
		     char name[TRACE_PART_NAME_SIZE])
{
	snprintf(name, TRACE_PART_NAME_SIZE, "tracer/%s", tracer->type->name);
}

enum error trace_save(const struct trace *trace, struct snapshot_part **parts,
		      uint32_t *nparts, struct report *report)
{
	size_t i;

	for (i = 0; i < trace->ntracers; i++) {
		const struct active_tracer *tracer = &trace->tracers[i];
		char name[TRACE_PART_NAME_SIZE];
		uint8_t *bytes;
		uint32_t length;

		if (tracer->type->save == NULL)
			continue;
		TRY(tracer->type->save(tracer->state, &bytes, &length, report));
		trace_part_name(tracer, name);
		TRY(snapshot_set_part(parts, nparts, name, bytes, length,
				      report));
	}
	return ERR_NONE;
}

enum error trace_finish(struct trace *trace, struct trace_end *end,
			struct exec *exec, struct report *report)
{
	struct profile_entry *counters = NULL;
	struct snapshot_part *parts = NULL;
	enum error err;
	size_t i;

	err = profile_collect(&exec->store->profile, &counters, &end->ncounters,
			      report);
	if (err == ERR_NONE)
		err = trace_save(trace, &parts, &end->nparts, report);
	if (exec->store->options.call_tree) {
		call_tree_settle(&exec->store->call_tree, exec->instructions);
		end->call_tree = &exec->store->call_tree;
		end->is_time = trace->by_time;
	}
	end->counters = counters;
	end->parts = parts;
	for (i = 0; i < trace->ntracers && err == ERR_NONE; i++)
		if (trace->tracers[i].type->finish != NULL)
			trace->tracers[i].type->finish(trace->tracers[i].state,
						       end);
	alloc_free(counters);
	snapshot_free_parts(parts, end->nparts);
	for (i = 0; i < trace->ntracers && err == ERR_NONE; i++)
		err = flush(trace->tracers[i].own_output, report);
	return err == ERR_NONE ? flush(trace->output, report) : err;
}

void trace_fini(struct trace *trace)
{
	size_t i;

	for (i = 0; i < trace->ntracers; i++) {
		if (trace->tracers[i].type->fini != NULL)
			trace->tracers[i].type->fini(trace->tracers[i].state);
		alloc_free(trace->tracers[i].state);
		if (trace->tracers[i].own_output != NULL)
			fclose(trace->tracers[i].own_output);
	}
	alloc_free(trace->filter_text);
	alloc_free(trace->funcs);
	alloc_free(trace->ops);
	alloc_free(trace->tracers);
	trace->tracers = NULL;
	trace->ntracers = trace->capacity = 0;
}
