/* apply_wasi.c: descriptors, arguments, environment and clocks of a snapshot.
 *
 * Files are opened again by their preopened directory's name and their path, with
 * no flag that creates or truncates, and put at their position.
 */
#include "config.h"

#include "restore.h"

#include "base/alloc.h"

#include <string.h>

static enum error fail(uint32_t fd, const char *name, const char *what,
		       struct report *report)
{
	return report_error(report, ERR_IO, "descriptor %u (%s): %s", fd, name,
			    what);
}

static void warn(const struct restore_policy *policy,
		 const struct snapshot_fd *fd, const char *what)
{
	struct report line;

	report_init(&line);
	(void)report_error(&line, ERR_IO, "descriptor %u (%s): %s", fd->fd,
			   fd->path, what);
	policy->warn(policy->context, line.text);
}

/* Compares a file with what it was; a modification time of 0 is not known. */
static enum error check_file(const struct snapshot_fd *fd, host_handle handle,
			     const struct restore_policy *policy,
			     struct report *report)
{
	struct host_filestat stat;

	if (fd->filetype != WASI_FILETYPE_REGULAR_FILE || fd->mtim == 0)
		return ERR_NONE;
	if (host_filestat(handle, &stat) != WASI_SUCCESS)
		return fail(fd->fd, fd->path, "cannot be asked about", report);
	if (policy->changed_file == CHANGED_WARN) {
		if (stat.size != fd->size)
			warn(policy, fd, "its size has changed");
		else if (stat.mtim != fd->mtim)
			warn(policy, fd, "it was modified");
		return ERR_NONE;
	}
	if (stat.size == fd->size)
		return ERR_NONE;
	if (policy->changed_file == CHANGED_TRUNCATE && stat.size > fd->size) {
		if (host_set_size(handle, fd->size) == WASI_SUCCESS)
			return ERR_NONE;
		return fail(fd->fd, fd->path, "cannot be cut back", report);
	}
	return report_error(report, ERR_IO,
			    "descriptor %u (%s): has %llu bytes now, %llu at "
			    "the snapshot (see --on-changed-file)",
			    fd->fd, fd->path, (unsigned long long)stat.size,
			    (unsigned long long)fd->size);
}

static enum error prepare_file(const struct snapshot_fd *fd,
			       host_handle handle,
			       const struct restore_policy *policy,
			       struct report *report)
{
	struct host_fdstat stat;
	uint64_t position;

	if (host_fdstat(handle, &stat) != WASI_SUCCESS ||
	    stat.filetype != fd->filetype)
		return fail(fd->fd, fd->path, "is not what it was", report);
	TRY(check_file(fd, handle, policy, report));
	if (fd->filetype == WASI_FILETYPE_REGULAR_FILE &&
	    host_seek(handle, (int64_t)fd->offset, WASI_WHENCE_SET,
		      &position) != WASI_SUCCESS)
		return fail(fd->fd, fd->path, "cannot be put at its position",
			    report);
	return ERR_NONE;
}

/* *gone: the file does not exist and the policy allows for that. */
static enum error open_file(const struct snapshot_fd *fd,
			    const struct preopen *root,
			    const struct restore_policy *policy,
			    struct fd_entry *entry, bool *gone,
			    struct report *report)
{
	bool is_directory = fd->filetype == WASI_FILETYPE_DIRECTORY;
	struct host_path path = {root->handle, fd->path, strlen(fd->path)};
	enum error error;
	wasi_errno err;

	err = host_open(path, WASI_LOOKUP_SYMLINK_FOLLOW,
			is_directory ? WASI_OFLAG_DIRECTORY : 0, fd->rights,
			fd->inheriting, fd->flags, &entry->handle);
	if (err == WASI_NOENT && policy->changed_file == CHANGED_WARN) {
		warn(policy, fd, "the file is gone, the descriptor is closed");
		*gone = true;
		return ERR_NONE;
	}
	if (err != WASI_SUCCESS)
		return fail(fd->fd, fd->path,
			    err == WASI_NOENT ? "the file is gone"
					      : wasi_errno_name(err),
			    report);
	error = prepare_file(fd, entry->handle, policy, report);
	if (error != ERR_NONE)
		(void)host_close(entry->handle);
	return error;
}

static enum error open_fd(const struct snapshot_fd *fd,
			  const struct wasi *wasi,
			  const struct restore_policy *policy,
			  struct fd_entry *entry, bool *gone,
			  struct report *report)
{
	const struct preopen *root;

	if (fd->kind == FD_STDIO) {
		entry->handle = (host_handle)fd->stdio;
		return ERR_NONE;
	}
	root = wasi_find_preopen(wasi, fd->root);
	if (root == NULL)
		return fail(fd->fd, fd->root,
			    "no directory of this name is given (see --dir)",
			    report);
	if (fd->kind == FD_PREOPEN) {
		entry->handle = root->handle;
		return ERR_NONE;
	}
	return open_file(fd, root, policy, entry, gone, report);
}

/* The strings and the listing move from the snapshot to the table. */
static enum error apply_fd(struct snapshot_fd *fd, struct wasi *wasi,
			   const struct restore_policy *policy,
			   struct report *report)
{
	struct fd_entry entry = {.kind = (enum fd_kind)fd->kind,
				 .filetype = fd->filetype,
				 .flags = fd->flags,
				 .rights = fd->rights,
				 .inheriting = fd->inheriting};
	bool gone = false;

	TRY(open_fd(fd, wasi, policy, &entry, &gone, report));
	if (gone)
		return ERR_NONE;
	entry.listing = fd->listing;
	if (fd->kind != FD_STDIO)
		entry.root = fd->root;
	if (fd->kind == FD_OPENED)
		entry.path = fd->path;
	if (fd_table_put(&wasi->fds, fd->fd, &entry) != WASI_SUCCESS) {
		if (fd->kind == FD_OPENED)
			(void)host_close(entry.handle);
		return report_no_memory(report, sizeof(entry));
	}
	fd->listing = NULL;
	if (fd->kind != FD_STDIO)
		fd->root = NULL;
	if (fd->kind == FD_OPENED)
		fd->path = NULL;
	return ERR_NONE;
}

static void swap_strings(struct string_list *a, struct string_list *b)
{
	struct string_list swap = *a;

	*a = *b;
	*b = swap;
}

/* Clocks that measure durations; the time of day is the host's. */
static void apply_clocks(const struct snapshot *snapshot, struct wasi *wasi,
			 const struct restore_policy *policy)
{
	uint64_t then = snapshot->clocks[WASI_CLOCK_REALTIME];
	uint64_t now, stopped = 0;
	uint8_t clock;

	if (policy->clock_follows_host && then != 0 &&
	    host_clock_time(WASI_CLOCK_REALTIME, 0, &now) == WASI_SUCCESS &&
	    now > then)
		stopped = now - then;
	for (clock = WASI_CLOCK_MONOTONIC; clock < WASI_CLOCK_COUNT; clock++) {
		if (host_clock_time(clock, 0, &now) != WASI_SUCCESS)
			continue;
		wasi->clock_offsets[clock] = snapshot->clocks[clock] - now;
		/* CPU time did not pass. */
		if (clock == WASI_CLOCK_MONOTONIC)
			wasi->clock_offsets[clock] += stopped;
	}
}

enum error snapshot_apply_wasi(struct snapshot *snapshot, struct wasi *wasi,
			       const struct restore_policy *policy,
			       struct report *report)
{
	uint32_t i;

	for (i = 0; i < snapshot->nfds; i++)
		TRY(apply_fd(&snapshot->fds[i], wasi, policy, report));
	swap_strings(&snapshot->program_arguments, &wasi->arguments);
	swap_strings(&snapshot->environment, &wasi->environment);
	apply_clocks(snapshot, wasi, policy);
	return ERR_NONE;
}
