/* call.c: see call.h. */
#include "config.h"

#include "call.h"

uint8_t *call_bytes(const struct wasi_call *call, uint32_t address,
		    uint64_t length)
{
	if (call->memory == NULL ||
	    !memory_contains(call->memory, address, length))
		return NULL;
	return call->memory->data + address;
}

wasi_errno call_store32(const struct wasi_call *call, uint32_t address,
			uint32_t value)
{
	uint8_t *bytes = call_bytes(call, address, 4);

	if (bytes == NULL)
		return WASI_FAULT;
	le_write32(bytes, value);
	return WASI_SUCCESS;
}

wasi_errno call_store64(const struct wasi_call *call, uint32_t address,
			uint64_t value)
{
	uint8_t *bytes = call_bytes(call, address, 8);

	if (bytes == NULL)
		return WASI_FAULT;
	le_write64(bytes, value);
	return WASI_SUCCESS;
}

wasi_errno call_buffers(const struct wasi_call *call, uint32_t address,
			uint32_t count, struct host_buffer *buffers,
			size_t *nbuffers)
{
	const uint8_t *p = call_bytes(call, address, (uint64_t)count * 8);
	size_t i;

	if (p == NULL)
		return WASI_FAULT;
	if (count > CALL_MAX_BUFFERS)
		count = CALL_MAX_BUFFERS;
	for (i = 0; i < count; i++, p += 8) {
		uint32_t length = le_read32(p + 4);

		buffers[i].data = call_bytes(call, le_read32(p), length);
		buffers[i].length = length;
		if (buffers[i].data == NULL)
			return WASI_FAULT;
	}
	*nbuffers = count;
	return WASI_SUCCESS;
}

wasi_errno call_fd(const struct wasi_call *call, uint32_t fd, uint64_t rights,
		   struct fd_entry **entry)
{
	*entry = fd_table_get(&call->wasi->fds, fd);
	if (*entry == NULL)
		return WASI_BADF;
	if ((rights & ~(*entry)->rights) != 0)
		return WASI_NOTCAPABLE;
	return WASI_SUCCESS;
}

wasi_errno call_path(const struct wasi_call *call, uint32_t fd,
		     uint64_t rights, uint32_t address, uint32_t length,
		     struct fd_entry **directory, struct host_path *path)
{
	const uint8_t *bytes = call_bytes(call, address, length);
	wasi_errno err = call_fd(call, fd, 0, directory);

	if (err != WASI_SUCCESS)
		return err;
	if ((*directory)->filetype != WASI_FILETYPE_DIRECTORY)
		return WASI_NOTDIR;
	WASI_TRY(call_fd(call, fd, rights, directory));
	if (bytes == NULL)
		return WASI_FAULT;
	path->directory = (*directory)->handle;
	path->bytes = (const char *)bytes;
	path->length = length;
	return WASI_SUCCESS;
}

wasi_errno call_store_filestat(const struct wasi_call *call, uint32_t address,
			       const struct host_filestat *stat)
{
	bool unstable = call->wasi->is_unstable;
	uint8_t *p = call_bytes(call, address, unstable ? 56 : 64);

	if (p == NULL)
		return WASI_FAULT;
	le_write64(p, stat->device);
	le_write64(p + 8, stat->inode);
	le_write64(p + 16, stat->filetype);
	/* Links had 32 bits, behind the type. */
	if (unstable)
		le_write32(p + 20, (uint32_t)stat->nlink);
	else
		le_write64(p + 24, stat->nlink);
	p += unstable ? 24 : 32;
	le_write64(p, stat->size);
	le_write64(p + 8, stat->atim);
	le_write64(p + 16, stat->mtim);
	le_write64(p + 24, stat->ctim);
	return WASI_SUCCESS;
}

bool call_fstflags_valid(uint32_t flags)
{
	return (flags & ~15u) == 0 &&
	       (flags & (WASI_FST_ATIM | WASI_FST_ATIM_NOW)) !=
		       (WASI_FST_ATIM | WASI_FST_ATIM_NOW) &&
	       (flags & (WASI_FST_MTIM | WASI_FST_MTIM_NOW)) !=
		       (WASI_FST_MTIM | WASI_FST_MTIM_NOW);
}
