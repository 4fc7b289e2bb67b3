/* checkpoint.c: see checkpoint.h. */
#include "config.h"

#include "checkpoint.h"

#include "base/alloc.h"
#include "base/number.h"
#include "module/names.h"
#include "snapshot/rotation.h"

#include <string.h>

#define FIRST_INTERVAL 1000u
#define MAX_INTERVAL 100000000u

/* How often the hook is called when no trigger asks for more, ns. */
#define SLOWEST_TARGET 100000000ull

enum error checkpoint_arm(struct checkpoint *checkpoint, const char *text,
			  struct report *report)
{
	struct armed_trigger armed = {NULL, NULL, NULL};
	struct plugin_choice choice;
	enum error err = plugin_choice_parse(&choice, text, report);

	if (err == ERR_NONE) {
		armed.type = trigger_find(choice.name, report);
		err = armed.type == NULL ? ERR_USAGE : ERR_NONE;
	}
	if (err == ERR_NONE)
		err = plugin_choice_check(&choice, armed.type->options,
					  report);
	if (err == ERR_NONE) {
		armed.state = alloc_array(1, armed.type->state_size);
		if (armed.state == NULL ||
		    alloc_grow(&checkpoint->triggers, &checkpoint->capacity,
			       checkpoint->ntriggers + 1, sizeof(armed)) != 0)
			err = report_no_memory(report, sizeof(armed));
	}
	if (err == ERR_NONE && armed.type->init != NULL)
		err = armed.type->init(armed.state, &choice, report);
	plugin_choice_fini(&choice);
	if (err != ERR_NONE) {
		alloc_free(armed.state);
		return err;
	}
	checkpoint->triggers[checkpoint->ntriggers++] = armed;
	checkpoint->counts_instructions |= armed.type->counts_instructions;
	return ERR_NONE;
}

static enum error fill_about(const struct checkpoint *checkpoint,
			     const char *trigger, struct snapshot *snapshot,
			     struct report *report)
{
	const char *label = checkpoint->label ? checkpoint->label : "";

	snapshot->creator = alloc_string(checkpoint->creator,
					 strlen(checkpoint->creator));
	snapshot->trigger = alloc_string(trigger, strlen(trigger));
	snapshot->label = alloc_string(label, strlen(label));
	snapshot->host = alloc_string(host_name(), strlen(host_name()));
	snapshot->compression = checkpoint->compression;
	if (snapshot->creator == NULL || snapshot->host == NULL ||
	    snapshot->trigger == NULL ||
	    snapshot->label == NULL)
		return report_no_memory(report, strlen(label));
	if (host_clock_time(WASI_CLOCK_REALTIME, 0, &snapshot->time) !=
	    WASI_SUCCESS)
		snapshot->time = 0;
	return ERR_NONE;
}

/* ---- taking one ---- */

static enum error write_snapshot(struct checkpoint *checkpoint,
				 struct snapshot *snapshot, const char *path,
				 struct report *report)
{
	enum error err = ERR_NONE;

	if (checkpoint->before_write != NULL)
		err = checkpoint->before_write(checkpoint->notice_context,
					       checkpoint, report);
	if (err != ERR_NONE)
		return err;
	/* The parts are lent: they go on belonging to the run. */
	snapshot->parts = checkpoint->parts;
	snapshot->nparts = checkpoint->nparts;
	err = snapshot_write_file(snapshot, checkpoint->format,
				  checkpoint->format_choice, path,
				  &checkpoint->cost, report);
	snapshot->parts = NULL;
	snapshot->nparts = 0;
	return err;
}

static enum error take_snapshot(struct checkpoint *checkpoint,
				const char *trigger, bool trapped,
				const char *path, struct report *report)
{
	uint64_t began = host_now();
	struct snapshot snapshot;
	enum error err;

	err = (trapped ? snapshot_capture_trap : snapshot_capture)(
		checkpoint->exec, checkpoint->instance, checkpoint->wasi,
		checkpoint->invocation, &snapshot, report);
	if (err == ERR_NONE)
		err = fill_about(checkpoint, trigger, &snapshot, report);
	checkpoint->cost.capture_ns = host_now() - began;
	if (err == ERR_NONE)
		err = write_snapshot(checkpoint, &snapshot, path, report);
	if (err == ERR_NONE)
		checkpoint->snapshots++;
	snapshot_fini(&snapshot);
	return err;
}

/* Takes a snapshot to the path, or the next numbered one, and tells the user. */
static enum error attempt(struct checkpoint *checkpoint, const char *trigger,
			  bool trapped)
{
	const char *path = checkpoint->path;
	char *numbered = NULL;
	struct report report;
	enum error err = ERR_NONE;

	report_init(&report);
	if (checkpoint->is_numbered) {
		numbered = rotation_path(path, checkpoint->number + 1);
		if (numbered == NULL)
			err = report_no_memory(&report, strlen(path));
		else
			path = numbered;
	}
	if (err == ERR_NONE)
		err = take_snapshot(checkpoint, trigger, trapped, path,
				    &report);
	if (err == ERR_NONE && checkpoint->is_numbered) {
		checkpoint->number++;
		if (checkpoint->keep > 0)
			rotation_prune(checkpoint->path, checkpoint->number,
				       checkpoint->keep);
	}
	checkpoint->notice(checkpoint->notice_context, trigger, path, err,
			   report.text);
	alloc_free(numbered);
	return err;
}

/* True when the guest is to stop. */
static bool honour(struct checkpoint *checkpoint,
		   const struct armed_trigger *armed,
		   enum trigger_verdict verdict)
{
	enum error err = attempt(checkpoint, armed->type->name, false);

	if (armed->type->honoured != NULL)
		armed->type->honoured(armed->state);
	if (err != ERR_NONE)
		return false;
	return verdict == TRIGGER_DUE_STOP ||
	       (verdict == TRIGGER_DUE && !checkpoint->leave_running);
}

/* ---- polling ---- */

/* Chooses how many polls the next call is away, from how long the last took. */
static void adapt(struct checkpoint *checkpoint, uint64_t now)
{
	uint64_t elapsed = now - checkpoint->last;
	uint64_t interval = checkpoint->interval;

	checkpoint->last = now;
	if (elapsed < checkpoint->target / 2)
		interval *= 2;
	else
		interval = interval * checkpoint->target / elapsed;
	if (interval < 1)
		interval = 1;
	if (interval > MAX_INTERVAL)
		interval = MAX_INTERVAL;
	checkpoint->interval = (uint32_t)interval;
}

static void set_next(struct checkpoint *checkpoint)
{
	uint64_t limit = UINT64_MAX;
	size_t i;

	for (i = 0; i < checkpoint->ntriggers; i++) {
		const struct armed_trigger *armed = &checkpoint->triggers[i];
		uint64_t wanted =
			armed->type->instruction_limit == NULL
				? UINT64_MAX
				: armed->type->instruction_limit(armed->state);

		if (wanted < limit)
			limit = wanted;
	}
	checkpoint->exec->instruction_limit = limit;
	checkpoint->exec->countdown = checkpoint->interval;
}

static bool safepoint(struct exec *exec, void *context)
{
	struct checkpoint *checkpoint = context;
	struct trigger_now now = {.time = host_now(),
				  .instructions = exec->instructions};
	bool stop = false;
	size_t i;

	/* A call that waits asks by time, which says nothing about the guest's pace. */
	if (exec->call.func == NULL)
		adapt(checkpoint, now.time);
	for (i = 0; i < checkpoint->ntriggers; i++) {
		const struct armed_trigger *armed = &checkpoint->triggers[i];
		enum trigger_verdict verdict =
			armed->type->poll == NULL
				? TRIGGER_NOT_DUE
				: armed->type->poll(armed->state, &now);

		if (verdict == TRIGGER_NOT_DUE)
			continue;
		/* One snapshot is enough for all that are due now. */
		stop = honour(checkpoint, armed, verdict);
		break;
	}
	checkpoint->last = host_now();
	set_next(checkpoint);
	return stop;
}

/* ---- moments ---- */

/* The first trigger that is due at a moment, or NULL. */
static const struct armed_trigger *ask(struct checkpoint *checkpoint,
				       const struct moment_event *event,
				       enum trigger_verdict *verdict)
{
	struct trigger_now now = {.time = host_now(),
				  .instructions =
					  checkpoint->exec->instructions};
	size_t i;

	for (i = 0; i < checkpoint->ntriggers; i++) {
		const struct armed_trigger *armed = &checkpoint->triggers[i];

		if ((armed->type->moments & event->moment) == 0 ||
		    (event->moment == MOMENT_FUNCTION &&
		     (armed->funcs == NULL || !armed->funcs[event->func])))
			continue;
		*verdict = armed->type->moment == NULL
				   ? TRIGGER_DUE
				   : armed->type->moment(armed->state, event,
							 &now);
		if (*verdict != TRIGGER_NOT_DUE)
			return armed;
	}
	return NULL;
}

static bool moment(struct exec *exec, void *context,
		   const struct moment_event *event)
{
	struct checkpoint *checkpoint = context;
	enum trigger_verdict verdict;
	const struct armed_trigger *armed = ask(checkpoint, event, &verdict);

	uint64_t before = checkpoint->snapshots;
	bool stop = armed != NULL && honour(checkpoint, armed, verdict);

	exec->request_was_met = checkpoint->snapshots > before;
	return stop;
}

bool checkpoint_ready(struct checkpoint *checkpoint)
{
	struct moment_event event = {.moment = MOMENT_START};

	exec_reset(checkpoint->exec);
	return exec_tell(checkpoint->exec, &event);
}

void checkpoint_trapped(struct checkpoint *checkpoint)
{
	struct moment_event event = {.moment = MOMENT_TRAP};
	enum trigger_verdict verdict;
	const struct armed_trigger *armed = ask(checkpoint, &event, &verdict);

	if (armed != NULL)
		(void)attempt(checkpoint, armed->type->name, true);
}

/* ---- functions by name ---- */

static bool has_name(const struct module *module, uint32_t func,
		     const char *wanted)
{
	char name[256];
	uint64_t index;

	if (*wanted == '#')
		return number_parse(wanted + 1, UINT32_MAX, &index) &&
		       index == func;
	module_func_name(module, func, name, sizeof(name));
	return strcmp(name, wanted) == 0;
}

static bool is_exported_as(const struct module *module, uint32_t func,
			   const char *wanted)
{
	const struct export *export =
		module_find_export(module, wanted, strlen(wanted));

	return export != NULL && export->kind == EXTERN_FUNC &&
	       export->index == func;
}

/* Flags the functions of that name, for the trigger and for the translator. */
static enum error mark(struct checkpoint *checkpoint,
		       struct armed_trigger *armed,
		       const struct module *module, const char *wanted,
		       struct report *report)
{
	bool found = false;
	uint32_t i;

	if (checkpoint->marked_funcs == NULL)
		checkpoint->marked_funcs = alloc_array(module->nfuncs, 1);
	armed->funcs = alloc_array(module->nfuncs, 1);
	if (checkpoint->marked_funcs == NULL || armed->funcs == NULL)
		return report_no_memory(report, module->nfuncs);
	for (i = module->nimported_funcs; i < module->nfuncs; i++) {
		if (!has_name(module, i, wanted) &&
		    !is_exported_as(module, i, wanted))
			continue;
		checkpoint->marked_funcs[i] = 1;
		armed->funcs[i] = 1;
		found = true;
	}
	return found ? ERR_NONE
		     : report_error(report, ERR_USAGE,
				    "%s: the module has no function \"%s\"",
				    armed->type->name, wanted);
}

enum error checkpoint_mark_functions(struct checkpoint *checkpoint,
				     const struct module *module,
				     struct report *report)
{
	size_t i;

	for (i = 0; i < checkpoint->ntriggers; i++) {
		struct armed_trigger *armed = &checkpoint->triggers[i];
		const char *wanted = armed->type->function == NULL
					     ? NULL
					     : armed->type->function(
						       armed->state);

		if (wanted != NULL)
			TRY(mark(checkpoint, armed, module, wanted, report));
	}
	return ERR_NONE;
}

/* ---- life ---- */

/* What the triggers together want: moments, and how often to be asked. */
static void install(struct checkpoint *checkpoint)
{
	struct exec *exec = checkpoint->exec;
	size_t i;

	checkpoint->target = SLOWEST_TARGET;
	for (i = 0; i < checkpoint->ntriggers; i++) {
		const struct trigger_type *type = checkpoint->triggers[i].type;

		exec->moments |= type->moments;
		if (type->latency == 0)
			continue;
		if (type->latency < checkpoint->target)
			checkpoint->target = type->latency;
		exec->wait_slice = checkpoint->target;
	}
	exec->safepoint = safepoint;
	exec->moment = moment;
	exec->safepoint_context = checkpoint;
}

enum error checkpoint_start(struct checkpoint *checkpoint,
			    struct report *report)
{
	struct trigger_now now = {.time = host_now(),
				  .instructions =
					  checkpoint->exec->instructions};
	size_t i;

	if (checkpoint->ntriggers == 0)
		return ERR_NONE;
	TRY(rotation_is_pattern(checkpoint->path, &checkpoint->is_numbered,
				report));
	if (checkpoint->is_numbered) {
		TRY(rotation_last(checkpoint->path, &checkpoint->number,
				  report));
		checkpoint->leave_running = true;
	} else if (checkpoint->keep > 0) {
		return report_error(report, ERR_USAGE,
				    "--snapshot-keep needs a "
				    "--snapshot-output with %%n");
	}
	for (i = 0; i < checkpoint->ntriggers; i++)
		if (checkpoint->triggers[i].type->start != NULL)
			checkpoint->triggers[i].type->start(
				checkpoint->triggers[i].state, &now);
	checkpoint->interval = FIRST_INTERVAL;
	checkpoint->last = now.time;
	install(checkpoint);
	set_next(checkpoint);
	return ERR_NONE;
}

const struct snapshot_part *
checkpoint_find_part(const struct checkpoint *checkpoint, const char *name)
{
	return snapshot_find_part(checkpoint->parts, checkpoint->nparts, name);
}

void checkpoint_keep_parts(struct checkpoint *checkpoint,
			   struct snapshot *snapshot)
{
	checkpoint->parts = snapshot->parts;
	checkpoint->nparts = snapshot->nparts;
	snapshot->parts = NULL;
	snapshot->nparts = 0;
}

void checkpoint_fini(struct checkpoint *checkpoint)
{
	size_t i;

	snapshot_free_parts(checkpoint->parts, checkpoint->nparts);
	for (i = 0; i < checkpoint->ntriggers; i++) {
		if (checkpoint->triggers[i].type->fini != NULL)
			checkpoint->triggers[i].type->fini(
				checkpoint->triggers[i].state);
		alloc_free(checkpoint->triggers[i].state);
		alloc_free(checkpoint->triggers[i].funcs);
	}
	alloc_free(checkpoint->marked_funcs);
	checkpoint->marked_funcs = NULL;
	alloc_free(checkpoint->triggers);
	checkpoint->triggers = NULL;
	checkpoint->ntriggers = checkpoint->capacity = 0;
}
