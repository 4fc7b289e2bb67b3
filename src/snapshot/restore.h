/* restore.h: from a struct snapshot to a guest that can go on.
 *
 * check.c proves the snapshot against the validated module before anything is
 * applied; apply.c and apply_wasi.c then cannot be led out of bounds.
 */
#ifndef CHIWAWA_RESTORE_H
#define CHIWAWA_RESTORE_H

#include "exec/exec.h"
#include "snapshot/snapshot.h"

/* Proves that the snapshot is one of this module: identity, frames at safepoints
 * with the right types, sizes within limits, indices in range.  ERR_BAD_SNAPSHOT
 * or ERR_WRONG_MODULE name the part. */
enum error snapshot_check(const struct snapshot *snapshot,
			  const struct module *module,
			  const struct code_options *options,
			  struct report *report);

/* Puts a checked snapshot into a fresh instance (INSTANTIATE_RESTORE) and an
 * empty stack.  Memories move out of the snapshot.  Fails when the stack is too
 * small or memory runs out; the instance is then of no use. */
enum error snapshot_apply(struct snapshot *snapshot, struct exec *exec,
			  struct instance *instance, struct report *report);

/* What to do with a regular file whose size is not that of the snapshot, or that is
 * gone. */
enum changed_file {
	CHANGED_REFUSE,
	CHANGED_WARN, /* goes on; the descriptor of a file that is gone is closed */
	CHANGED_TRUNCATE, /* a file that has grown is cut back; else as refuse */
};

/* How the outside world is met again. */
struct restore_policy {
	enum changed_file changed_file;
	/* Clocks that measure durations: also count the time from the snapshot to now,
	 * by real time, instead of going on where they stood. */
	bool clock_follows_host;
	void (*warn)(void *context, const char *text); /* one line each */
	void *context;
};

/* Opens descriptors and sets clocks, arguments and environment, in a struct wasi
 * with its directories added but no descriptor open. */
enum error snapshot_apply_wasi(struct snapshot *snapshot, struct wasi *wasi,
			       const struct restore_policy *policy,
			       struct report *report);

/* The slot of a checked value. */
uint64_t snapshot_slot(const struct instance *instance,
		       const struct snapshot_value *value);

/* The point of a frame by its Wasm offset, or NULL. */
const struct code_point *snapshot_find_point(const struct code_map *map,
					     uint32_t offset);

#endif
