/* host.h: what chiwawa's WASI asks of the machine it runs on.
 *
 * One implementation per platform: host_wasm.c over the imports of WASI preview1,
 * host_posix*.c over POSIX.  Handles are the platform's file descriptors.  Every
 * function returns a WASI errno and writes its results only on success.  Paths
 * are length-delimited, relative to a directory handle, and never leave it.
 */
#ifndef CHIWAWA_WASI_HOST_H
#define CHIWAWA_WASI_HOST_H

#include "wasi/abi.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef int host_handle;
#define HOST_NO_HANDLE (-1)

struct host_path {
	host_handle directory;
	const char *bytes; /* not terminated, may hold anything */
	size_t length;
};

/* Laid out like an iovec of the host. */
struct host_buffer {
	uint8_t *data;
	size_t length;
};

struct host_fdstat {
	uint8_t filetype; /* enum wasi_filetype */
	uint16_t flags;	  /* enum wasi_fdflags */
	uint64_t rights, inheriting;
};

struct host_filestat {
	uint64_t device, inode;
	uint8_t filetype;
	uint64_t nlink, size;
	uint64_t atim, mtim, ctim; /* ns since 1970 */
};

struct host_subscription {
	uint8_t type; /* enum wasi_eventtype */
	host_handle handle;
	uint8_t clock;	  /* enum wasi_clock */
	bool absolute;	  /* timeout is a time of that clock */
	uint64_t timeout; /* ns */
};

struct host_event {
	uint8_t happened;
	wasi_errno error;
	uint64_t nbytes;
	uint16_t flags;
};

/* Called for each entry of a directory. Returns false to give up (no memory). */
typedef bool host_entry(void *context, const char *name, size_t length,
			uint64_t inode, uint8_t filetype);

/* Called for each directory that the host hands to this process. */
typedef bool host_preopen(void *context, host_handle handle, const char *name,
			  size_t length);

/* Prepares the process: a write to a closed pipe must be an error of the guest's
 * call, not the end of chiwawa. */
void host_init(void);

/* Name of the machine; empty when the host does not tell (under Wasm: the environment
 * variable HOSTNAME). */
const char *host_name(void);

/* ---- files ---- */
wasi_errno host_read(host_handle handle, const struct host_buffer *buffers,
		     size_t count, size_t *done);
wasi_errno host_write(host_handle handle, const struct host_buffer *buffers,
		      size_t count, size_t *done);
wasi_errno host_pread(host_handle handle, const struct host_buffer *buffers,
		      size_t count, uint64_t offset, size_t *done);
wasi_errno host_pwrite(host_handle handle, const struct host_buffer *buffers,
		       size_t count, uint64_t offset, size_t *done);
wasi_errno host_seek(host_handle handle, int64_t offset, uint8_t whence,
		     uint64_t *position);
wasi_errno host_close(host_handle handle);
wasi_errno host_sync(host_handle handle, bool data_only);
wasi_errno host_advise(host_handle handle, uint64_t offset, uint64_t length,
		       uint8_t advice);
wasi_errno host_allocate(host_handle handle, uint64_t offset,
			 uint64_t length);
wasi_errno host_fdstat(host_handle handle, struct host_fdstat *stat);
wasi_errno host_set_flags(host_handle handle, uint16_t flags);
wasi_errno host_filestat(host_handle handle, struct host_filestat *stat);
wasi_errno host_set_size(host_handle handle, uint64_t size);
wasi_errno host_set_times(host_handle handle, uint64_t atim, uint64_t mtim,
			  uint16_t fstflags);
/* Every entry, in the host's order. */
wasi_errno host_list(host_handle handle, host_entry *entry, void *context);

/* ---- paths ---- */
/* rights: those wanted; read and write access follow from them. */
wasi_errno host_open(struct host_path path, uint32_t lookup, uint16_t oflags,
		     uint64_t rights, uint64_t inheriting, uint16_t fdflags,
		     host_handle *handle);
wasi_errno host_path_filestat(struct host_path path, uint32_t lookup,
			      struct host_filestat *stat);
wasi_errno host_path_set_times(struct host_path path, uint32_t lookup,
			       uint64_t atim, uint64_t mtim,
			       uint16_t fstflags);
wasi_errno host_create_directory(struct host_path path);
wasi_errno host_remove_directory(struct host_path path);
wasi_errno host_unlink(struct host_path path);
wasi_errno host_rename(struct host_path from, struct host_path to);
wasi_errno host_link(struct host_path from, uint32_t lookup,
		     struct host_path to);
wasi_errno host_symlink(const char *target, size_t length,
			struct host_path path);
wasi_errno host_readlink(struct host_path path, uint8_t *buffer, size_t size,
			 size_t *length);

/* Opens a directory named on the command line, for --dir. */
wasi_errno host_open_directory(const char *name, host_handle *handle);
/* The directories that this process was given; natively none. */
wasi_errno host_preopens(host_preopen *preopen, void *context);

/* ---- the rest ---- */
wasi_errno host_clock_resolution(uint8_t clock, uint64_t *ns);
wasi_errno host_clock_time(uint8_t clock, uint64_t precision, uint64_t *ns);
/* The monotonic clock, ns; 0 without one. */
static inline uint64_t host_now(void)
{
	uint64_t ns = 0;

	(void)host_clock_time(WASI_CLOCK_MONOTONIC, 0, &ns);
	return ns;
}
wasi_errno host_random(uint8_t *buffer, size_t length);
wasi_errno host_yield(void);
/* Blocks until one subscription at least has happened; count > 0. */
wasi_errno host_poll(const struct host_subscription *subscriptions,
		     struct host_event *events, size_t count);
wasi_errno host_accept(host_handle handle, uint16_t fdflags,
		       host_handle *accepted);
wasi_errno host_receive(host_handle handle, const struct host_buffer *buffers,
			size_t count, uint16_t riflags, size_t *done,
			uint16_t *roflags);
wasi_errno host_send(host_handle handle, const struct host_buffer *buffers,
		     size_t count, size_t *done);
wasi_errno host_shutdown(host_handle handle, uint8_t how);

#endif
