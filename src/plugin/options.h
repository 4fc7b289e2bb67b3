/* options.h: how a plugin is chosen: NAME[:ARG,ARG...].
 *
 * An ARG is key=value; the first may be the value of the plugin's principal
 * option, without its key (--trigger file:PATH).
 */
#ifndef CHIWAWA_PLUGIN_OPTIONS_H
#define CHIWAWA_PLUGIN_OPTIONS_H

#include "base/report.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One option that a plugin understands; a list ends with a NULL key.  The first
 * is the principal one. */
struct plugin_option {
	const char *key;
	const char *help; /* with unit and default */
};

/* Parsed choice; strings are owned. */
struct plugin_choice {
	char *name;
	struct plugin_argument {
		char *key; /* NULL: the principal option */
		char *value;
	} *arguments;
	size_t narguments, capacity;
};

/* Free with plugin_choice_fini, also after an error. */
enum error plugin_choice_parse(struct plugin_choice *choice, const char *text,
			       struct report *report);
void plugin_choice_fini(struct plugin_choice *choice);

/* Every key must be one of options (NULL: the plugin has none). */
enum error plugin_choice_check(const struct plugin_choice *choice,
			       const struct plugin_option *options,
			       struct report *report);

/* Value of an option, the last one given, or NULL.  principal says whether key
 * is the plugin's first option. */
const char *plugin_choice_get(const struct plugin_choice *choice,
			      const char *key, bool principal);

/* A number of an option, 0..max; fallback when it is not given. */
enum error plugin_choice_number(const struct plugin_choice *choice,
				const char *key, bool principal, uint64_t max,
				uint64_t fallback, uint64_t *value,
				struct report *report);

#endif
