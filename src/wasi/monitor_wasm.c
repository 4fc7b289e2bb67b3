/* monitor_wasm.c: monitor.h by a thread that the host spawns (wasi-threads).
 *
 * No packaged wasi-libc has threads, so what the thread runs is freestanding: it has its
 * own stack, calls WASI directly, allocates nothing, and shares with the guest's thread one
 * atomic word and what was written before it was spawned.
 */
#include "config.h"

#include "monitor.h"

#include <stdatomic.h>
#include <string.h>
#include <wasi/api.h>
#include <wasi/libc-find-relpath.h>

#define STACK_SIZE 16384

/* How long a spawned thread may take until it runs, and the pauses until then, ns. */
#define START_TIMEOUT 5000000000ull
#define START_PAUSE 1000000ull

enum state { NOT_RUNNING, WATCHING, SEEN, WAITING_FOR_ABSENCE, STOPPING };

static _Atomic int state;
static int watched_directory;
static const char *watched_path;
static size_t watched_length;
static uint64_t watched_interval;

/* Where wasi_thread_start, below, puts the stack pointer. */
char monitor_stack[STACK_SIZE] __attribute__((aligned(16)));

__attribute__((import_module("wasi"), import_name("thread-spawn"))) int32_t
thread_spawn(void *argument);
__attribute__((import_module("wasi_snapshot_preview1"),
	       import_name("path_filestat_get"))) int32_t
monitor_path_filestat_get(int32_t fd, int32_t lookup, const char *path,
			  size_t length, __wasi_filestat_t *stat);
__attribute__((import_module("wasi_snapshot_preview1"),
	       import_name("poll_oneoff"))) int32_t
monitor_poll_oneoff(const __wasi_subscription_t *in, __wasi_event_t *out,
		    size_t count, size_t *happened);

void monitor_run(void);

/* The export that a host calls in the new thread with its number and the argument of
 * thread-spawn, which is the end of the stack. */
__asm__(".globaltype __stack_pointer, i32\n"
	".functype monitor_run () -> ()\n"
	".globl wasi_thread_start\n"
	".type wasi_thread_start,@function\n"
	".export_name wasi_thread_start, wasi_thread_start\n"
	"wasi_thread_start:\n"
	"	.functype wasi_thread_start (i32, i32) -> ()\n"
	"	local.get 1\n"
	"	global.set __stack_pointer\n"
	"	call monitor_run\n"
	"	end_function\n");

static void pause_for(uint64_t ns)
{
	__wasi_subscription_t subscription = {
		.u = {.tag = __WASI_EVENTTYPE_CLOCK,
		      .u = {.clock = {.id = __WASI_CLOCKID_MONOTONIC,
				      .timeout = ns}}}};
	__wasi_event_t event;
	size_t happened;

	(void)monitor_poll_oneoff(&subscription, &event, 1, &happened);
}

void monitor_run(void)
{
	__wasi_filestat_t found;
	int now = NOT_RUNNING;

	(void)atomic_compare_exchange_strong(&state, &now, WATCHING);
	while ((now = atomic_load(&state)) != STOPPING) {
		bool exists = now != SEEN &&
			      monitor_path_filestat_get(
				      watched_directory,
				      __WASI_LOOKUPFLAGS_SYMLINK_FOLLOW,
				      watched_path, watched_length,
				      &found) == 0;

		if (now == WATCHING && exists)
			(void)atomic_compare_exchange_strong(&state, &now,
							     SEEN);
		if (now == WAITING_FOR_ABSENCE && !exists)
			(void)atomic_compare_exchange_strong(&state, &now,
							     WATCHING);
		pause_for(watched_interval);
	}
}

enum error monitor_start(const char *path, uint64_t interval,
			 struct report *report)
{
	static char relative[4096];
	const char *directory;
	char *buffer = relative;
	uint64_t paused = 0;
	int32_t spawned;

	watched_directory = __wasilibc_find_relpath(path, &directory, &buffer,
						    sizeof(relative));
	if (watched_directory < 0)
		return report_error(report, ERR_USAGE,
				    "thread: %s: not below a directory of "
				    "this process",
				    path);
	watched_path = buffer;
	watched_length = strlen(buffer);
	watched_interval = interval;
	spawned = thread_spawn(monitor_stack + STACK_SIZE);
	if (spawned < 0)
		return report_error(report, ERR_USAGE,
				    "thread: the host starts no thread (%d)",
				    (int)spawned);
	/* A host may take the call and never run the thread. */
	while (atomic_load(&state) == NOT_RUNNING && paused < START_TIMEOUT) {
		pause_for(START_PAUSE);
		paused += START_PAUSE;
	}
	if (atomic_load(&state) == NOT_RUNNING)
		return report_error(report, ERR_USAGE,
				    "thread: the host's thread does not run");
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
	atomic_store(&state, STOPPING);
}
