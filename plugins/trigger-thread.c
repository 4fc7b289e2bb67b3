/* trigger-thread.c: a snapshot is due when a file appears; a thread of its own looks for it.
 *
 * The guest's thread reads one flag (src/wasi/monitor.h), so that it may do so far more
 * often than it could ask the host.
 */
#include "config.h"

#include "plugin/trigger.h"

#include "base/alloc.h"
#include "wasi/monitor.h"

#include <string.h>
#include <unistd.h>

#define DEFAULT_PATH "checkpoint.trigger"
#define DEFAULT_INTERVAL_US 200
#define MAX_INTERVAL_US 3600000000ull
#define NS_PER_US 1000ull

struct state {
	char *path;
	bool is_started;
};

/* The monitor is one for the process. */
static bool is_in_use;

static const struct plugin_option options[] = {
	{"path", "file to look for (default " DEFAULT_PATH ")"},
	{"interval_us", "microseconds between looks (default 200)"},
	{NULL, NULL},
};

static enum error init(void *state, const struct plugin_choice *choice,
		       struct report *report)
{
	const char *path = plugin_choice_get(choice, "path", true);
	struct state *thread = state;
	uint64_t interval;

	TRY(plugin_choice_number(choice, "interval_us", false, MAX_INTERVAL_US,
				 DEFAULT_INTERVAL_US, &interval, report));
	if (is_in_use)
		return report_error(report, ERR_USAGE,
				    "thread: can be given once only");
	if (path == NULL)
		path = DEFAULT_PATH;
	TRY(monitor_check_path(path, "thread", report));
	thread->path = alloc_string(path, strlen(path));
	if (thread->path == NULL)
		return report_no_memory(report, strlen(path));
	if (interval == 0)
		interval = 1;
	if (monitor_start(thread->path, interval * NS_PER_US, report) !=
	    ERR_NONE) {
		alloc_free(thread->path);
		return report->err;
	}
	thread->is_started = is_in_use = true;
	return ERR_NONE;
}

static enum trigger_verdict poll(void *state, const struct trigger_now *now)
{
	(void)state;
	(void)now;
	return monitor_has_seen() ? TRIGGER_DUE : TRIGGER_NOT_DUE;
}

static void honoured(void *state)
{
	struct state *thread = state;

	monitor_go_on(unlink(thread->path) == 0);
}

static void fini(void *state)
{
	struct state *thread = state;

	if (thread->is_started)
		monitor_stop();
	is_in_use = false;
	alloc_free(thread->path);
}

const struct trigger_type trigger_thread = {
	.name = "thread",
	.help = "when a file appears; a thread looks for it",
	.options = options,
	.state_size = sizeof(struct state),
	.latency = 250 * NS_PER_US,
	.init = init,
	.poll = poll,
	.honoured = honoured,
	.fini = fini,
};
