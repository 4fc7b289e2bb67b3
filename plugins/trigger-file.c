/* trigger-file.c: a snapshot is due when a file appears.
 *
 * The strategy of the original command line: `touch checkpoint.trigger`.  The file
 * is looked for every `interval` milliseconds and removed once honoured, so that a
 * restored run does not stop at once.
 */
#include "config.h"

#include "plugin/trigger.h"

#include "base/alloc.h"
#include "wasi/monitor.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define DEFAULT_PATH "checkpoint.trigger"
#define DEFAULT_INTERVAL_MS 10
#define MAX_INTERVAL_MS 3600000
#define NS_PER_MS 1000000ull
#define LATENCY (2 * NS_PER_MS)

struct state {
	char *path;
	uint64_t interval; /* ns */
	uint64_t next;	   /* time of the next look, ns */
	bool ignored;	   /* honoured, but the file could not be removed */
};

static const struct plugin_option options[] = {
	{"path", "file to look for (default " DEFAULT_PATH ")"},
	{"interval", "milliseconds between looks (default 10)"},
	{NULL, NULL},
};

static enum error init(void *state, const struct plugin_choice *choice,
		       struct report *report)
{
	const char *path = plugin_choice_get(choice, "path", true);
	struct state *file = state;
	uint64_t interval;

	TRY(plugin_choice_number(choice, "interval", false, MAX_INTERVAL_MS,
				 DEFAULT_INTERVAL_MS, &interval, report));
	if (path == NULL)
		path = DEFAULT_PATH;
	TRY(monitor_check_path(path, "file", report));
	file->path = alloc_string(path, strlen(path));
	if (file->path == NULL)
		return report_no_memory(report, strlen(path));
	/* Polls come about every LATENCY: keep the worst case below the interval. */
	file->interval = interval * NS_PER_MS;
	if (file->interval >= 2 * LATENCY)
		file->interval -= 2 * LATENCY;
	return ERR_NONE;
}

static enum trigger_verdict poll(void *state, const struct trigger_now *now)
{
	struct state *file = state;
	struct stat stat_buffer;
	bool exists;

	if (now->time < file->next)
		return TRIGGER_NOT_DUE;
	file->next = now->time + file->interval;
	exists = stat(file->path, &stat_buffer) == 0;
	if (!exists)
		file->ignored = false;
	return exists && !file->ignored ? TRIGGER_DUE : TRIGGER_NOT_DUE;
}

static void honoured(void *state)
{
	struct state *file = state;

	file->ignored = unlink(file->path) != 0;
}

static void fini(void *state)
{
	struct state *file = state;

	alloc_free(file->path);
}

const struct trigger_type trigger_file = {
	.name = "file",
	.help = "when a file appears",
	.options = options,
	.state_size = sizeof(struct state),
	.latency = LATENCY,
	.init = init,
	.poll = poll,
	.honoured = honoured,
	.fini = fini,
};
