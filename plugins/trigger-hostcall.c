/* trigger-hostcall.c: a snapshot is due when the guest calls chiwawa.snapshot.
 *
 * Like fork: the call gives 0 when the guest goes on, 1 when it was restored, and -1 when
 * no snapshot was taken.
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

const struct trigger_type trigger_hostcall = {
	.name = "hostcall",
	.help = "when the guest asks: it imports chiwawa.snapshot() -> i32",
	.state_size = 1,
	.moments = MOMENT_REQUEST,
	.init = init,
	.moment = moment,
};
