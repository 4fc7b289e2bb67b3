/* options.h: the parsed command line.
 *
 * Options stand before or after the guest's file name; what follows `--` is for the
 * guest.  An option's argument follows as the next word or after '='.
 */
#ifndef CHIWAWA_CLI_OPTIONS_H
#define CHIWAWA_CLI_OPTIONS_H

#include "base/report.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum option {
#define OPTION(NAME, LONG, ARGUMENT, GROUP, HELP) OPTION_##NAME,
#include "options.def"
	OPTION_COUNT
};

/* Values given for one option, in order; borrowed from argv. */
struct option_values {
	const char **values; /* NULL entries for options without argument */
	size_t count, capacity;
};

struct options {
	struct option_values given[OPTION_COUNT];
	const char **operands; /* words that are no options; borrowed */
	size_t noperands, operands_capacity;
	char **guest_arguments; /* after "--"; borrowed */
	size_t nguest_arguments;
};

/* Free with options_fini, also after an error. */
enum error options_parse(struct options *options, int argc, char **argv,
			 struct report *report);
void options_fini(struct options *options);

bool options_has(const struct options *options, enum option option);
/* The last value given, or NULL. */
const char *options_value(const struct options *options, enum option option);
/* A number 0..max, or fallback. */
enum error options_number(const struct options *options, enum option option,
			  uint64_t max, uint64_t fallback, uint64_t *value,
			  struct report *report);

/* The index of the value in names (NULL-ended), 0 when it is not given. */
enum error options_choice(const struct options *options, enum option option,
			  const char *const *names, unsigned *choice,
			  struct report *report);

/* Refuses options that are not in a command's list of names, separated by blanks;
 * allowed NULL: those that are not for a run. */
enum error options_check_use(const struct options *options, const char *allowed,
			     struct report *report);

/* Help for the options in a list. */
void options_print(FILE *file, const char *allowed);
/* --help, or the topic that it names. */
enum error options_print_help(const struct options *options, FILE *file,
			      struct report *report);

/* The features that --feature, given any number of times, leaves. */
enum error options_features(const struct options *options, uint32_t *features,
			    struct report *report);

#endif
