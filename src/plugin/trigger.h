/* trigger.h: plugins that decide when a snapshot is due.
 *
 * A trigger is one file plugins/trigger-NAME.c, static except for one
 * `const struct trigger_type trigger_NAME` at its end, and a CHIWAWA_PLUGIN line in
 * configure.ac.  man/chiwawa-plugins.7 is the guide.
 */
#ifndef CHIWAWA_TRIGGER_H
#define CHIWAWA_TRIGGER_H

#include "base/report.h"
#include "exec/moment.h"
#include "plugin/options.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a trigger answers. */
enum trigger_verdict {
	TRIGGER_NOT_DUE = 0,
	TRIGGER_DUE,	   /* a snapshot; --leave-running says whether the guest goes on */
	TRIGGER_DUE_GO_ON, /* a snapshot, and the guest goes on */
	TRIGGER_DUE_STOP,  /* a snapshot, and the guest stops */
};

/* What a trigger may know. */
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
	uint32_t moments;		     /* set of enum moment: calls moment */
	/* poll is called about this often, ns, while the guest computes or waits, but not
	 * inside a call of the host that cannot be interrupted.  0: not at all, or only for
	 * instruction_limit. */
	uint64_t latency;

	/* Called once before the guest runs.  ERR_USAGE for options that make no sense,
	 * ERR_UNSUPPORTED for what this build cannot do.  NULL: nothing to set up. */
	enum error (*init)(void *state, const struct plugin_choice *choice,
			   struct report *report);

	/* The guest is about to run, or to continue from a snapshot.  NULL:
	 * nothing to do. */
	void (*start)(void *state, const struct trigger_now *now);

	/* Whether a snapshot is due.  Called in the guest's thread.  May do cheap system
	 * calls; must not touch the guest.  NULL with latency 0 and no
	 * instruction_limit. */
	enum trigger_verdict (*poll)(void *state,
				     const struct trigger_now *now);

	/* The same at one of the moments.  NULL: due at each of them. */
	enum trigger_verdict (*moment)(void *state,
				       const struct moment_event *event,
				       const struct trigger_now *now);

	/* MOMENT_FUNCTION: the guest's function to be told of, by name or #index; NULL:
	 * none.  The string must live as long as the state. */
	const char *(*function)(void *state);

	/* Count of instructions at which poll wants to be called, or UINT64_MAX.
	 * NULL: never cares. */
	uint64_t (*instruction_limit)(void *state);

	/* A request of this trigger was dealt with: the snapshot is complete on disk, or
	 * it failed and the user was told.  NULL: nothing to do. */
	void (*honoured)(void *state);

	/* Frees what init acquired.  NULL: nothing. */
	void (*fini)(void *state);
};

#endif
