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

static enum error open_file(const struct snapshot_fd *fd,
			    const struct preopen *root,
			    struct fd_entry *entry, struct report *report)
{
	bool is_directory = fd->filetype == WASI_FILETYPE_DIRECTORY;
	struct host_path path = {root->handle, fd->path, strlen(fd->path)};
	struct host_fdstat stat;
	uint64_t position;
	wasi_errno err;

	err = host_open(path, WASI_LOOKUP_SYMLINK_FOLLOW,
			is_directory ? WASI_OFLAG_DIRECTORY : 0, fd->rights,
			fd->inheriting, fd->flags, &entry->handle);
	if (err != WASI_SUCCESS)
		return fail(fd->fd, fd->path,
			    err == WASI_NOENT ? "the file is gone"
					      : wasi_errno_name(err),
			    report);
	if (host_fdstat(entry->handle, &stat) != WASI_SUCCESS ||
	    stat.filetype != fd->filetype ||
	    (fd->filetype == WASI_FILETYPE_REGULAR_FILE &&
	     host_seek(entry->handle, (int64_t)fd->offset, WASI_WHENCE_SET,
		       &position) != WASI_SUCCESS)) {
		(void)host_close(entry->handle);
		return fail(fd->fd, fd->path, "is not what it was", report);
	}
	return ERR_NONE;
}

static enum error open_fd(const struct snapshot_fd *fd,
			  const struct wasi *wasi, struct fd_entry *entry,
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
	return open_file(fd, root, entry, report);
}

/* The strings and the listing move from the snapshot to the table. */
static enum error apply_fd(struct snapshot_fd *fd, struct wasi *wasi,
			   struct report *report)
{
	struct fd_entry entry = {.kind = (enum fd_kind)fd->kind,
				 .filetype = fd->filetype,
				 .flags = fd->flags,
				 .rights = fd->rights,
				 .inheriting = fd->inheriting};

	TRY(open_fd(fd, wasi, &entry, report));
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

enum error snapshot_apply_wasi(struct snapshot *snapshot, struct wasi *wasi,
			       struct report *report)
{
	uint8_t clock;
	uint64_t now;
	uint32_t i;

	for (i = 0; i < snapshot->nfds; i++)
		TRY(apply_fd(&snapshot->fds[i], wasi, report));
	swap_strings(&snapshot->program_arguments, &wasi->arguments);
	swap_strings(&snapshot->environment, &wasi->environment);
	/* The time of day is the host's; clocks that measure durations go on. */
	for (clock = WASI_CLOCK_MONOTONIC; clock < WASI_CLOCK_COUNT; clock++)
		if (host_clock_time(clock, 0, &now) == WASI_SUCCESS)
			wasi->clock_offsets[clock] =
				snapshot->clocks[clock] - now;
	return ERR_NONE;
}
