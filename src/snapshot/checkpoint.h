/* checkpoint.h: asks the triggers, at safepoints and moments, and takes the snapshot.
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
	uint8_t *funcs; /* flags: functions that it wants to be told of; or NULL */
};

/* Told about each attempt: the file, and err and text of a failure, or ERR_NONE. */
typedef void checkpoint_notice(void *context, const char *trigger,
			       const char *path, enum error err,
			       const char *text);

struct checkpoint {
	/* Set by the caller before checkpoint_start. */
	struct exec *exec;
	struct instance *instance;
	struct wasi *wasi;
	const struct invocation *invocation;
	const struct format_type *format;
	const struct plugin_choice *format_choice;
	const char *path; /* "-": standard output; with %n: numbered files */
	uint64_t keep;	  /* numbered files that stay; 0: all */
	const char *creator, *label;
	uint8_t compression; /* enum snapshot_compression */
	bool leave_running;
	checkpoint_notice *notice;
	void *notice_context;

	struct armed_trigger *triggers;
	size_t ntriggers, capacity;
	bool counts_instructions; /* one of the triggers needs it */
	uint8_t *marked_funcs;	  /* of checkpoint_mark_functions, or NULL */

	/* Called before a snapshot is written, to set parts; may be NULL. */
	enum error (*before_write)(void *context, struct checkpoint *checkpoint,
				   struct report *report);

	uint64_t snapshots;	  /* written so far */
	struct snapshot_cost cost; /* of the last one */

	/* State of plugins, from the snapshot that this run continues. */
	struct snapshot_part *parts;
	uint32_t nparts;

	/* Private. */
	bool is_numbered; /* path has %n */
	uint64_t number;  /* of the last file */
	uint64_t target;  /* wanted between calls of the hook, ns */
	uint32_t interval; /* polls between calls of the hook */
	uint64_t last;	   /* time of the last call, ns */
};

/* Arms a trigger chosen as NAME[:ARG,...]. */
enum error checkpoint_arm(struct checkpoint *checkpoint, const char *choice,
			  struct report *report);

/* Finds the guest's functions that triggers want to be told of; marked_funcs is then for
 * code_options.  ERR_USAGE when the module has none of that name. */
enum error checkpoint_mark_functions(struct checkpoint *checkpoint,
				     const struct module *module,
				     struct report *report);

/* Installs the hook in exec.  Does nothing when no trigger is armed.  ERR_USAGE or ERR_IO
 * for a path that cannot be used. */
enum error checkpoint_start(struct checkpoint *checkpoint,
			    struct report *report);

/* Tells of MOMENT_START, with nothing on the stack; true to stop. */
bool checkpoint_ready(struct checkpoint *checkpoint);
/* Tells of MOMENT_TRAP. */
void checkpoint_trapped(struct checkpoint *checkpoint);

/* Takes the plugins' state out of a snapshot that is continued, for later ones. */
void checkpoint_keep_parts(struct checkpoint *checkpoint,
			   struct snapshot *snapshot);

/* The part of that name, or NULL. */
const struct snapshot_part *
checkpoint_find_part(const struct checkpoint *checkpoint, const char *name);
void checkpoint_fini(struct checkpoint *checkpoint);

#endif
