/* checkpoint.c: see checkpoint.h. */
#include "config.h"

#include "checkpoint.h"

#include "base/alloc.h"

#include <string.h>

/* The hook is to be called about this often.  Triggers promise to be seen within
 * 10 ms; a poll costs well under 10 microseconds on every host. */
#define TARGET_NS 1000000ull

#define FIRST_INTERVAL 1000u
#define MAX_INTERVAL 100000000u

enum error checkpoint_arm(struct checkpoint *checkpoint, const char *text,
			  struct report *report)
{
	struct armed_trigger armed = {NULL, NULL};
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
	if (err == ERR_NONE)
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

static uint64_t now_ns(void)
{
	uint64_t ns = 0;

	(void)host_clock_time(WASI_CLOCK_MONOTONIC, 0, &ns);
	return ns;
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

static enum error take_snapshot(struct checkpoint *checkpoint,
				const char *trigger, struct report *report)
{
	struct snapshot_cost *cost = &checkpoint->cost;
	uint64_t began = now_ns();
	struct snapshot snapshot;
	enum error err;

	err = snapshot_capture(checkpoint->exec, checkpoint->instance,
			       checkpoint->wasi, checkpoint->invocation,
			       &snapshot, report);
	if (err == ERR_NONE)
		err = fill_about(checkpoint, trigger, &snapshot, report);
	/* The parts are lent: they go on belonging to the run. */
	snapshot.parts = checkpoint->parts;
	snapshot.nparts = checkpoint->nparts;
	cost->capture_ns = now_ns() - began;
	if (err == ERR_NONE)
		err = snapshot_write_file(&snapshot, checkpoint->format,
					  checkpoint->format_choice,
					  checkpoint->path, cost, report);
	snapshot.parts = NULL;
	snapshot.nparts = 0;
	if (err == ERR_NONE)
		checkpoint->snapshots++;
	snapshot_fini(&snapshot);
	return err;
}

/* Chooses how many polls the next call is away, from how long the last took. */
static void adapt(struct checkpoint *checkpoint, uint64_t now)
{
	uint64_t elapsed = now - checkpoint->last;
	uint64_t interval = checkpoint->interval;

	checkpoint->last = now;
	if (elapsed < TARGET_NS / 2)
		interval *= 2;
	else
		interval = interval * TARGET_NS / elapsed;
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

static bool honour(struct checkpoint *checkpoint,
		   const struct armed_trigger *armed)
{
	struct report report;
	enum error err;

	report_init(&report);
	err = take_snapshot(checkpoint, armed->type->name, &report);
	if (armed->type->honoured != NULL)
		armed->type->honoured(armed->state);
	checkpoint->notice(checkpoint->notice_context, armed->type->name, err,
			   report.text);
	return err == ERR_NONE && !checkpoint->leave_running;
}

static bool safepoint(struct exec *exec, void *context)
{
	struct checkpoint *checkpoint = context;
	struct trigger_now now = {.time = now_ns(),
				  .instructions = exec->instructions};
	bool stop = false;
	size_t i;

	adapt(checkpoint, now.time);
	for (i = 0; i < checkpoint->ntriggers; i++) {
		const struct armed_trigger *armed = &checkpoint->triggers[i];

		if (!armed->type->poll(armed->state, &now))
			continue;
		stop = honour(checkpoint, armed);
		/* One snapshot is enough for all that are due now. */
		checkpoint->last = now_ns();
		break;
	}
	set_next(checkpoint);
	return stop;
}

void checkpoint_start(struct checkpoint *checkpoint)
{
	struct trigger_now now = {.time = now_ns(),
				  .instructions =
					  checkpoint->exec->instructions};
	size_t i;

	if (checkpoint->ntriggers == 0)
		return;
	for (i = 0; i < checkpoint->ntriggers; i++)
		if (checkpoint->triggers[i].type->start != NULL)
			checkpoint->triggers[i].type->start(
				checkpoint->triggers[i].state, &now);
	checkpoint->interval = FIRST_INTERVAL;
	checkpoint->last = now.time;
	checkpoint->exec->safepoint = safepoint;
	checkpoint->exec->safepoint_context = checkpoint;
	set_next(checkpoint);
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
	struct snapshot parts = {.parts = checkpoint->parts,
				 .nparts = checkpoint->nparts};
	size_t i;

	snapshot_fini(&parts);

	for (i = 0; i < checkpoint->ntriggers; i++) {
		if (checkpoint->triggers[i].type->fini != NULL)
			checkpoint->triggers[i].type->fini(
				checkpoint->triggers[i].state);
		alloc_free(checkpoint->triggers[i].state);
	}
	alloc_free(checkpoint->triggers);
	checkpoint->triggers = NULL;
	checkpoint->ntriggers = checkpoint->capacity = 0;
}
