/* monitor_path.c: the check of monitor.h that needs no thread. */
#include "config.h"

#include "monitor.h"

#include "base/alloc.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

enum error monitor_check_path(const char *path, const char *who,
			      struct report *report)
{
	const char *slash = strrchr(path, '/');
	char *directory = slash == NULL
				  ? alloc_string(".", 1)
				  : alloc_string(path, (size_t)(slash - path) +
							       1);
	struct stat found;
	bool usable;

	if (directory == NULL)
		return report_no_memory(report, strlen(path));
	errno = ENOTDIR;
	usable = *path != '\0' && stat(directory, &found) == 0 &&
		 S_ISDIR(found.st_mode);
	alloc_free(directory);
	return usable ? ERR_NONE
		      : report_error(report, ERR_USAGE,
				     "%s: %s: cannot be watched: %s", who, path,
				     strerror(errno));
}
