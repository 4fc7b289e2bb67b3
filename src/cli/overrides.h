/* overrides.h: what the command line changes in a snapshot: for --restore, and for
 * `snapshot edit`. */
#ifndef CHIWAWA_CLI_OVERRIDES_H
#define CHIWAWA_CLI_OVERRIDES_H

#include "cli/options.h"
#include "snapshot/snapshot.h"

/* Splits a string at blanks into a list; single and double quotes keep blanks. */
enum error split_arguments(const char *text, struct string_list *list,
			   struct report *report);

/* --env, --app-args, --fd and --snapshot-label. */
enum error overrides_apply(const struct options *options,
			   struct snapshot *snapshot, struct report *report);

#endif
