/* trigger-timer.c: a snapshot is due after some time, once or again and again. */
#include "config.h"

#include "plugin/trigger.h"
#include "wasi/host.h"

#include <string.h>

#define MAX_MS 31536000000ull /* a year */
#define NS_PER_MS 1000000ull

struct state {
	uint64_t after, every; /* ns; every 0: once */
	bool is_wall;	       /* by the host's time of day */
	uint64_t next;	       /* time of that clock, ns; UINT64_MAX: never again */
};

static const struct plugin_option options[] = {
	{"after", "milliseconds until it fires"},
	{"every", "fires again after each further N milliseconds"},
	{"clock", "monotonic (default) or wall, which also counts a host's sleep"},
	{NULL, NULL},
};

static enum error init(void *state, const struct plugin_choice *choice,
		       struct report *report)
{
	const char *clock = plugin_choice_get(choice, "clock", false);
	struct state *timer = state;

	TRY(plugin_choice_number(choice, "every", false, MAX_MS, 0,
				 &timer->every, report));
	TRY(plugin_choice_number(choice, "after", true, MAX_MS, timer->every,
				 &timer->after, report));
	if (timer->after == 0)
		return report_error(report, ERR_USAGE,
				    "timer: say after how many milliseconds "
				    "(timer:N or timer:every=N)");
	if (clock != NULL && strcmp(clock, "wall") != 0 &&
	    strcmp(clock, "monotonic") != 0)
		return report_error(report, ERR_USAGE,
				    "timer: clock: unknown \"%s\" (monotonic, "
				    "wall)",
				    clock);
	timer->is_wall = clock != NULL && strcmp(clock, "wall") == 0;
	timer->after *= NS_PER_MS;
	timer->every *= NS_PER_MS;
	return ERR_NONE;
}

static uint64_t read_clock(const struct state *timer,
			   const struct trigger_now *now)
{
	uint64_t ns;

	if (!timer->is_wall ||
	    host_clock_time(WASI_CLOCK_REALTIME, 0, &ns) != WASI_SUCCESS)
		return now->time;
	return ns;
}

static void start(void *state, const struct trigger_now *now)
{
	struct state *timer = state;

	timer->next = read_clock(timer, now) + timer->after;
}

static enum trigger_verdict poll(void *state, const struct trigger_now *now)
{
	struct state *timer = state;
	uint64_t time = read_clock(timer, now);

	if (time < timer->next)
		return TRIGGER_NOT_DUE;
	timer->next = timer->every == 0 ? UINT64_MAX : time + timer->every;
	return TRIGGER_DUE;
}

const struct trigger_type trigger_timer = {
	.name = "timer",
	.help = "after some time, once or again and again",
	.options = options,
	.state_size = sizeof(struct state),
	.latency = NS_PER_MS,
	.init = init,
	.start = start,
	.poll = poll,
};
