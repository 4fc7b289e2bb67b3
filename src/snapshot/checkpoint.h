/* checkpoint.h: the safepoint hook: asks the triggers, takes the snapshot.
 *
 * Owns the armed triggers and the interval between polls.  Whether the guest
 * stops is decided only after the snapshot is complete on disk; when it fails the
 * guest goes on.
 */
#ifndef CHIWAWA_CHECKPOINT_H
#define CHIWAWA_CHECKPOINT_H

#include "plugin/registry.h"
#include "snapshot/capture.h"
#include "snapshot/file.h"

struct armed_trigger {
	const struct trigger_type *type;
	void *state;
};

/* Told about each attempt: err and text of a failure, or ERR_NONE. */
typedef void checkpoint_notice(void *context, const char *trigger,
			       enum error err, const char *text);

struct checkpoint {
	/* Set by the caller before checkpoint_start. */
	struct exec *exec;
	struct instance *instance;
	struct wasi *wasi;
	const struct invocation *invocation;
	const struct format_type *format;
	const struct plugin_choice *format_choice;
	const char *path; /* "-": standard output */
	const char *creator, *label;
	uint8_t compression; /* enum snapshot_compression */
	bool leave_running;
	checkpoint_notice *notice;
	void *notice_context;

	struct armed_trigger *triggers;
	size_t ntriggers, capacity;
	bool counts_instructions; /* one of the triggers needs it */

	uint64_t snapshots;	  /* written so far */
	struct snapshot_cost cost; /* of the last one */

	/* State of plugins, from the snapshot that this run continues. */
	struct snapshot_part *parts;
	uint32_t nparts;

	/* Private: polling. */
	uint32_t interval; /* polls between calls of the hook */
	uint64_t last;	   /* time of the last call, ns */
};

/* Arms a trigger chosen as NAME[:ARG,...]. */
enum error checkpoint_arm(struct checkpoint *checkpoint, const char *choice,
			  struct report *report);

/* Installs the hook in exec.  Does nothing when no trigger is armed. */
void checkpoint_start(struct checkpoint *checkpoint);

/* Takes the plugins' state out of a snapshot that is continued, for later ones. */
void checkpoint_keep_parts(struct checkpoint *checkpoint,
			   struct snapshot *snapshot);

void checkpoint_fini(struct checkpoint *checkpoint);

#endif
