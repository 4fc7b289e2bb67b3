/* rotation.h: numbered snapshot files: a path with %n, of which some are kept. */
#ifndef CHIWAWA_ROTATION_H
#define CHIWAWA_ROTATION_H

#include "base/report.h"

#include <stdbool.h>
#include <stdint.h>

/* Whether a path has a %n.  More than one, or one in a directory's name, is ERR_USAGE. */
enum error rotation_is_pattern(const char *path, bool *is_pattern,
			       struct report *report);

/* The highest number of the files that are there, 0 when there are none. */
enum error rotation_last(const char *pattern, uint64_t *number,
			 struct report *report);

/* The path with a number in it; free with alloc_free.  NULL when out of memory. */
char *rotation_path(const char *pattern, uint64_t number);

/* Removes the files with numbers up to last - keep, as far as it can: a file that stays is
 * no failure of the snapshot. */
void rotation_prune(const char *pattern, uint64_t last, uint64_t keep);

#endif
