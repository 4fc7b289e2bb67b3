/* trigger-trap.c: a snapshot is due when the guest traps, for looking at afterwards.
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

const struct trigger_type trigger_trap = {
	.name = "trap",
	.help = "when the guest traps: a snapshot to look at, not to continue",
	.state_size = 1,
	.moments = MOMENT_TRAP,
	.init = init,
	.moment = moment,
};
