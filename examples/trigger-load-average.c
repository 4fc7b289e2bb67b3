/* trigger-load-average.c: example: a snapshot is due when the machine is busy.
 *
 * For native builds: --trigger load-average:4 fires when the load of the last minute exceeds
 * 4, so that the guest can go on elsewhere.
 *
 *   configure --with-plugin=examples/trigger-load-average.c
 */
#include "config.h"

#include "plugin/trigger.h"

#include <stdlib.h>

#define CHECK_NS 1000000000ull

struct state {
	uint64_t limit; /* hundredths */
	bool has_fired;
};

static const struct plugin_option options[] = {
	{"limit", "hundredths of a load of 1 (default 400)"},
	{NULL, NULL},
};

static enum error init(void *state, const struct plugin_choice *choice,
		       struct report *report)
{
	struct state *load = state;

	return plugin_choice_number(choice, "limit", true, 1000000, 400,
				    &load->limit, report);
}

static enum trigger_verdict poll(void *state, const struct trigger_now *now)
{
	struct state *load = state;
	double average;

	(void)now;
	if (load->has_fired || getloadavg(&average, 1) != 1 ||
	    average * 100 < (double)load->limit)
		return TRIGGER_NOT_DUE;
	load->has_fired = true;
	return TRIGGER_DUE;
}

const struct trigger_type trigger_load_average = {
	.name = "load-average",
	.help = "when the machine's load exceeds a limit",
	.options = options,
	.state_size = sizeof(struct state),
	.latency = CHECK_NS,
	.init = init,
	.poll = poll,
};
