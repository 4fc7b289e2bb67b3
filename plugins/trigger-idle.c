/* trigger-idle.c: a snapshot is due when the guest begins to wait: a poll_oneoff, or a read
 * of a stream, that finds nothing.  Then it has little in flight, and can be moved at leisure.
 */
#include "config.h"

#include "plugin/trigger.h"

struct state {
	uint64_t left; /* waits until it fires; 0: never again */
	uint64_t every;
};

static const struct plugin_option options[] = {
	{"nth", "which wait since the run began or was continued (default 1)"},
	{"every", "fires again at each further n-th wait"},
	{NULL, NULL},
};

static enum error init(void *state, const struct plugin_choice *choice,
		       struct report *report)
{
	struct state *idle = state;

	TRY(plugin_choice_number(choice, "every", false, INT64_MAX, 0,
				 &idle->every, report));
	TRY(plugin_choice_number(choice, "nth", true, INT64_MAX,
				 idle->every > 0 ? idle->every : 1, &idle->left,
				 report));
	return idle->left > 0 ? ERR_NONE
			      : report_error(report, ERR_USAGE,
					     "idle: nth: waits are counted "
					     "from 1");
}

static enum trigger_verdict moment(void *state,
				   const struct moment_event *event,
				   const struct trigger_now *now)
{
	struct state *idle = state;

	(void)event;
	(void)now;
	if (idle->left == 0 || --idle->left > 0)
		return TRIGGER_NOT_DUE;
	idle->left = idle->every;
	return TRIGGER_DUE;
}

const struct trigger_type trigger_idle = {
	.name = "idle",
	.help = "when the guest begins to wait: in poll_oneoff or a read",
	.options = options,
	.state_size = sizeof(struct state),
	.moments = MOMENT_WAIT,
	.init = init,
	.moment = moment,
};
