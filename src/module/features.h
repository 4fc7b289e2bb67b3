/* features.h: which proposals a module may use. */
#ifndef CHIWAWA_FEATURES_H
#define CHIWAWA_FEATURES_H

#include "base/report.h"

#include <stdint.h>

enum feature_bit {
#define FEATURE(NAME, TEXT, HELP) FEATURE_BIT_##NAME,
#include "module/features.def"
	FEATURE_COUNT
};

/* Sets of features. */
enum feature {
#define FEATURE(NAME, TEXT, HELP) FEATURE_##NAME = 1u << FEATURE_BIT_##NAME,
#include "module/features.def"
	FEATURES_ALL = (1u << FEATURE_COUNT) - 1,
};

/* "tail-call" adds to the set, "no-tail-call" takes away.  ERR_USAGE lists those that there
 * are. */
enum error features_parse(uint32_t *features, const char *word,
			  struct report *report);

const char *feature_name(enum feature feature);

#endif
