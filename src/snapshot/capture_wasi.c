/* capture_wasi.c: descriptors, arguments, environment and clocks to a snapshot. */
#include "config.h"

#include "capture.h"

#include "base/alloc.h"

#include <string.h>

static enum error copy_strings(const struct string_list *from,
			       struct string_list *to, struct report *report)
{
	size_t i;

	for (i = 0; i < from->count; i++)
		TRY(string_list_add(to, from->items[i],
				    strlen(from->items[i]), report));
	return ERR_NONE;
}

static enum error copy_listing(const struct listing *from,
			       struct listing **to, struct report *report)
{
	size_t i;

	if (from == NULL)
		return ERR_NONE;
	*to = alloc_array(1, sizeof(**to));
	if (*to == NULL)
		return report_no_memory(report, sizeof(**to));
	for (i = 0; i < from->nentries; i++)
		if (!listing_add(*to, from->entries[i].name,
				 from->entries[i].length,
				 from->entries[i].inode,
				 from->entries[i].filetype))
			return report_no_memory(report,
						from->entries[i].length);
	return ERR_NONE;
}

static enum error refuse(uint32_t fd, const struct fd_entry *entry,
			 const char *why, struct report *report)
{
	return report_error(report, ERR_NOT_REPRESENTABLE,
			    "descriptor %u (%s): %s", fd,
			    entry->path != NULL ? entry->path : "a socket",
			    why);
}

/* The file must still be there under its path, to be opened again. */
static enum error check_path(const struct wasi *wasi, uint32_t fd,
			     const struct fd_entry *entry,
			     const struct host_filestat *open,
			     struct report *report)
{
	const struct preopen *root = wasi_find_preopen(wasi, entry->root);
	struct host_filestat found;
	struct host_path path;

	if (root == NULL)
		return refuse(fd, entry, "its directory is gone", report);
	path.directory = root->handle;
	path.bytes = entry->path;
	path.length = strlen(entry->path);
	if (host_path_filestat(path, WASI_LOOKUP_SYMLINK_FOLLOW, &found) !=
	    WASI_SUCCESS)
		return refuse(fd, entry,
			      "the file was removed and cannot be opened "
			      "again",
			      report);
	/* Hosts without inode numbers give 0. */
	if (found.inode != 0 && open->inode != 0 &&
	    (found.inode != open->inode || found.device != open->device))
		return refuse(fd, entry,
			      "another file has taken the place of this one",
			      report);
	return ERR_NONE;
}

static enum error capture_opened(const struct wasi *wasi,
				 const struct fd_entry *entry,
				 struct snapshot_fd *captured,
				 struct report *report)
{
	struct host_filestat stat;

	if (host_filestat(entry->handle, &stat) != WASI_SUCCESS)
		return refuse(captured->fd, entry, "cannot be asked about",
			      report);
	TRY(check_path(wasi, captured->fd, entry, &stat, report));
	captured->path = alloc_string(entry->path, strlen(entry->path));
	if (captured->path == NULL)
		return report_no_memory(report, strlen(entry->path));
	if (entry->filetype != WASI_FILETYPE_REGULAR_FILE)
		return ERR_NONE;
	captured->size = stat.size;
	captured->mtim = stat.mtim;
	if (host_seek(entry->handle, 0, WASI_WHENCE_CUR, &captured->offset) !=
	    WASI_SUCCESS)
		return refuse(captured->fd, entry, "has no position", report);
	return ERR_NONE;
}

static enum error capture_fd(const struct wasi *wasi, uint32_t fd,
			     const struct fd_entry *entry,
			     struct snapshot_fd *captured,
			     struct report *report)
{
	captured->fd = fd;
	captured->kind = (uint8_t)entry->kind;
	captured->filetype = entry->filetype;
	captured->flags = entry->flags;
	captured->rights = entry->rights;
	captured->inheriting = entry->inheriting;
	if (entry->kind == FD_SOCKET)
		return refuse(fd, entry, "a connection cannot be moved",
			      report);
	if (entry->kind == FD_STDIO)
		captured->stdio = (uint32_t)entry->handle;
	if (entry->root != NULL) {
		captured->root = alloc_string(entry->root,
					      strlen(entry->root));
		if (captured->root == NULL)
			return report_no_memory(report, strlen(entry->root));
	}
	TRY(copy_listing(entry->listing, &captured->listing, report));
	if (entry->kind == FD_OPENED)
		return capture_opened(wasi, entry, captured, report);
	return ERR_NONE;
}

enum error snapshot_capture_wasi(struct wasi *wasi, struct snapshot *snapshot,
				 struct report *report)
{
	uint8_t clock;
	uint32_t fd;

	TRY(copy_strings(&wasi->arguments, &snapshot->program_arguments,
			 report));
	TRY(copy_strings(&wasi->environment, &snapshot->environment, report));
	for (clock = 0; clock < WASI_CLOCK_COUNT; clock++)
		if (wasi_clock_now(wasi, clock, 0, &snapshot->clocks[clock]) !=
		    WASI_SUCCESS)
			snapshot->clocks[clock] = 0; /* the host has none */
	snapshot->fds = alloc_array(wasi->fds.nentries,
				    sizeof(*snapshot->fds));
	if (snapshot->fds == NULL)
		return report_no_memory(report, wasi->fds.nentries);
	for (fd = 0; fd < wasi->fds.nentries; fd++) {
		const struct fd_entry *entry = fd_table_get(&wasi->fds, fd);

		if (entry == NULL)
			continue;
		snapshot->nfds++;
		TRY(capture_fd(wasi, fd, entry,
			       &snapshot->fds[snapshot->nfds - 1], report));
	}
	return ERR_NONE;
}
