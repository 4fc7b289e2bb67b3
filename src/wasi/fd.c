/* fd.c: WASI calls on descriptors (fd_*). */
#include "config.h"

#include "call.h"

#include "base/alloc.h"

#include <string.h>

/* Bytes of a directory entry in front of its name. */
#define DIRENT_SIZE 24

wasi_errno wasi_fd_advise(struct wasi_call *call)
{
	struct fd_entry *entry;

	WASI_TRY(call_fd(call, call_u32(call, 0), WASI_RIGHT_FD_ADVISE,
			 &entry));
	if (call_u32(call, 3) > 5)
		return WASI_INVAL;
	return host_advise(entry->handle, call_u64(call, 1), call_u64(call, 2),
			   (uint8_t)call_u32(call, 3));
}

wasi_errno wasi_fd_allocate(struct wasi_call *call)
{
	struct fd_entry *entry;

	WASI_TRY(call_fd(call, call_u32(call, 0), WASI_RIGHT_FD_ALLOCATE,
			 &entry));
	return host_allocate(entry->handle, call_u64(call, 1),
			     call_u64(call, 2));
}

/* Whether the handle is only lent to the guest: the host keeps its own. */
static bool is_borrowed(const struct fd_entry *entry)
{
	return entry->kind == FD_STDIO || entry->kind == FD_PREOPEN;
}

wasi_errno wasi_fd_close(struct wasi_call *call)
{
	struct fd_entry *entry;
	wasi_errno err = WASI_SUCCESS;

	WASI_TRY(call_fd(call, call_u32(call, 0), 0, &entry));
	if (!is_borrowed(entry))
		err = host_close(entry->handle);
	fd_entry_fini(entry);
	return err;
}

wasi_errno wasi_fd_datasync(struct wasi_call *call)
{
	struct fd_entry *entry;

	WASI_TRY(call_fd(call, call_u32(call, 0), WASI_RIGHT_FD_DATASYNC,
			 &entry));
	return host_sync(entry->handle, true);
}

wasi_errno wasi_fd_sync(struct wasi_call *call)
{
	struct fd_entry *entry;

	WASI_TRY(call_fd(call, call_u32(call, 0), WASI_RIGHT_FD_SYNC, &entry));
	return host_sync(entry->handle, false);
}

wasi_errno wasi_fd_fdstat_get(struct wasi_call *call)
{
	struct fd_entry *entry;
	uint8_t *p;

	WASI_TRY(call_fd(call, call_u32(call, 0), 0, &entry));
	p = call_bytes(call, call_u32(call, 1), 24);
	if (p == NULL)
		return WASI_FAULT;
	memset(p, 0, 24);
	p[0] = entry->filetype;
	le_write16(p + 2, entry->flags);
	le_write64(p + 8, entry->rights);
	le_write64(p + 16, entry->inheriting);
	return WASI_SUCCESS;
}

wasi_errno wasi_fd_fdstat_set_flags(struct wasi_call *call)
{
	uint32_t flags = call_u32(call, 1);
	struct fd_entry *entry;

	WASI_TRY(call_fd(call, call_u32(call, 0),
			 WASI_RIGHT_FD_FDSTAT_SET_FLAGS, &entry));
	if ((flags & ~(uint32_t)WASI_FDFLAGS_ALL) != 0)
		return WASI_INVAL;
	WASI_TRY(host_set_flags(entry->handle, (uint16_t)flags));
	entry->flags = (uint16_t)flags;
	return WASI_SUCCESS;
}

wasi_errno wasi_fd_fdstat_set_rights(struct wasi_call *call)
{
	struct fd_entry *entry;

	WASI_TRY(call_fd(call, call_u32(call, 0), 0, &entry));
	/* Rights can only be given up. */
	if ((call_u64(call, 1) & ~entry->rights) != 0 ||
	    (call_u64(call, 2) & ~entry->inheriting) != 0)
		return WASI_NOTCAPABLE;
	entry->rights = call_u64(call, 1);
	entry->inheriting = call_u64(call, 2);
	return WASI_SUCCESS;
}

wasi_errno wasi_fd_filestat_get(struct wasi_call *call)
{
	struct host_filestat stat;
	struct fd_entry *entry;

	WASI_TRY(call_fd(call, call_u32(call, 0), WASI_RIGHT_FD_FILESTAT_GET,
			 &entry));
	WASI_TRY(host_filestat(entry->handle, &stat));
	return call_store_filestat(call, call_u32(call, 1), &stat);
}

wasi_errno wasi_fd_filestat_set_size(struct wasi_call *call)
{
	struct fd_entry *entry;

	WASI_TRY(call_fd(call, call_u32(call, 0),
			 WASI_RIGHT_FD_FILESTAT_SET_SIZE, &entry));
	return host_set_size(entry->handle, call_u64(call, 1));
}

wasi_errno wasi_fd_filestat_set_times(struct wasi_call *call)
{
	struct fd_entry *entry;

	WASI_TRY(call_fd(call, call_u32(call, 0),
			 WASI_RIGHT_FD_FILESTAT_SET_TIMES, &entry));
	if (!call_fstflags_valid(call_u32(call, 3)))
		return WASI_INVAL;
	return host_set_times(entry->handle, call_u64(call, 1),
			      call_u64(call, 2),
			      (uint16_t)call_u32(call, 3));
}

/* ---- reading and writing ---- */

typedef wasi_errno transfer(host_handle handle,
			    const struct host_buffer *buffers, size_t count,
			    size_t *done);
typedef wasi_errno transfer_at(host_handle handle,
			       const struct host_buffer *buffers, size_t count,
			       uint64_t offset, size_t *done);

static wasi_errno do_transfer(struct wasi_call *call, uint64_t right,
			      transfer *function)
{
	struct host_buffer buffers[CALL_MAX_BUFFERS];
	struct fd_entry *entry;
	size_t count, done;

	WASI_TRY(call_fd(call, call_u32(call, 0), right, &entry));
	WASI_TRY(call_buffers(call, call_u32(call, 1), call_u32(call, 2),
			      buffers, &count));
	/* The result's place is checked first: a transfer cannot be undone. */
	WASI_TRY(call_store32(call, call_u32(call, 3), 0));
	WASI_TRY(function(entry->handle, buffers, count, &done));
	return call_store32(call, call_u32(call, 3), (uint32_t)done);
}

static wasi_errno do_transfer_at(struct wasi_call *call, uint64_t right,
				 transfer_at *function)
{
	struct host_buffer buffers[CALL_MAX_BUFFERS];
	struct fd_entry *entry;
	size_t count, done;

	WASI_TRY(call_fd(call, call_u32(call, 0), right | WASI_RIGHT_FD_SEEK,
			 &entry));
	WASI_TRY(call_buffers(call, call_u32(call, 1), call_u32(call, 2),
			      buffers, &count));
	WASI_TRY(call_store32(call, call_u32(call, 4), 0));
	WASI_TRY(function(entry->handle, buffers, count, call_u64(call, 3),
			  &done));
	return call_store32(call, call_u32(call, 4), (uint32_t)done);
}

wasi_errno wasi_fd_read(struct wasi_call *call)
{
	struct fd_entry *entry;

	if (call_fd(call, call_u32(call, 0), WASI_RIGHT_FD_READ, &entry) ==
		    WASI_SUCCESS &&
	    entry->filetype != WASI_FILETYPE_REGULAR_FILE) {
		/* May have waited: ask the triggers right after it. */
		call->exec->countdown = 1;
		if (!call_wait_readable(call, entry))
			return WASI_SUCCESS;
	}
	return do_transfer(call, WASI_RIGHT_FD_READ, host_read);
}

wasi_errno wasi_fd_write(struct wasi_call *call)
{
	return do_transfer(call, WASI_RIGHT_FD_WRITE, host_write);
}

wasi_errno wasi_fd_pread(struct wasi_call *call)
{
	return do_transfer_at(call, WASI_RIGHT_FD_READ, host_pread);
}

wasi_errno wasi_fd_pwrite(struct wasi_call *call)
{
	return do_transfer_at(call, WASI_RIGHT_FD_WRITE, host_pwrite);
}

wasi_errno wasi_fd_seek(struct wasi_call *call)
{
	uint64_t offset = call_u64(call, 1);
	uint32_t whence = call_u32(call, 2);
	struct fd_entry *entry;
	uint64_t position;

	if (call->wasi->is_unstable && whence <= WASI_WHENCE_END)
		whence = (whence + 1) % 3; /* from cur, end, set */

	/* Asking for the position takes the lesser right. */
	WASI_TRY(call_fd(call, call_u32(call, 0),
			 offset == 0 && whence == WASI_WHENCE_CUR
				 ? WASI_RIGHT_FD_TELL
				 : WASI_RIGHT_FD_SEEK | WASI_RIGHT_FD_TELL,
			 &entry));
	if (whence > WASI_WHENCE_END)
		return WASI_INVAL;
	WASI_TRY(host_seek(entry->handle, (int64_t)offset, (uint8_t)whence,
			   &position));
	return call_store64(call, call_u32(call, 3), position);
}

wasi_errno wasi_fd_tell(struct wasi_call *call)
{
	struct fd_entry *entry;
	uint64_t position;

	WASI_TRY(call_fd(call, call_u32(call, 0), WASI_RIGHT_FD_TELL, &entry));
	WASI_TRY(host_seek(entry->handle, 0, WASI_WHENCE_CUR, &position));
	return call_store64(call, call_u32(call, 1), position);
}

wasi_errno wasi_fd_renumber(struct wasi_call *call)
{
	struct fd_entry *from, *to;

	WASI_TRY(call_fd(call, call_u32(call, 0), 0, &from));
	WASI_TRY(call_fd(call, call_u32(call, 1), 0, &to));
	if (from == to)
		return WASI_SUCCESS;
	if (!is_borrowed(to))
		(void)host_close(to->handle);
	fd_entry_fini(to);
	*to = *from;
	memset(from, 0, sizeof(*from));
	return WASI_SUCCESS;
}

/* ---- directories ---- */

wasi_errno wasi_fd_prestat_get(struct wasi_call *call)
{
	struct fd_entry *entry;

	WASI_TRY(call_fd(call, call_u32(call, 0), 0, &entry));
	if (entry->kind != FD_PREOPEN)
		return WASI_BADF;
	WASI_TRY(call_store32(call, call_u32(call, 1), 0)); /* a directory */
	return call_store32(call, call_u32(call, 1) + 4,
			    (uint32_t)strlen(entry->root));
}

wasi_errno wasi_fd_prestat_dir_name(struct wasi_call *call)
{
	struct fd_entry *entry;
	uint8_t *bytes;
	size_t length;

	WASI_TRY(call_fd(call, call_u32(call, 0), 0, &entry));
	if (entry->kind != FD_PREOPEN)
		return WASI_BADF;
	length = strlen(entry->root);
	if (call_u32(call, 2) < length)
		return WASI_NAMETOOLONG;
	bytes = call_bytes(call, call_u32(call, 1), length);
	if (bytes == NULL)
		return WASI_FAULT;
	copy_bytes(bytes, entry->root, length);
	return WASI_SUCCESS;
}

/* Copies as much as fits behind *used; false when the buffer is full. */
static bool append(uint8_t *buffer, uint32_t size, uint32_t *used,
		   const void *bytes, uint32_t length)
{
	uint32_t left = size - *used;
	uint32_t n = length < left ? length : left;

	copy_bytes(buffer + *used, bytes, n);
	*used += n;
	return n == length;
}

wasi_errno wasi_fd_readdir(struct wasi_call *call)
{
	uint32_t size = call_u32(call, 2), used = 0;
	uint64_t cookie = call_u64(call, 3);
	uint8_t *buffer = call_bytes(call, call_u32(call, 1), size);
	struct fd_entry *entry;
	bool fits = true;

	WASI_TRY(call_fd(call, call_u32(call, 0), 0, &entry));
	if (entry->filetype != WASI_FILETYPE_DIRECTORY)
		return WASI_NOTDIR;
	WASI_TRY(call_fd(call, call_u32(call, 0), WASI_RIGHT_FD_READDIR,
			 &entry));
	if (buffer == NULL)
		return WASI_FAULT;
	if (cookie == 0 || entry->listing == NULL) {
		struct listing *listing;

		WASI_TRY(listing_read(entry->handle, &listing));
		listing_free(entry->listing);
		entry->listing = listing;
	}
	for (; fits && cookie < entry->listing->nentries; cookie++) {
		const struct listing_entry *item =
			&entry->listing->entries[cookie];
		uint8_t dirent[DIRENT_SIZE] = {0};

		le_write64(dirent, cookie + 1);
		le_write64(dirent + 8, item->inode);
		le_write32(dirent + 16, item->length);
		dirent[20] = item->filetype;
		fits = append(buffer, size, &used, dirent, DIRENT_SIZE) &&
		       append(buffer, size, &used, item->name, item->length);
	}
	return call_store32(call, call_u32(call, 4), used);
}
