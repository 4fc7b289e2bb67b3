/* command_run.c: runs a guest, from its beginning or from a snapshot. */
#include "config.h"

#include "cli.h"

#include "base/alloc.h"
#include "cli/guest.h"
#include "cli/run_facts.h"
#include "cli/values.h"
#include "module/names.h"
#include "plugin/trace.h"
#include "snapshot/chunks.h"
#include "snapshot/rotation.h"

#include <stdio.h>
#include <string.h>

#define DEFAULT_SNAPSHOT "checkpoint.bin"
#define DEFAULT_FORMAT "raw"

/* What --cr is short for. */
#ifdef HAVE_THREADS
#define CR_TRIGGER "thread"
#else
#define CR_TRIGGER "file"
#endif

/* Everything that one run owns. */
struct run {
	const struct options *options;
	struct guest guest;
	struct plugin_choice format_choice;
	struct checkpoint checkpoint;
	struct trace trace;
	struct run_times times;
	bool has_own_counts; /* tracers were asked for besides --stats */
	uint64_t snapshot_exit_code;
	bool has_frames; /* the snapshot that is continued */
	struct report report;
};

static void notice(void *context, const char *trigger, const char *path,
		   enum error err, const char *text)
{
	struct run *run = context;

	trace_note(&run->trace, "snapshot", err == ERR_NONE ? path : text);
	if (err != ERR_NONE)
		fprintf(stderr,
			"chiwawa: %s: snapshot failed, the guest goes on: %s\n",
			path, text);
	else
		fprintf(stderr, "chiwawa: snapshot written to %s (%s)\n",
			path, trigger);
}

/* ---- from the command line ---- */

static enum error choose_triggers(struct run *run)
{
	const struct option_values *chosen =
		&run->options->given[OPTION_TRIGGER];
	size_t i;

	if (options_has(run->options, OPTION_CR))
		TRY(checkpoint_arm(&run->checkpoint, CR_TRIGGER,
				   &run->report));
	for (i = 0; i < chosen->count; i++)
		TRY(checkpoint_arm(&run->checkpoint, chosen->values[i],
				   &run->report));
	run->guest.code_options.count = run->checkpoint.counts_instructions;
	return ERR_NONE;
}

/* Puts the counters into the parts of a snapshot that is being written. */
static enum error save_counters(void *context, struct checkpoint *checkpoint,
				struct report *report)
{
	struct run *run = context;
	uint32_t kinds = run->guest.code_options.counts, length;
	struct store *store = run->guest.store;
	uint8_t *bytes;

	if (run->guest.code_options.call_tree) {
		call_tree_settle(&store->call_tree,
				 run->guest.exec->instructions);
		TRY(call_tree_save(&store->call_tree, &bytes, &length,
				   report));
		TRY(snapshot_set_part(&checkpoint->parts, &checkpoint->nparts,
				      CALL_TREE_PART, bytes, length, report));
	}
	TRY(trace_save(&run->trace, &checkpoint->parts, &checkpoint->nparts,
		       report));
	if (kinds == 0)
		return ERR_NONE;
	TRY(profile_save(&run->guest.store->profile, kinds, &bytes, &length,
			 report));
	return snapshot_set_part(&checkpoint->parts, &checkpoint->nparts,
				 PROFILE_PART, bytes, length, report);
}

static enum error choose_format(struct run *run)
{
	const char *text = options_value(run->options, OPTION_SNAPSHOT_FORMAT);
	const char *compression =
		options_value(run->options, OPTION_SNAPSHOT_COMPRESS);
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
	checkpoint->before_write = save_counters;
	checkpoint->notice_context = run;
	TRY(plugin_choice_check(&run->format_choice,
				checkpoint->format->options, &run->report));
	if (compression != NULL)
		TRY(compression_find(compression, &checkpoint->compression,
				     &run->report));
	TRY(options_number(run->options, OPTION_SNAPSHOT_KEEP, INT64_MAX, 0,
			   &checkpoint->keep, &run->report));
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
	const char *filter = options_value(options, OPTION_TRACE_FILTER);
	bool wanted = options_has(options, OPTION_TRACE) || chosen->count > 0;
	size_t i;

	if (!wanted && (events != NULL || resources != NULL || filter != NULL ||
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
	if (filter != NULL)
		TRY(trace_parse_filter(&run->trace, filter, &run->report));
	TRY(open_trace_output(run));
	if (options_has(options, OPTION_TRACE))
		TRY(trace_add(&run->trace, "text", run->trace.output,
			      &run->report));
	for (i = 0; i < chosen->count; i++)
		TRY(trace_add(&run->trace, chosen->values[i],
			      run->trace.output, &run->report));
	return ERR_NONE;
}

static void warn_of_counts(const struct run *run)
{
	/* Statistics are of this run anyway. */
	if (options_has(run->options, OPTION_STATS) && !run->has_own_counts)
		return;
	fprintf(stderr,
		"chiwawa: %s: warning: the snapshot has not all that is to be "
		"counted: counts begin here\n",
		run->guest.path);
}

/* Goes on with the counters of the snapshot that is continued. */
static enum error load_counters(struct run *run)
{
	const struct snapshot_part *part =
		checkpoint_find_part(&run->checkpoint, PROFILE_PART);
	uint32_t wanted = run->guest.code_options.counts, kinds = 0;

	if (wanted == 0)
		return ERR_NONE;
	if (part != NULL)
		TRY(profile_load(&run->guest.store->profile, part->bytes,
				 part->length, &kinds, &run->report));
	if ((wanted & ~kinds) != 0)
		warn_of_counts(run);
	return ERR_NONE;
}

/* The path of frames that are active.  A function whose first safepoint is still to come
 * enters its node itself. */
static void resume_call_tree(struct call_tree *tree,
			     const struct module *module,
			     const struct snapshot *snapshot)
{
	uint32_t i;

	for (i = 0; i < snapshot->nframes; i++) {
		const struct snapshot_frame *frame = &snapshot->frames[i];

		if (i + 1 == snapshot->nframes &&
		    frame->offset ==
			    (uint32_t)(module->funcs[frame->func].body -
				       module->bytes))
			break;
		call_tree_resume(tree, frame->func);
	}
}

static enum error load_tracers(struct run *run)
{
	size_t i;

	for (i = 0; i < run->trace.ntracers; i++) {
		const struct active_tracer *tracer = &run->trace.tracers[i];
		const struct snapshot_part *part;
		char name[TRACE_PART_NAME_SIZE];

		if (tracer->type->load == NULL)
			continue;
		trace_part_name(tracer, name);
		part = checkpoint_find_part(&run->checkpoint, name);
		if (part == NULL)
			warn_of_counts(run);
		else
			TRY(tracer->type->load(tracer->state, part->bytes,
					       part->length, &run->report));
	}
	return ERR_NONE;
}

static enum error load_call_tree(struct run *run,
				 const struct snapshot *snapshot)
{
	const struct snapshot_part *part =
		checkpoint_find_part(&run->checkpoint, CALL_TREE_PART);
	const struct module *module = run->guest.module;
	struct call_tree *tree = &run->guest.store->call_tree;

	if (!run->guest.code_options.call_tree)
		return ERR_NONE;
	if (part == NULL)
		warn_of_counts(run);
	else
		TRY(call_tree_load(tree, part->bytes, part->length,
				   module->nfuncs, &run->report));
	resume_call_tree(tree, module, snapshot);
	return ERR_NONE;
}

static enum error choose_stats(struct run *run)
{
	static const char *const forms[] = {"table", "json", NULL};
	unsigned form;

	TRY(options_choice(run->options, OPTION_STATS, forms, &form,
			   &run->report));
	if (!options_has(run->options, OPTION_STATS))
		return ERR_NONE;
	run->has_own_counts = run->trace.ntracers > 0;
	return trace_add(&run->trace, form == 1 ? "stats:json" : "stats",
			 stderr, &run->report);
}

/* Of a path with %n, the file with the highest number. */
static enum error read_snapshot(const char *path, struct snapshot *snapshot,
				struct report *report)
{
	bool is_pattern;
	uint64_t number;
	char *numbered;
	enum error err;

	snapshot_init(snapshot);
	TRY(rotation_is_pattern(path, &is_pattern, report));
	if (!is_pattern)
		return snapshot_read_file(snapshot, path, NULL, report);
	TRY(rotation_last(path, &number, report));
	if (number == 0)
		return report_error(report, ERR_IO, "%s: there is no such file",
				    path);
	numbered = rotation_path(path, number);
	if (numbered == NULL)
		return report_no_memory(report, strlen(path));
	err = snapshot_read_file(snapshot, numbered, NULL, report);
	alloc_free(numbered);
	return err;
}

static enum error prepare_restore(struct run *run)
{
	const char *path = options_value(run->options, OPTION_RESTORE);
	struct snapshot snapshot;
	uint64_t began = host_now();
	enum error err;

	if (options_has(run->options, OPTION_INVOKE) ||
	    options_has(run->options, OPTION_PARAMS))
		return report_error(&run->report, ERR_USAGE,
				    "--invoke and --params are fixed by the "
				    "snapshot");
	err = read_snapshot(path, &snapshot, &run->report);
	run->has_frames = snapshot.nframes > 0;
	run->times.restore_read_ns = host_now() - began;
	began = host_now();
	/* Before functions are translated, which take up their counters. */
	if (err == ERR_NONE) {
		checkpoint_keep_parts(&run->checkpoint, &snapshot);
		err = load_counters(run);
	}
	if (err == ERR_NONE)
		err = guest_restore(&run->guest, &snapshot, &run->report);
	if (err == ERR_NONE)
		err = load_call_tree(run, &snapshot);
	if (err == ERR_NONE)
		err = load_tracers(run);
	snapshot_fini(&snapshot);
	run->times.restore_apply_ns = host_now() - began;
	return err;
}

/* Options that mean nothing without a snapshot to continue. */
static enum error refuse_restore_options(struct run *run)
{
	static const enum option options[] = {OPTION_FD, OPTION_CLOCK,
					      OPTION_ON_CHANGED_FILE};
	size_t i;

	for (i = 0; i < sizeof(options) / sizeof(*options); i++)
		if (options_has(run->options, options[i]))
			return report_error(&run->report, ERR_USAGE,
					    "--fd, --clock and "
					    "--on-changed-file need --restore");
	return ERR_NONE;
}

static enum error prepare(struct run *run)
{
	struct guest *guest = &run->guest;
	uint64_t began;

	TRY(choose_triggers(run));
	TRY(choose_format(run));
	TRY(choose_tracers(run));
	TRY(choose_stats(run));
	if (run->options->noperands > 1)
		return report_error(&run->report, ERR_USAGE,
				    "more than one module (arguments of the "
				    "guest stand after --)");
	began = host_now();
	TRY(guest_load(guest, run->options, run->options->operands[0],
		       &run->report));
	TRY(checkpoint_mark_functions(&run->checkpoint, guest->module,
				      &run->report));
	guest->code_options.marked_funcs = run->checkpoint.marked_funcs;
	if (run->trace.ntracers > 0)
		guest->code_options.clock = host_now;
	TRY(trace_prepare(&run->trace, guest->module, &guest->code_options,
			  &run->report));
	TRY(guest_make_machine(guest, &run->report));
	run->times.load_ns = host_now() - began;
	if (options_has(run->options, OPTION_RESTORE)) {
		TRY(prepare_restore(run));
	} else {
		TRY(refuse_restore_options(run));
		TRY(guest_start(guest, &run->report));
	}
	run->checkpoint.exec = guest->exec;
	run->checkpoint.instance = guest->instance;
	run->checkpoint.wasi = guest->wasi;
	run->checkpoint.invocation = &guest->invocation;
	return checkpoint_start(&run->checkpoint, &run->report);
}

/* ---- run ---- */

static enum outcome invoke_entry(struct guest *guest)
{
	guest->invocation.phase = PHASE_ENTRY;
	return exec_invoke(guest->exec, guest->invocation.func,
			   guest->arguments);
}

/* A reactor is initialised before its entry is called, unless that is the entry. */
static enum outcome initialize(struct guest *guest)
{
	const struct export *export = module_initializer(guest->module);
	struct func_instance *func;

	if (export == NULL)
		return OUTCOME_DONE;
	func = guest->instance->funcs[export->index];
	if (func == guest->invocation.func)
		return OUTCOME_DONE;
	guest->invocation.phase = PHASE_INITIALIZE;
	return exec_invoke(guest->exec, func, NULL);
}

static enum outcome execute(struct run *run)
{
	struct guest *guest = &run->guest;
	bool is_restored = options_has(run->options, OPTION_RESTORE);
	enum outcome outcome = OUTCOME_DONE;

	if (run->trace.ntracers > 0)
		trace_start(&run->trace, guest->exec);
	if (is_restored)
		trace_note(&run->trace, "restore",
			   options_value(run->options, OPTION_RESTORE));
	/* Taken at this very moment, it does not come again. */
	if (is_restored && !run->has_frames)
		return invoke_entry(guest);
	if (is_restored) {
		outcome = exec_resume(guest->exec);
		if (guest->invocation.phase == PHASE_ENTRY)
			return outcome;
	} else if (guest->module->has_start) {
		outcome = exec_invoke(
			guest->exec,
			guest->instance->funcs[guest->module->start], NULL);
	}
	if (outcome == OUTCOME_DONE && guest->invocation.phase == PHASE_START)
		outcome = initialize(guest);
	if (outcome != OUTCOME_DONE)
		return outcome;
	guest->invocation.phase = PHASE_START;
	return checkpoint_ready(&run->checkpoint) ? OUTCOME_STOPPED
						  : invoke_entry(guest);
}

static void print_backtrace(const struct exec *exec)
{
	struct exec_frame frame;
	char name[128];
	bool more;
	int shown = 0;

	for (more = exec_first_frame(exec, &frame); more && shown < 20;
	     more = exec_next_frame(exec, &frame), shown++) {
		module_func_name(frame.instance->module, frame.func->index,
				 name, sizeof(name));
		fprintf(stderr, "  %2d: %s\n", shown, name);
	}
	if (more)
		fputs("      ...\n", stderr);
}

static int finish(struct run *run, enum outcome outcome)
{
	const struct guest *guest = &run->guest;
	const struct func_type *type = guest->invocation.func->type;
	uint32_t i;

	switch (outcome) {
	case OUTCOME_EXIT:
		return guest->exec->exit_status;
	case OUTCOME_STOPPED:
		return (int)run->snapshot_exit_code;
	case OUTCOME_TRAP:
		fprintf(stderr, "chiwawa: %s: trap: %s\n", guest->path,
			trap_message(guest->exec->trap));
		print_backtrace(guest->exec);
		return EXIT_STATUS_TRAP;
	case OUTCOME_DONE:
		break;
	}
	for (i = 0; i < type->nresults; i++) {
		value_print(stdout, type->types[type->nparams + i],
			    guest->exec->stack[i]);
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
	guest_fini(&run->guest);
}

static void note_end(struct run *run, enum outcome outcome)
{
	char status[16];

	if (outcome == OUTCOME_TRAP)
		trace_note(&run->trace, "trap",
			   trap_message(run->guest.exec->trap));
	if (outcome != OUTCOME_EXIT)
		return;
	snprintf(status, sizeof(status), "%d", run->guest.exec->exit_status);
	trace_note(&run->trace, "exit", status);
}

/* The guest's own end is what counts: what fails here is only said. */
static void finish_tracers(struct run *run)
{
	struct run_facts facts;
	struct trace_end end = {.module = run->guest.module,
				.path = run->guest.path,
				.facts = facts.facts};

	if (run->trace.ntracers == 0)
		return;
	run_facts_collect(&facts, &run->times, &run->guest, &run->checkpoint);
	end.nfacts = facts.count;
	if (trace_finish(&run->trace, &end, run->guest.exec, &run->report) !=
	    ERR_NONE)
		(void)cli_fail(run->guest.path, &run->report);
}

int command_run(const struct options *options)
{
	struct run run = {.options = options};
	enum outcome outcome;
	uint64_t began;
	int status;

	report_init(&run.report);
	if (prepare(&run) != ERR_NONE) {
		status = cli_fail(options->operands[0], &run.report);
	} else {
		began = host_now();
		outcome = execute(&run);
		run.times.run_ns = host_now() - began;
		note_end(&run, outcome);
		if (outcome == OUTCOME_TRAP)
			checkpoint_trapped(&run.checkpoint);
		status = finish(&run, outcome);
		(void)fflush(stdout);
		finish_tracers(&run);
	}
	fini(&run);
	return status;
}
