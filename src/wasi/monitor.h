/* monitor.h: a thread that watches for a file, so that the guest's thread reads only a flag.
 *
 * One for the process.  Natively a POSIX thread (monitor_posix.c); in chiwawa-threads.wasm a
 * thread that the host spawns and that uses no C library (monitor_wasm.c); elsewhere there
 * is none.
 */
#ifndef CHIWAWA_MONITOR_H
#define CHIWAWA_MONITOR_H

#include "base/report.h"

#include <stdbool.h>
#include <stdint.h>

/* Whether a file could appear at the path: its directory is there.  ERR_USAGE, naming who
 * asks, when not. */
enum error monitor_check_path(const char *path, const char *who,
			      struct report *report);

/* Starts the thread; it looks for the file (a path of the host, kept by the caller) every
 * interval ns.  ERR_USAGE: this build, or the host, has no threads. */
enum error monitor_start(const char *path, uint64_t interval,
			 struct report *report);

/* Whether the file was seen.  It stays so until monitor_go_on. */
bool monitor_has_seen(void);

/* Watches again: for the file, or, when it could not be removed, first for its absence. */
void monitor_go_on(bool was_removed);

/* Ends the thread. */
void monitor_stop(void);

#endif
