/* host_wasm.c: host.h for Wasm builds, over the host's own WASI preview1.
 *
 * The host checks paths and rights once more; what it answers is passed on.
 */
#include "config.h"

#include "host.h"

#include "base/alloc.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <wasi/api.h>

_Static_assert(sizeof(struct host_buffer) == sizeof(__wasi_iovec_t),
	       "host_buffer is an iovec");

/* wasi-libc's header speaks of C strings; the imports take lengths. */
#define IMPORT(NAME)                                                           \
	__attribute__((import_module("wasi_snapshot_preview1"),                \
		       import_name(NAME)))
IMPORT("path_open")
int32_t raw_path_open(int32_t fd, int32_t lookup, const char *path,
		      size_t length, int32_t oflags, int64_t rights,
		      int64_t inheriting, int32_t fdflags, int32_t *opened);
IMPORT("path_filestat_get")
int32_t raw_path_filestat_get(int32_t fd, int32_t lookup, const char *path,
			      size_t length, __wasi_filestat_t *stat);
IMPORT("path_filestat_set_times")
int32_t raw_path_filestat_set_times(int32_t fd, int32_t lookup,
				    const char *path, size_t length,
				    int64_t atim, int64_t mtim, int32_t flags);
IMPORT("path_create_directory")
int32_t raw_path_create_directory(int32_t fd, const char *path, size_t length);
IMPORT("path_remove_directory")
int32_t raw_path_remove_directory(int32_t fd, const char *path, size_t length);
IMPORT("path_unlink_file")
int32_t raw_path_unlink_file(int32_t fd, const char *path, size_t length);
IMPORT("path_rename")
int32_t raw_path_rename(int32_t fd, const char *from, size_t from_length,
			int32_t to_fd, const char *to, size_t to_length);
IMPORT("path_link")
int32_t raw_path_link(int32_t fd, int32_t lookup, const char *from,
		      size_t from_length, int32_t to_fd, const char *to,
		      size_t to_length);
IMPORT("path_symlink")
int32_t raw_path_symlink(const char *target, size_t target_length, int32_t fd,
			 const char *path, size_t length);
IMPORT("path_readlink")
int32_t raw_path_readlink(int32_t fd, const char *path, size_t length,
			  uint8_t *buffer, size_t size, size_t *used);

static const __wasi_iovec_t *iovec(const struct host_buffer *buffers)
{
	return (const __wasi_iovec_t *)buffers;
}

static const __wasi_ciovec_t *ciovec(const struct host_buffer *buffers)
{
	return (const __wasi_ciovec_t *)buffers;
}

void host_init(void)
{
	/* A WASI process has no signals. */
}

const char *host_name(void)
{
	const char *name = getenv("HOSTNAME");

	return name == NULL ? "" : name;
}

wasi_errno host_read(host_handle handle, const struct host_buffer *buffers,
		     size_t count, size_t *done)
{
	return __wasi_fd_read(handle, iovec(buffers), count, done);
}

wasi_errno host_write(host_handle handle, const struct host_buffer *buffers,
		      size_t count, size_t *done)
{
	return __wasi_fd_write(handle, ciovec(buffers), count, done);
}

wasi_errno host_pread(host_handle handle, const struct host_buffer *buffers,
		      size_t count, uint64_t offset, size_t *done)
{
	return __wasi_fd_pread(handle, iovec(buffers), count, offset, done);
}

wasi_errno host_pwrite(host_handle handle, const struct host_buffer *buffers,
		       size_t count, uint64_t offset, size_t *done)
{
	return __wasi_fd_pwrite(handle, ciovec(buffers), count, offset, done);
}

wasi_errno host_seek(host_handle handle, int64_t offset, uint8_t whence,
		     uint64_t *position)
{
	__wasi_filesize_t result;
	wasi_errno err = __wasi_fd_seek(handle, offset, whence, &result);

	if (err == WASI_SUCCESS)
		*position = result;
	return err;
}

wasi_errno host_close(host_handle handle)
{
	return __wasi_fd_close(handle);
}

wasi_errno host_sync(host_handle handle, bool data_only)
{
	return data_only ? __wasi_fd_datasync(handle) : __wasi_fd_sync(handle);
}

wasi_errno host_advise(host_handle handle, uint64_t offset, uint64_t length,
		       uint8_t advice)
{
	return __wasi_fd_advise(handle, offset, length, advice);
}

wasi_errno host_allocate(host_handle handle, uint64_t offset, uint64_t length)
{
	return __wasi_fd_allocate(handle, offset, length);
}

wasi_errno host_fdstat(host_handle handle, struct host_fdstat *stat)
{
	__wasi_fdstat_t host;
	wasi_errno err = __wasi_fd_fdstat_get(handle, &host);

	if (err != WASI_SUCCESS)
		return err;
	stat->filetype = host.fs_filetype;
	stat->flags = host.fs_flags;
	stat->rights = host.fs_rights_base;
	stat->inheriting = host.fs_rights_inheriting;
	return WASI_SUCCESS;
}

wasi_errno host_set_flags(host_handle handle, uint16_t flags)
{
	return __wasi_fd_fdstat_set_flags(handle, flags);
}

static void from_host(const __wasi_filestat_t *host, struct host_filestat *stat)
{
	stat->device = host->dev;
	stat->inode = host->ino;
	stat->filetype = host->filetype;
	stat->nlink = host->nlink;
	stat->size = host->size;
	stat->atim = host->atim;
	stat->mtim = host->mtim;
	stat->ctim = host->ctim;
}

wasi_errno host_filestat(host_handle handle, struct host_filestat *stat)
{
	__wasi_filestat_t host;
	wasi_errno err = __wasi_fd_filestat_get(handle, &host);

	if (err == WASI_SUCCESS)
		from_host(&host, stat);
	return err;
}

wasi_errno host_set_size(host_handle handle, uint64_t size)
{
	return __wasi_fd_filestat_set_size(handle, size);
}

wasi_errno host_set_times(host_handle handle, uint64_t atim, uint64_t mtim,
			  uint16_t fstflags)
{
	return __wasi_fd_filestat_set_times(handle, atim, mtim, fstflags);
}

/* Entries of one buffer of fd_readdir; false when the callback gave up. */
static bool list_buffer(const uint8_t *buffer, size_t used, uint64_t *cookie,
			host_entry *entry, void *context, size_t *consumed)
{
	size_t at = 0;

	while (used - at >= sizeof(__wasi_dirent_t)) {
		__wasi_dirent_t dirent;

		memcpy(&dirent, buffer + at, sizeof(dirent));
		if (used - at - sizeof(dirent) < dirent.d_namlen)
			break;
		if (!entry(context,
			   (const char *)buffer + at + sizeof(dirent),
			   dirent.d_namlen, dirent.d_ino, dirent.d_type))
			return false;
		*cookie = dirent.d_next;
		at += sizeof(dirent) + dirent.d_namlen;
	}
	*consumed = at;
	return true;
}

wasi_errno host_list(host_handle handle, host_entry *entry, void *context)
{
	size_t size = 16384, used, consumed = 0;
	uint8_t *buffer = alloc_array(size, 1);
	uint64_t cookie = 0;
	wasi_errno err = WASI_SUCCESS;

	if (buffer == NULL)
		return WASI_NOMEM;
	do {
		err = __wasi_fd_readdir(handle, buffer, size, cookie, &used);
		if (err != WASI_SUCCESS)
			break;
		if (used > size)
			used = size;
		if (!list_buffer(buffer, used, &cookie, entry, context,
				 &consumed))
			err = WASI_NOMEM;
		/* A full buffer means that there is more. */
	} while (err == WASI_SUCCESS && used == size && consumed > 0);
	alloc_free(buffer);
	return err;
}

wasi_errno host_open(struct host_path path, uint32_t lookup, uint16_t oflags,
		     uint64_t rights, uint64_t inheriting, uint16_t fdflags,
		     host_handle *handle)
{
	__wasi_fdstat_t directory;
	int32_t opened;
	wasi_errno err;

	/* Hosts that keep rights (uvwasi) refuse to be asked for more than the
	 * directory passes on; the guest's own rights are chiwawa's business. */
	if (__wasi_fd_fdstat_get(path.directory, &directory) == WASI_SUCCESS &&
	    directory.fs_rights_inheriting != 0) {
		rights &= directory.fs_rights_inheriting;
		inheriting &= directory.fs_rights_inheriting;
	}
	err = (wasi_errno)raw_path_open(path.directory, (int32_t)lookup,
					path.bytes, path.length, oflags,
					(int64_t)rights, (int64_t)inheriting,
					fdflags, &opened);
	if (err == WASI_SUCCESS)
		*handle = opened;
	return err;
}

wasi_errno host_path_filestat(struct host_path path, uint32_t lookup,
			      struct host_filestat *stat)
{
	__wasi_filestat_t host;
	wasi_errno err = (wasi_errno)raw_path_filestat_get(
		path.directory, (int32_t)lookup, path.bytes, path.length,
		&host);

	if (err == WASI_SUCCESS)
		from_host(&host, stat);
	return err;
}

wasi_errno host_path_set_times(struct host_path path, uint32_t lookup,
			       uint64_t atim, uint64_t mtim, uint16_t fstflags)
{
	return (wasi_errno)raw_path_filestat_set_times(
		path.directory, (int32_t)lookup, path.bytes, path.length,
		(int64_t)atim, (int64_t)mtim, fstflags);
}

wasi_errno host_create_directory(struct host_path path)
{
	return (wasi_errno)raw_path_create_directory(path.directory,
						     path.bytes, path.length);
}

wasi_errno host_remove_directory(struct host_path path)
{
	return (wasi_errno)raw_path_remove_directory(path.directory,
						     path.bytes, path.length);
}

wasi_errno host_unlink(struct host_path path)
{
	return (wasi_errno)raw_path_unlink_file(path.directory, path.bytes,
						path.length);
}

wasi_errno host_rename(struct host_path from, struct host_path to)
{
	return (wasi_errno)raw_path_rename(from.directory, from.bytes,
					   from.length, to.directory,
					   to.bytes, to.length);
}

wasi_errno host_link(struct host_path from, uint32_t lookup,
		     struct host_path to)
{
	return (wasi_errno)raw_path_link(from.directory, (int32_t)lookup,
					 from.bytes, from.length,
					 to.directory, to.bytes, to.length);
}

wasi_errno host_symlink(const char *target, size_t length,
			struct host_path path)
{
	return (wasi_errno)raw_path_symlink(target, length, path.directory,
					    path.bytes, path.length);
}

wasi_errno host_readlink(struct host_path path, uint8_t *buffer, size_t size,
			 size_t *length)
{
	size_t used = 0;
	wasi_errno err = (wasi_errno)raw_path_readlink(
		path.directory, path.bytes, path.length, buffer, size, &used);

	if (err != WASI_SUCCESS)
		return err;
	/* Some hosts (uvwasi in Node 18) count a terminating NUL. */
	while (used > 0 && used <= size && buffer[used - 1] == '\0')
		used--;
	*length = used;
	return WASI_SUCCESS;
}

wasi_errno host_open_directory(const char *name, host_handle *handle)
{
	/* libc finds the host's preopen that covers the name. */
	int fd = open(name, O_RDONLY | O_DIRECTORY);

	if (fd < 0)
		return WASI_NOENT;
	*handle = fd;
	return WASI_SUCCESS;
}

wasi_errno host_preopens(host_preopen *preopen, void *context)
{
	host_handle fd;

	for (fd = 3;; fd++) {
		__wasi_prestat_t prestat;
		size_t length;
		uint8_t *name;
		bool ok;

		if (__wasi_fd_prestat_get(fd, &prestat) != WASI_SUCCESS)
			return WASI_SUCCESS;
		if (prestat.tag != __WASI_PREOPENTYPE_DIR)
			continue;
		length = prestat.u.dir.pr_name_len;
		name = alloc_array(length + 1, 1);
		if (name == NULL)
			return WASI_NOMEM;
		ok = __wasi_fd_prestat_dir_name(fd, name, length) ==
		     WASI_SUCCESS;
		/* Some hosts count a terminating NUL. */
		length = strlen((const char *)name);
		ok = ok && preopen(context, fd, (const char *)name, length);
		alloc_free(name);
		if (!ok)
			return WASI_NOMEM;
	}
}

wasi_errno host_clock_resolution(uint8_t clock, uint64_t *ns)
{
	return __wasi_clock_res_get(clock, ns);
}

wasi_errno host_clock_time(uint8_t clock, uint64_t precision, uint64_t *ns)
{
	return __wasi_clock_time_get(clock, precision, ns);
}

wasi_errno host_random(uint8_t *buffer, size_t length)
{
	return __wasi_random_get(buffer, length);
}

wasi_errno host_yield(void)
{
	return __wasi_sched_yield();
}

static void to_host(const struct host_subscription *from, size_t index,
		    __wasi_subscription_t *to)
{
	memset(to, 0, sizeof(*to));
	to->userdata = index;
	to->u.tag = from->type;
	if (from->type != WASI_EVENT_CLOCK) {
		to->u.u.fd_read.file_descriptor = from->handle;
		return;
	}
	to->u.u.clock.id = from->clock;
	to->u.u.clock.timeout = from->timeout;
	to->u.u.clock.flags = from->absolute ? WASI_SUBCLOCK_ABSTIME : 0;
}

wasi_errno host_poll(const struct host_subscription *subscriptions,
		     struct host_event *events, size_t count)
{
	__wasi_subscription_t *in = alloc_array(count, sizeof(*in));
	__wasi_event_t *out = alloc_array(count, sizeof(*out));
	wasi_errno err = WASI_NOMEM;
	size_t i, happened = 0;

	if (in != NULL && out != NULL) {
		for (i = 0; i < count; i++)
			to_host(&subscriptions[i], i, &in[i]);
		err = __wasi_poll_oneoff(in, out, count, &happened);
	}
	if (err == WASI_SUCCESS) {
		memset(events, 0, count * sizeof(*events));
		for (i = 0; i < happened && i < count; i++) {
			struct host_event *event;

			if (out[i].userdata >= count)
				continue;
			event = &events[out[i].userdata];
			event->happened = 1;
			event->error = out[i].error;
			event->nbytes = out[i].fd_readwrite.nbytes;
			event->flags = out[i].fd_readwrite.flags;
		}
	}
	alloc_free(in);
	alloc_free(out);
	return err;
}

wasi_errno host_accept(host_handle handle, uint16_t fdflags,
		       host_handle *accepted)
{
	__wasi_fd_t fd;
	wasi_errno err = __wasi_sock_accept(handle, fdflags, &fd);

	if (err == WASI_SUCCESS)
		*accepted = (host_handle)fd;
	return err;
}

wasi_errno host_receive(host_handle handle, const struct host_buffer *buffers,
			size_t count, uint16_t riflags, size_t *done,
			uint16_t *roflags)
{
	return __wasi_sock_recv(handle, iovec(buffers), count, riflags, done,
				roflags);
}

wasi_errno host_send(host_handle handle, const struct host_buffer *buffers,
		     size_t count, size_t *done)
{
	return __wasi_sock_send(handle, ciovec(buffers), count, 0, done);
}

wasi_errno host_shutdown(host_handle handle, uint8_t how)
{
	return __wasi_sock_shutdown(handle, how);
}
