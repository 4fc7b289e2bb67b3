/* monitor_none.c: monitor.h where there are no threads. */
#include "config.h"

#include "monitor.h"

enum error monitor_start(const char *path, uint64_t interval,
			 struct report *report)
{
	(void)path;
	(void)interval;
	return report_error(report, ERR_USAGE,
			    "thread: this build has no threads (try file, or "
			    "chiwawa-threads.wasm)");
}

bool monitor_has_seen(void)
{
	return false;
}

void monitor_go_on(bool was_removed)
{
	(void)was_removed;
}

void monitor_stop(void)
{
}
