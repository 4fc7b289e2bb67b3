/* trigger-start.c: a snapshot is due before the guest's entry is called.
 *
 * Its start function is done.  Such a snapshot has no frames, so that `chiwawa snapshot
 * to-wasm` makes a module of it.
 */
#include "config.h"

#include "plugin/trigger.h"

static enum error init(void *state, const struct plugin_choice *choice,
		       struct report *report)
{
	(void)state;
	(void)choice;
	(void)report;
	return ERR_NONE;
}

static enum trigger_verdict moment(void *state,
				   const struct moment_event *event,
				   const struct trigger_now *now)
{
	(void)state;
	(void)event;
	(void)now;
	return TRIGGER_DUE;
}

const struct trigger_type trigger_start = {
	.name = "start",
	.help = "when the guest is instantiated, before its entry is called",
	.state_size = 1,
	.moments = MOMENT_START,
	.init = init,
	.moment = moment,
};
