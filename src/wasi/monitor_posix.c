/* monitor_posix.c: monitor.h by a POSIX thread. */
#include "config.h"

#include "monitor.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

/* Only the monitor leaves WATCHING, only the guest's thread leaves SEEN. */
enum state { WATCHING, SEEN, WAITING_FOR_ABSENCE, STOPPING };

static _Atomic int state;
static pthread_t thread;
static bool is_running;
static const char *watched_path;
static uint64_t watched_interval;

static void *monitor(void *unused)
{
	struct timespec pause = {
		.tv_sec = (time_t)(watched_interval / 1000000000u),
		.tv_nsec = (long)(watched_interval % 1000000000u)};
	struct stat found;
	int now;

	(void)unused;
	while ((now = atomic_load(&state)) != STOPPING) {
		bool exists = now != SEEN && stat(watched_path, &found) == 0;

		if (now == WATCHING && exists)
			(void)atomic_compare_exchange_strong(&state, &now,
							     SEEN);
		if (now == WAITING_FOR_ABSENCE && !exists)
			(void)atomic_compare_exchange_strong(&state, &now,
							     WATCHING);
		(void)nanosleep(&pause, NULL);
	}
	return NULL;
}

enum error monitor_start(const char *path, uint64_t interval,
			 struct report *report)
{
	sigset_t all, old;
	int err;

	watched_path = path;
	watched_interval = interval;
	atomic_store(&state, WATCHING);
	/* Signals are for the guest's thread, whose waits they end. */
	sigfillset(&all);
	(void)pthread_sigmask(SIG_SETMASK, &all, &old);
	err = pthread_create(&thread, NULL, monitor, NULL);
	(void)pthread_sigmask(SIG_SETMASK, &old, NULL);
	if (err != 0)
		return report_error(report, ERR_USAGE,
				    "thread: cannot start a thread: %s",
				    strerror(err));
	is_running = true;
	return ERR_NONE;
}

bool monitor_has_seen(void)
{
	return atomic_load_explicit(&state, memory_order_acquire) == SEEN;
}

void monitor_go_on(bool was_removed)
{
	atomic_store(&state, was_removed ? WATCHING : WAITING_FOR_ABSENCE);
}

void monitor_stop(void)
{
	if (!is_running)
		return;
	atomic_store(&state, STOPPING);
	(void)pthread_join(thread, NULL);
	is_running = false;
}
