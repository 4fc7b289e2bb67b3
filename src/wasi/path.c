/* path.c: WASI calls on paths (path_*). */
#include "config.h"

#include "call.h"

#include "base/alloc.h"

#include <string.h>

wasi_errno wasi_path_create_directory(struct wasi_call *call)
{
	struct fd_entry *directory;
	struct host_path path;

	WASI_TRY(call_path(call, call_u32(call, 0),
			   WASI_RIGHT_PATH_CREATE_DIRECTORY, call_u32(call, 1),
			   call_u32(call, 2), &directory, &path));
	return host_create_directory(path);
}

wasi_errno wasi_path_remove_directory(struct wasi_call *call)
{
	struct fd_entry *directory;
	struct host_path path;

	WASI_TRY(call_path(call, call_u32(call, 0),
			   WASI_RIGHT_PATH_REMOVE_DIRECTORY, call_u32(call, 1),
			   call_u32(call, 2), &directory, &path));
	return host_remove_directory(path);
}

wasi_errno wasi_path_unlink_file(struct wasi_call *call)
{
	struct fd_entry *directory;
	struct host_path path;

	WASI_TRY(call_path(call, call_u32(call, 0),
			   WASI_RIGHT_PATH_UNLINK_FILE, call_u32(call, 1),
			   call_u32(call, 2), &directory, &path));
	return host_unlink(path);
}

wasi_errno wasi_path_filestat_get(struct wasi_call *call)
{
	struct fd_entry *directory;
	struct host_filestat stat;
	struct host_path path;

	WASI_TRY(call_path(call, call_u32(call, 0),
			   WASI_RIGHT_PATH_FILESTAT_GET, call_u32(call, 2),
			   call_u32(call, 3), &directory, &path));
	WASI_TRY(host_path_filestat(path, call_u32(call, 1), &stat));
	return call_store_filestat(call, call_u32(call, 4), &stat);
}

wasi_errno wasi_path_filestat_set_times(struct wasi_call *call)
{
	struct fd_entry *directory;
	struct host_path path;

	WASI_TRY(call_path(call, call_u32(call, 0),
			   WASI_RIGHT_PATH_FILESTAT_SET_TIMES,
			   call_u32(call, 2), call_u32(call, 3), &directory,
			   &path));
	if (!call_fstflags_valid(call_u32(call, 6)))
		return WASI_INVAL;
	return host_path_set_times(path, call_u32(call, 1), call_u64(call, 4),
				   call_u64(call, 5),
				   (uint16_t)call_u32(call, 6));
}

wasi_errno wasi_path_link(struct wasi_call *call)
{
	struct fd_entry *from_directory, *to_directory;
	struct host_path from, to;

	WASI_TRY(call_path(call, call_u32(call, 0),
			   WASI_RIGHT_PATH_LINK_SOURCE, call_u32(call, 2),
			   call_u32(call, 3), &from_directory, &from));
	WASI_TRY(call_path(call, call_u32(call, 4),
			   WASI_RIGHT_PATH_LINK_TARGET, call_u32(call, 5),
			   call_u32(call, 6), &to_directory, &to));
	return host_link(from, call_u32(call, 1), to);
}

wasi_errno wasi_path_symlink(struct wasi_call *call)
{
	uint32_t length = call_u32(call, 1);
	const uint8_t *target = call_bytes(call, call_u32(call, 0), length);
	struct fd_entry *directory;
	struct host_path path;

	WASI_TRY(call_path(call, call_u32(call, 2), WASI_RIGHT_PATH_SYMLINK,
			   call_u32(call, 3), call_u32(call, 4), &directory,
			   &path));
	if (target == NULL)
		return WASI_FAULT;
	return host_symlink((const char *)target, length, path);
}

wasi_errno wasi_path_readlink(struct wasi_call *call)
{
	uint32_t size = call_u32(call, 4);
	uint8_t *buffer = call_bytes(call, call_u32(call, 3), size);
	struct fd_entry *directory;
	struct host_path path;
	size_t length;

	WASI_TRY(call_path(call, call_u32(call, 0), WASI_RIGHT_PATH_READLINK,
			   call_u32(call, 1), call_u32(call, 2), &directory,
			   &path));
	if (buffer == NULL)
		return WASI_FAULT;
	WASI_TRY(host_readlink(path, buffer, size, &length));
	return call_store32(call, call_u32(call, 5), (uint32_t)length);
}

wasi_errno wasi_path_rename(struct wasi_call *call)
{
	struct fd_entry *from_directory, *to_directory;
	struct host_path from, to;
	char *from_path, *to_path;

	WASI_TRY(call_path(call, call_u32(call, 0),
			   WASI_RIGHT_PATH_RENAME_SOURCE, call_u32(call, 1),
			   call_u32(call, 2), &from_directory, &from));
	WASI_TRY(call_path(call, call_u32(call, 3),
			   WASI_RIGHT_PATH_RENAME_TARGET, call_u32(call, 4),
			   call_u32(call, 5), &to_directory, &to));
	WASI_TRY(host_rename(from, to));
	from_path = fd_entry_join(from_directory, from.bytes, from.length);
	to_path = fd_entry_join(to_directory, to.bytes, to.length);
	if (from_path != NULL && to_path != NULL)
		fd_table_renamed(&call->wasi->fds, from_directory->root,
				 from_path, to_directory->root, to_path);
	alloc_free(from_path);
	alloc_free(to_path);
	return WASI_SUCCESS;
}

/* Puts an opened handle into the table. */
static wasi_errno add_opened(struct wasi_call *call,
			     const struct fd_entry *directory,
			     const struct host_path *path, host_handle handle,
			     uint64_t rights, uint64_t inheriting,
			     uint16_t flags, uint32_t *fd)
{
	/* flags are those asked for: what hosts report of them differs. */
	struct fd_entry entry = {.kind = FD_OPENED,
				 .handle = handle,
				 .flags = flags,
				 .rights = rights,
				 .inheriting = inheriting & WASI_RIGHTS_ALL};
	struct host_fdstat stat;
	wasi_errno err;

	err = host_fdstat(handle, &stat);
	if (err != WASI_SUCCESS)
		return err;
	entry.filetype = stat.filetype;
	if (entry.filetype == WASI_FILETYPE_DIRECTORY)
		entry.rights &= WASI_RIGHTS_DIRECTORY;
	else
		entry.rights &= WASI_RIGHTS_FILE;
	entry.root = alloc_string(directory->root, strlen(directory->root));
	entry.path = fd_entry_join(directory, path->bytes, path->length);
	if (entry.root == NULL || entry.path == NULL)
		err = WASI_NOMEM;
	else
		err = fd_table_add(&call->wasi->fds, &entry, fd);
	if (err != WASI_SUCCESS)
		fd_entry_fini(&entry);
	return err;
}

wasi_errno wasi_path_open(struct wasi_call *call)
{
	uint64_t rights = call_u64(call, 5), inheriting = call_u64(call, 6);
	uint32_t oflags = call_u32(call, 4), fdflags = call_u32(call, 7);
	uint64_t needed = WASI_RIGHT_PATH_OPEN;
	struct fd_entry *directory;
	struct host_path path;
	host_handle handle;
	uint32_t fd;
	wasi_errno err;

	if (oflags & WASI_OFLAG_CREAT)
		needed |= WASI_RIGHT_PATH_CREATE_FILE;
	if (oflags & WASI_OFLAG_TRUNC)
		needed |= WASI_RIGHT_PATH_FILESTAT_SET_SIZE;
	WASI_TRY(call_path(call, call_u32(call, 0), needed, call_u32(call, 2),
			   call_u32(call, 3), &directory, &path));
	if (((rights | inheriting) & WASI_RIGHTS_ALL &
	     ~directory->inheriting) != 0)
		return WASI_NOTCAPABLE;
	if ((oflags & ~(uint32_t)WASI_OFLAGS_ALL) != 0 ||
	    (fdflags & ~(uint32_t)WASI_FDFLAGS_ALL) != 0 ||
	    ((oflags & WASI_OFLAG_CREAT) && (oflags & WASI_OFLAG_DIRECTORY)))
		return WASI_INVAL;
	WASI_TRY(call_store32(call, call_u32(call, 8), 0));
	WASI_TRY(host_open(path, call_u32(call, 1), (uint16_t)oflags, rights,
			   inheriting, (uint16_t)fdflags, &handle));
	err = add_opened(call, directory, &path, handle, rights, inheriting,
			 (uint16_t)fdflags, &fd);
	if (err != WASI_SUCCESS) {
		(void)host_close(handle);
		return err;
	}
	return call_store32(call, call_u32(call, 8), fd);
}
