/* cli.h: the command line; only files of src/cli print or choose exit statuses. */
#ifndef CHIWAWA_CLI_H
#define CHIWAWA_CLI_H

#include "base/report.h"
#include "cli/options.h"
#include "module/module.h"

#include <stddef.h>
#include <stdint.h>

/* Exit status of a guest that trapped (as a shell reports SIGABRT). */
#define EXIT_STATUS_TRAP 134

/* Runs the program; returns its exit status. */
int cli_main(int argc, char **argv);

/* Subcommands, and running a guest; each returns an exit status. */
int command_run(const struct options *options);
#define COMMAND(FUNCTION, NAME, ARGUMENTS, OPTIONS, HELP)                               \
	int command_##FUNCTION(const struct options *options);
#include "commands.def"

/* Prints "chiwawa: what: report" and returns the error's exit status. */
int cli_fail(const char *what, const struct report *report);

/* Name of this build for snapshots and --version. */
const char *cli_creator(void);

/* Reads a whole file; free with alloc_free. */
enum error cli_read_file(const char *path, uint8_t **bytes, size_t *size,
			 struct report *report);

/* Reads and validates a module, which may use a set of enum feature.  Free the module with
 * module_free and then its bytes with alloc_free, also after an error. */
enum error cli_load_module(const char *path, uint32_t features, uint8_t **bytes,
			   size_t *size, struct module **module,
			   struct report *report);

#endif
