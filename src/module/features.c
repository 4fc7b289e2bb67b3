/* features.c: see features.h. */
#include "config.h"

#include "features.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static const char *const names[FEATURE_COUNT] = {
#define FEATURE(NAME, TEXT, HELP) TEXT,
#include "module/features.def"
};

const char *feature_name(enum feature feature)
{
	return names[__builtin_ctz(feature)];
}

enum error features_parse(uint32_t *features, const char *word,
			  struct report *report)
{
	bool off = strncmp(word, "no-", 3) == 0;
	const char *name = word + (off ? 3 : 0);
	char known[200] = "";
	unsigned i;

	for (i = 0; i < FEATURE_COUNT; i++) {
		size_t used = strlen(known);

		if (strcmp(name, names[i]) == 0) {
			*features = off ? *features & ~(1u << i)
					: *features | 1u << i;
			return ERR_NONE;
		}
		snprintf(known + used, sizeof(known) - used, "%s%s",
			 i > 0 ? ", " : "", names[i]);
	}
	return report_error(report, ERR_USAGE,
			    "unknown feature \"%s\" (have: %s, each also with "
			    "no- before it)",
			    name, known);
}
