/* trigger-env.c: example: a snapshot is due so many milliseconds after the start as an
 * environment variable of chiwawa's own process says; without it, never.
 *
 * For every build: --trigger env:STOP_AFTER, and STOP_AFTER=500 in the environment.
 *
 *   configure --with-plugin=examples/trigger-env.c
 */
#include "config.h"

#include "plugin/trigger.h"

#include "base/number.h"

#include <stdlib.h>

#define NS_PER_MS 1000000u
#define MAX_MS 1000000000u

struct state {
	uint64_t delay, due; /* ns; UINT64_MAX: never */
};

static const struct plugin_option options[] = {
	{"variable", "name of the variable (default CHIWAWA_STOP_AFTER)"},
	{NULL, NULL},
};

static enum error init(void *state, const struct plugin_choice *choice,
		       struct report *report)
{
	const char *name = plugin_choice_get(choice, "variable", true);
	struct state *env = state;
	const char *value;

	if (name == NULL)
		name = "CHIWAWA_STOP_AFTER";
	value = getenv(name);
	env->delay = UINT64_MAX;
	if (value == NULL)
		return ERR_NONE;
	if (!number_parse(value, MAX_MS, &env->delay))
		return report_error(report, ERR_USAGE,
				    "env: %s=%s: not a number of milliseconds",
				    name, value);
	env->delay *= NS_PER_MS;
	return ERR_NONE;
}

static void start(void *state, const struct trigger_now *now)
{
	struct state *env = state;

	env->due = env->delay == UINT64_MAX ? UINT64_MAX
					    : now->time + env->delay;
}

static enum trigger_verdict poll(void *state, const struct trigger_now *now)
{
	struct state *env = state;

	if (now->time < env->due)
		return TRIGGER_NOT_DUE;
	env->due = UINT64_MAX;
	return TRIGGER_DUE;
}

const struct trigger_type trigger_env = {
	.name = "env",
	.help = "when an environment variable says",
	.options = options,
	.state_size = sizeof(struct state),
	.latency = NS_PER_MS,
	.init = init,
	.start = start,
	.poll = poll,
};
