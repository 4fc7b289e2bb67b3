/* file.c: see file.h. */
#include "config.h"

#include "snapshot/file.h"

#include "base/alloc.h"
#include "plugin/registry.h"
#include "wasi/host.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define TEMPORARY_SUFFIX ".tmp"

/* ---- writing ---- */

static bool write_fd(void *context, const uint8_t *bytes, size_t length)
{
	const int *fd = context;

	while (length > 0) {
		ssize_t n = write(*fd, bytes, length);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		bytes += n;
		length -= (size_t)n;
	}
	return true;
}

static enum error write_to(const struct snapshot *snapshot,
			   const struct format_type *format,
			   const struct plugin_choice *choice, int fd,
			   struct snapshot_cost *cost, struct report *report)
{
	uint64_t began = host_now();
	struct sink *sink = sink_new(write_fd, &fd, report);
	enum error err, flushed;

	if (sink == NULL)
		return report_no_memory(report, sizeof(fd));
	err = format->encode(snapshot, choice, sink, report);
	flushed = sink_flush(sink);
	cost->bytes = sink_position(sink);
	cost->nsections = sink_sections(sink, cost->sections);
	cost->encode_ns = host_now() - began;
	sink_free(sink);
	return err != ERR_NONE ? err : flushed;
}

static enum error io_error(const char *path, const char *what,
			   struct report *report)
{
	return report_error(report, ERR_IO, "%s: %s: %s", path, what,
			    strerror(errno));
}

/* The rename itself must reach the disk.  Hosts that cannot sync a directory are
 * not at fault: the data is synced. */
static void sync_directory_of(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *directory = slash == NULL
				  ? alloc_string(".", 1)
				  : alloc_string(path, (size_t)(slash - path) +
							       1);
	int fd = directory == NULL ? -1
				   : open(directory, O_RDONLY | O_DIRECTORY);

	if (fd >= 0) {
		(void)fsync(fd);
		close(fd);
	}
	alloc_free(directory);
}

static enum error write_temporary(const struct snapshot *snapshot,
				  const struct format_type *format,
				  const struct plugin_choice *choice,
				  const char *temporary, const char *path,
				  struct snapshot_cost *cost,
				  struct report *report)
{
	int fd = open(temporary, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	uint64_t began;
	enum error err;

	if (fd < 0)
		return io_error(temporary, "cannot create", report);
	err = write_to(snapshot, format, choice, fd, cost, report);
	began = host_now();
	if (err == ERR_NONE && fsync(fd) != 0)
		err = io_error(temporary, "cannot sync", report);
	if (close(fd) != 0 && err == ERR_NONE)
		err = io_error(temporary, "cannot close", report);
	if (err == ERR_NONE && rename(temporary, path) != 0)
		err = io_error(path, "cannot rename to", report);
	cost->sync_ns = host_now() - began;
	if (err != ERR_NONE)
		(void)unlink(temporary);
	return err;
}

enum error snapshot_write_file(const struct snapshot *snapshot,
			       const struct format_type *format,
			       const struct plugin_choice *choice,
			       const char *path, struct snapshot_cost *cost,
			       struct report *report)
{
	struct snapshot_cost unused = {0};
	size_t length = strlen(path);
	char *temporary;
	enum error err;

	if (cost == NULL)
		cost = &unused;
	cost->sync_ns = 0;
	cost->frames = snapshot->nframes;
	if (strcmp(path, "-") == 0)
		return write_to(snapshot, format, choice, STDOUT_FILENO,
				cost, report);
	temporary = alloc_array(length + sizeof(TEMPORARY_SUFFIX), 1);
	if (temporary == NULL)
		return report_no_memory(report, length);
	memcpy(temporary, path, length);
	memcpy(temporary + length, TEMPORARY_SUFFIX, sizeof(TEMPORARY_SUFFIX));
	err = write_temporary(snapshot, format, choice, temporary, path, cost,
			      report);
	if (err == ERR_NONE)
		sync_directory_of(path);
	alloc_free(temporary);
	return err;
}

/* ---- reading ---- */

static long read_fd(void *context, uint8_t *bytes, size_t length)
{
	const int *fd = context;
	ssize_t n;

	do
		n = read(*fd, bytes, length);
	while (n < 0 && errno == EINTR);
	return (long)n;
}

static enum error decode(struct source *source, struct snapshot *snapshot,
			 const struct format_type **found,
			 struct report *report)
{
	uint8_t head[FORMAT_DETECT_SIZE];
	size_t length = source_peek(source, head, sizeof(head));
	const struct format_type *format;

	if (source_error(source) != ERR_NONE)
		return source_error(source);
	format = format_detect(head, length);
	if (format == NULL)
		return report_error(report, ERR_BAD_SNAPSHOT,
				    "not a snapshot of any format that this "
				    "chiwawa has");
	if (found != NULL)
		*found = format;
	return format->decode(source, snapshot, report);
}

enum error snapshot_read_file(struct snapshot *snapshot, const char *path,
			      const struct format_type **format,
			      struct report *report)
{
	bool is_stdin = strcmp(path, "-") == 0;
	int fd = is_stdin ? STDIN_FILENO : open(path, O_RDONLY);
	struct stat stat_buffer;
	struct source *source;
	enum error err;

	snapshot_init(snapshot);
	if (fd < 0)
		return report_error(report, ERR_IO, "cannot open: %s",
				    strerror(errno));
	source = source_new(read_fd, &fd, report);
	if (source != NULL && !is_stdin && fstat(fd, &stat_buffer) == 0 &&
	    S_ISREG(stat_buffer.st_mode))
		source_set_size(source, (uint64_t)stat_buffer.st_size);
	if (source == NULL)
		err = report_no_memory(report, sizeof(fd));
	else
		err = decode(source, snapshot, format, report);
	source_free(source);
	if (!is_stdin)
		close(fd);
	return err;
}
