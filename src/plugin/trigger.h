/* trigger.h: plugins that decide when a snapshot is due.
 *
 * A trigger is one file plugins/trigger-NAME.c, static except for one
 * `const struct trigger_type trigger_NAME` at its end, and a CHIWAWA_PLUGIN line in
 * configure.ac.  man/chiwawa-plugins.7 is the guide.
 */
#ifndef CHIWAWA_TRIGGER_H
#define CHIWAWA_TRIGGER_H

#include "base/report.h"
#include "plugin/options.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a trigger may know at a safepoint. */
struct trigger_now {
	uint64_t time;	       /* monotonic, ns */
	uint64_t instructions; /* executed by the guest, when counted */
};

struct trigger_type {
	const char *name;
	const char *help;		     /* one line */
	const struct plugin_option *options; /* NULL: none */
	size_t state_size;		     /* bytes; zeroed before init */
	bool counts_instructions;	     /* needs trigger_now.instructions */

	/* Called once before the guest runs.  Required. */
	enum error (*init)(void *state, const struct plugin_choice *choice,
			   struct report *report);

	/* The guest is about to run, or to continue from a snapshot.  NULL:
	 * nothing to do. */
	void (*start)(void *state, const struct trigger_now *now);

	/* Whether a snapshot is due.  Called at safepoints, in the guest's thread,
	 * about every millisecond, and whenever instruction_limit is reached.  May
	 * do cheap system calls; must not touch the guest.  Required. */
	bool (*poll)(void *state, const struct trigger_now *now);

	/* Count of instructions at which poll wants to be called, or UINT64_MAX.
	 * NULL: never cares. */
	uint64_t (*instruction_limit)(void *state);

	/* The request was dealt with: the snapshot is complete on disk, or it
	 * failed and the user was told.  NULL: nothing to do. */
	void (*honoured)(void *state);

	/* Frees what init acquired.  NULL: nothing. */
	void (*fini)(void *state);
};

#endif
