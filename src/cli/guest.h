/* guest.h: one guest, from its file and the command line to where it can run.
 *
 * Owns the module, the machine (store, WASI, stack) and what was asked to run.  Triggers,
 * tracers and the end of a run are command_run.c's.
 */
#ifndef CHIWAWA_CLI_GUEST_H
#define CHIWAWA_CLI_GUEST_H

#include "cli/options.h"
#include "snapshot/capture.h"
#include "snapshot/restore.h"

struct guest {
	const struct options *options;
	const char *path;
	uint8_t *bytes;
	size_t size;
	struct module *module;
	struct code_options code_options; /* set before guest_make_machine */
	struct store *store;
	struct wasi *wasi;
	struct instance *instance;
	struct exec *exec;
	struct invocation invocation;
	char *entry;	     /* owned name of the export */
	uint64_t *arguments; /* owned */
};

/* Reads and validates the module.  Free with guest_fini, also after an error. */
enum error guest_load(struct guest *guest, const struct options *options,
		      const char *path, struct report *report);
/* Makes the machine, with its directories. */
enum error guest_make_machine(struct guest *guest, struct report *report);
/* Instantiates the module, with arguments and environment of the command line. */
enum error guest_start(struct guest *guest, struct report *report);
/* Instantiates the module as the snapshot has it: checks it, then --fd, --env,
 * --app-args and the policies apply.  Memories move out of the snapshot. */
enum error guest_restore(struct guest *guest, struct snapshot *snapshot,
			 struct report *report);
void guest_fini(struct guest *guest);

#endif
