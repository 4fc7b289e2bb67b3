/* rotation.c: see rotation.h. */
#include "config.h"

#include "rotation.h"

#include "base/alloc.h"
#include "base/number.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define PLACEHOLDER "%n"
#define PLACEHOLDER_LENGTH 2
#define MAX_DIGITS 20

enum error rotation_is_pattern(const char *path, bool *is_pattern,
			       struct report *report)
{
	const char *placeholder = strstr(path, PLACEHOLDER);

	*is_pattern = placeholder != NULL;
	if (placeholder != NULL &&
	    (strstr(placeholder + 1, PLACEHOLDER) != NULL ||
	     strchr(placeholder, '/') != NULL))
		return report_error(report, ERR_USAGE,
				    "%s: one %%n only, in the file's name",
				    path);
	return ERR_NONE;
}

/* The number of a file of the pattern's directory; false for other files. */
static bool number_of(const char *pattern, const char *name, uint64_t *number)
{
	const char *slash = strrchr(pattern, '/');
	const char *base = slash == NULL ? pattern : slash + 1;
	const char *placeholder = strstr(base, PLACEHOLDER);
	size_t before = (size_t)(placeholder - base);
	size_t after = strlen(placeholder + PLACEHOLDER_LENGTH);
	size_t length = strlen(name);
	char digits[MAX_DIGITS + 1];
	size_t count;

	if (length <= before + after || memcmp(name, base, before) != 0 ||
	    strcmp(name + length - after, placeholder + PLACEHOLDER_LENGTH) !=
		    0)
		return false;
	count = length - before - after;
	if (count > MAX_DIGITS)
		return false;
	memcpy(digits, name + before, count);
	digits[count] = '\0';
	return number_parse(digits, INT64_MAX, number);
}

static DIR *open_directory(const char *pattern)
{
	const char *slash = strrchr(pattern, '/');
	char *path;
	DIR *directory;

	if (slash == NULL)
		return opendir(".");
	path = alloc_string(pattern, (size_t)(slash - pattern) + 1);
	if (path == NULL) {
		errno = ENOMEM;
		return NULL;
	}
	directory = opendir(path);
	alloc_free(path);
	return directory;
}

enum error rotation_last(const char *pattern, uint64_t *number,
			 struct report *report)
{
	DIR *directory = open_directory(pattern);
	struct dirent *entry;
	uint64_t found;

	*number = 0;
	if (directory == NULL)
		return report_error(report, ERR_IO,
				    "%s: cannot list its directory: %s",
				    pattern, strerror(errno));
	while ((entry = readdir(directory)) != NULL)
		if (number_of(pattern, entry->d_name, &found) &&
		    found > *number)
			*number = found;
	closedir(directory);
	return ERR_NONE;
}

char *rotation_path(const char *pattern, uint64_t number)
{
	const char *placeholder = strstr(pattern, PLACEHOLDER);
	size_t size = strlen(pattern) + MAX_DIGITS + 1;
	char *path = alloc_array(size, 1);

	if (path != NULL)
		snprintf(path, size, "%.*s%" PRIu64 "%s",
			 (int)(placeholder - pattern), pattern, number,
			 placeholder + PLACEHOLDER_LENGTH);
	return path;
}

void rotation_prune(const char *pattern, uint64_t last, uint64_t keep)
{
	DIR *directory = open_directory(pattern);
	struct dirent *entry;
	uint64_t found;

	while (directory != NULL && (entry = readdir(directory)) != NULL) {
		char *path;

		if (!number_of(pattern, entry->d_name, &found) ||
		    found + keep > last)
			continue;
		path = rotation_path(pattern, found);
		if (path != NULL)
			(void)unlink(path);
		alloc_free(path);
	}
	if (directory != NULL)
		closedir(directory);
}
