/* capture.h: from a stopped guest to a struct snapshot. */
#ifndef CHIWAWA_CAPTURE_H
#define CHIWAWA_CAPTURE_H

#include "exec/exec.h"
#include "snapshot/snapshot.h"

/* What was asked to run; part of a snapshot because its end must know. */
struct invocation {
	enum snapshot_phase phase;
	const char *entry;	   /* export */
	struct func_instance *func; /* the function behind it */
	const uint64_t *arguments; /* as many as it has parameters */
};

/* Captures the state at a safepoint.  Memories stay borrowed from the instance, so the
 * snapshot must be used up before the guest goes on.  creator, host, trigger, label, time,
 * parts and compression are left for the caller.  ERR_NOT_REPRESENTABLE names what stands
 * in the way.  Free with snapshot_fini, also after an error. */
enum error snapshot_capture(struct exec *exec, struct instance *instance,
			    struct wasi *wasi,
			    const struct invocation *invocation,
			    struct snapshot *snapshot, struct report *report);

/* The same after a trap, when exec stands at no safepoint: for looking at only. */
enum error snapshot_capture_trap(struct exec *exec, struct instance *instance,
				 struct wasi *wasi,
				 const struct invocation *invocation,
				 struct snapshot *snapshot,
				 struct report *report);

/* The WASI part (capture_wasi.c). */
enum error snapshot_capture_wasi(struct wasi *wasi, struct snapshot *snapshot,
				 struct report *report);

#endif
