/* command_run.c: runs a guest, from its beginning or from a snapshot. */
#include "config.h"

#include "cli.h"

#include "base/alloc.h"
#include "cli/values.h"
#include "module/names.h"
#include "plugin/trace.h"
#include "snapshot/checkpoint.h"
#include "snapshot/file.h"
#include "snapshot/restore.h"

#include <stdio.h>
#include <string.h>

#define DEFAULT_SNAPSHOT "checkpoint.bin"
#define DEFAULT_FORMAT "raw"

/* Everything that one run owns. */
struct run {
	const struct options *options;
	const char *path; /* of the guest */
	uint8_t *bytes;
	size_t size;
	struct module *module;
	struct code_options code_options;
	struct store *store;
	struct wasi *wasi;
	struct instance *instance;
	struct exec *exec;
	struct invocation invocation;
	char *entry;	     /* owned name of the export */
	uint64_t *arguments; /* owned */
	struct plugin_choice format_choice;
	struct checkpoint checkpoint;
	struct trace trace;
	uint64_t snapshot_exit_code;
	struct report report;
};

static bool resolve(void *context, const struct name *module,
		    const struct name *field, enum extern_kind kind,
		    const struct func_type *type, struct external *external)
{
	struct run *run = context;

	(void)kind;
	(void)type;
	return wasi_resolve(run->wasi, module, field, external);
}

static void notice(void *context, const char *trigger, enum error err,
		   const char *text)
{
	const struct run *run = context;

	if (err != ERR_NONE)
		fprintf(stderr,
			"chiwawa: %s: snapshot failed, the guest goes on: %s\n",
			run->checkpoint.path, text);
	else
		fprintf(stderr, "chiwawa: snapshot written to %s (%s)\n",
			run->checkpoint.path, trigger);
}

/* ---- from the command line ---- */

static enum error choose_triggers(struct run *run)
{
	const struct option_values *chosen =
		&run->options->given[OPTION_TRIGGER];
	size_t i;

	if (options_has(run->options, OPTION_CR))
		TRY(checkpoint_arm(&run->checkpoint, "file", &run->report));
	for (i = 0; i < chosen->count; i++)
		TRY(checkpoint_arm(&run->checkpoint, chosen->values[i],
				   &run->report));
	run->code_options.count = run->checkpoint.counts_instructions;
	return ERR_NONE;
}

static enum error choose_format(struct run *run)
{
	const char *text = options_value(run->options, OPTION_SNAPSHOT_FORMAT);
	struct checkpoint *checkpoint = &run->checkpoint;

	TRY(plugin_choice_parse(&run->format_choice,
				text != NULL ? text : DEFAULT_FORMAT,
				&run->report));
	checkpoint->format =
		format_find(run->format_choice.name, &run->report);
	if (checkpoint->format == NULL)
		return run->report.err;
	checkpoint->format_choice = &run->format_choice;
	checkpoint->path =
		options_value(run->options, OPTION_SNAPSHOT_OUTPUT);
	if (checkpoint->path == NULL)
		checkpoint->path = DEFAULT_SNAPSHOT;
	checkpoint->label = options_value(run->options, OPTION_SNAPSHOT_LABEL);
	checkpoint->creator = cli_creator();
	checkpoint->leave_running =
		options_has(run->options, OPTION_LEAVE_RUNNING);
	checkpoint->notice = notice;
	checkpoint->notice_context = run;
	TRY(plugin_choice_check(&run->format_choice,
				checkpoint->format->options, &run->report));
	return options_number(run->options, OPTION_SNAPSHOT_EXIT_CODE, 255, 0,
			      &run->snapshot_exit_code, &run->report);
}

static enum error open_trace_output(struct run *run)
{
	const char *path = options_value(run->options, OPTION_TRACE_OUTPUT);

	run->trace.output = stderr;
	if (path == NULL)
		return ERR_NONE;
	run->trace.output = fopen(path, "w");
	if (run->trace.output == NULL)
		return report_error(&run->report, ERR_IO,
				    "--trace-output %s: cannot create", path);
	return ERR_NONE;
}

static enum error choose_tracers(struct run *run)
{
	const struct options *options = run->options;
	const struct option_values *chosen = &options->given[OPTION_TRACER];
	const char *events = options_value(options, OPTION_TRACE_EVENTS);
	const char *resources = options_value(options, OPTION_TRACE_RESOURCE);
	bool wanted = options_has(options, OPTION_TRACE) || chosen->count > 0;
	size_t i;

	if (!wanted && (events != NULL || resources != NULL ||
			options_has(options, OPTION_TRACE_OUTPUT)))
		return report_error(&run->report, ERR_USAGE,
				    "--trace-... without --trace or --tracer");
	if (!wanted)
		return ERR_NONE;
	TRY(trace_parse_events(events != NULL ? events : "all",
			       &run->trace.events, &run->report));
	if (resources != NULL)
		TRY(trace_parse_resources(resources, &run->trace.resources,
					  &run->report));
	TRY(open_trace_output(run));
	if (chosen->count == 0)
		TRY(trace_add(&run->trace, "text", &run->report));
	for (i = 0; i < chosen->count; i++)
		TRY(trace_add(&run->trace, chosen->values[i], &run->report));
	run->code_options.probes = run->trace.events;
	return ERR_NONE;
}

/* Splits at blanks; single and double quotes keep blanks. */
static enum error split_arguments(struct run *run, const char *text)
{
	char *word = alloc_array(strlen(text) + 1, 1);
	enum error err = ERR_NONE;

	if (word == NULL)
		return report_no_memory(&run->report, strlen(text));
	while (err == ERR_NONE) {
		size_t length = 0;
		char quote = '\0';

		text += strspn(text, " \t\n");
		if (*text == '\0')
			break;
		for (; *text != '\0' && (quote || !strchr(" \t\n", *text));
		     text++) {
			if (quote == '\0' && (*text == '"' || *text == '\''))
				quote = *text;
			else if (*text == quote)
				quote = '\0';
			else
				word[length++] = *text;
		}
		if (quote != '\0')
			err = report_error(&run->report, ERR_USAGE,
					   "--app-args: a quote is not closed");
		else
			err = string_list_add(&run->wasi->arguments, word,
					      length, &run->report);
	}
	alloc_free(word);
	return err;
}

static enum error choose_arguments(struct run *run)
{
	const struct options *options = run->options;
	const struct option_values *app = &options->given[OPTION_APP_ARGS];
	const struct option_values *environment = &options->given[OPTION_ENV];
	size_t i;

	TRY(string_list_add(&run->wasi->arguments, run->path,
			    strlen(run->path), &run->report));
	for (i = 0; i < app->count; i++)
		TRY(split_arguments(run, app->values[i]));
	for (i = 0; i < options->nguest_arguments; i++)
		TRY(string_list_add(&run->wasi->arguments,
				    options->guest_arguments[i],
				    strlen(options->guest_arguments[i]),
				    &run->report));
	for (i = 0; i < environment->count; i++) {
		const char *variable = environment->values[i];

		if (strchr(variable, '=') == NULL || *variable == '=')
			return report_error(&run->report, ERR_USAGE,
					    "--env %s: not NAME=VALUE",
					    variable);
		TRY(string_list_add(&run->wasi->environment, variable,
				    strlen(variable), &run->report));
	}
	return ERR_NONE;
}

static enum error choose_directories(struct run *run)
{
	const struct option_values *chosen =
		&run->options->given[OPTION_DIR];
	size_t i;

	if (chosen->count == 0)
		return wasi_add_host_directories(run->wasi, &run->report);
	for (i = 0; i < chosen->count; i++)
		TRY(wasi_add_directory(run->wasi, chosen->values[i],
				       &run->report));
	return ERR_NONE;
}

static enum error make_machine(struct run *run)
{
	uint64_t stack;

	TRY(options_number(run->options, OPTION_MAX_STACK, SIZE_MAX / 2,
			   EXEC_STACK_BYTES, &stack, &run->report));
	run->store = store_new(&run->code_options);
	if (run->store != NULL) {
		run->wasi = wasi_new(run->store);
		run->exec = exec_new(run->store, (size_t)stack);
	}
	if (run->wasi == NULL || run->exec == NULL)
		return report_no_memory(&run->report, stack);
	return choose_directories(run);
}

static enum error load_module(struct run *run)
{
	TRY(cli_read_file(run->path, &run->bytes, &run->size, &run->report));
	return module_load(run->bytes, run->size, &run->module, &run->report);
}

/* ---- start ---- */

static enum error find_entry(struct run *run, const char *name)
{
	struct external external;

	if (!instance_export(run->instance, name, strlen(name), EXTERN_FUNC,
			     &external))
		return report_error(&run->report, ERR_USAGE,
				    "the module exports no function \"%s\"%s",
				    name,
				    strcmp(name, "_start") == 0
					    ? " (see --invoke)"
					    : "");
	run->invocation.func = external.func;
	run->entry = alloc_string(name, strlen(name));
	if (run->entry == NULL)
		return report_no_memory(&run->report, strlen(name));
	run->invocation.entry = run->entry;
	return ERR_NONE;
}

static enum error prepare_start(struct run *run)
{
	const struct option_values *params =
		&run->options->given[OPTION_PARAMS];
	const char *name = options_value(run->options, OPTION_INVOKE);
	enum trap trap;

	TRY(choose_arguments(run));
	TRY(wasi_open_standard(run->wasi, &run->report));
	TRY(instance_new(run->store, run->module, INSTANTIATE_RUN, resolve,
			 run, &run->instance, &trap, &run->report));
	if (trap != TRAP_NONE)
		return report_error(&run->report, ERR_UNLINKABLE,
				    "instantiation: %s", trap_message(trap));
	TRY(find_entry(run, name != NULL ? name : "_start"));
	TRY(values_parse(params->values, params->count,
			 run->invocation.func->type, &run->arguments,
			 &run->report));
	run->invocation.arguments = run->arguments;
	return ERR_NONE;
}

static enum error apply_snapshot(struct run *run, struct snapshot *snapshot)
{
	enum trap trap;
	uint32_t i;

	TRY(snapshot_check(snapshot, run->module, &run->code_options,
			   &run->report));
	TRY(instance_new(run->store, run->module, INSTANTIATE_RESTORE, resolve,
			 run, &run->instance, &trap, &run->report));
	TRY(find_entry(run, snapshot->entry));
	run->arguments = alloc_array(snapshot->narguments, sizeof(uint64_t));
	if (run->arguments == NULL)
		return report_no_memory(&run->report, snapshot->narguments);
	for (i = 0; i < snapshot->narguments; i++)
		run->arguments[i] = snapshot_slot(run->instance,
						  &snapshot->arguments[i]);
	run->invocation.arguments = run->arguments;
	run->invocation.phase = (enum snapshot_phase)snapshot->phase;
	TRY(snapshot_apply(snapshot, run->exec, run->instance, &run->report));
	return snapshot_apply_wasi(snapshot, run->wasi, &run->report);
}

static enum error prepare_restore(struct run *run)
{
	static const enum option fixed[] = {OPTION_INVOKE, OPTION_PARAMS,
					    OPTION_APP_ARGS, OPTION_ENV};
	struct snapshot snapshot;
	enum error err;
	size_t i;

	for (i = 0; i < sizeof(fixed) / sizeof(*fixed); i++)
		if (options_has(run->options, fixed[i]))
			return report_error(
				&run->report, ERR_USAGE,
				"--invoke, --params, --app-args and --env are "
				"fixed by the snapshot");
	err = snapshot_read_file(&snapshot,
				 options_value(run->options, OPTION_RESTORE),
				 NULL, &run->report);
	if (err == ERR_NONE)
		err = apply_snapshot(run, &snapshot);
	snapshot_fini(&snapshot);
	return err;
}

static enum error prepare(struct run *run)
{
	TRY(choose_triggers(run));
	TRY(choose_format(run));
	TRY(choose_tracers(run));
	if (run->options->noperands > 1)
		return report_error(&run->report, ERR_USAGE,
				    "more than one module (arguments of the "
				    "guest stand after --)");
	TRY(load_module(run));
	TRY(make_machine(run));
	if (options_has(run->options, OPTION_RESTORE))
		TRY(prepare_restore(run));
	else
		TRY(prepare_start(run));
	run->checkpoint.exec = run->exec;
	run->checkpoint.instance = run->instance;
	run->checkpoint.wasi = run->wasi;
	run->checkpoint.invocation = &run->invocation;
	return ERR_NONE;
}

/* ---- run ---- */

static enum outcome invoke_entry(struct run *run)
{
	run->invocation.phase = PHASE_ENTRY;
	return exec_invoke(run->exec, run->invocation.func, run->arguments);
}

static enum outcome execute(struct run *run)
{
	enum outcome outcome = OUTCOME_DONE;

	if (run->trace.ntracers > 0)
		trace_start(&run->trace, run->exec);
	checkpoint_start(&run->checkpoint);
	if (options_has(run->options, OPTION_RESTORE)) {
		outcome = exec_resume(run->exec);
		if (run->invocation.phase == PHASE_ENTRY)
			return outcome;
	} else if (run->module->has_start) {
		run->invocation.phase = PHASE_START;
		outcome = exec_invoke(
			run->exec, run->instance->funcs[run->module->start],
			NULL);
	}
	return outcome == OUTCOME_DONE ? invoke_entry(run) : outcome;
}

static void print_backtrace(const struct run *run)
{
	struct exec_frame frame;
	char name[128];
	bool more;
	int shown = 0;

	for (more = exec_first_frame(run->exec, &frame); more && shown < 20;
	     more = exec_next_frame(run->exec, &frame), shown++) {
		module_func_name(frame.instance->module, frame.func->index,
				 name, sizeof(name));
		fprintf(stderr, "  %2d: %s\n", shown, name);
	}
	if (more)
		fputs("      ...\n", stderr);
}

static int finish(struct run *run, enum outcome outcome)
{
	const struct func_type *type = run->invocation.func->type;
	uint32_t i;

	switch (outcome) {
	case OUTCOME_EXIT:
		return run->exec->exit_status;
	case OUTCOME_STOPPED:
		return (int)run->snapshot_exit_code;
	case OUTCOME_TRAP:
		fprintf(stderr, "chiwawa: %s: trap: %s\n", run->path,
			trap_message(run->exec->trap));
		print_backtrace(run);
		return EXIT_STATUS_TRAP;
	case OUTCOME_DONE:
		break;
	}
	for (i = 0; i < type->nresults; i++) {
		value_print(stdout, type->types[type->nparams + i],
			    run->exec->stack[i]);
		putchar('\n');
	}
	return 0;
}

static void fini(struct run *run)
{
	trace_fini(&run->trace);
	if (run->trace.output != NULL && run->trace.output != stderr)
		fclose(run->trace.output);
	checkpoint_fini(&run->checkpoint);
	plugin_choice_fini(&run->format_choice);
	exec_free(run->exec);
	wasi_free(run->wasi);
	store_free(run->store);
	module_free(run->module);
	alloc_free(run->bytes);
	alloc_free(run->entry);
	alloc_free(run->arguments);
}

int command_run(const struct options *options)
{
	struct run run = {.options = options, .path = options->operands[0]};
	int status;

	report_init(&run.report);
	if (prepare(&run) != ERR_NONE)
		status = cli_fail(run.path, &run.report);
	else
		status = finish(&run, execute(&run));
	fini(&run);
	return status;
}
