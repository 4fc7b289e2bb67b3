/* call.h: one WASI call in progress, for the files that implement them.
 *
 * All guest memory is reached through the functions here, which check bounds.
 */
#ifndef CHIWAWA_WASI_CALL_H
#define CHIWAWA_WASI_CALL_H

#include "base/little_endian.h"
#include "exec/exec.h"
#include "wasi/wasi.h"

struct wasi_call {
	struct wasi *wasi;
	struct exec *exec;
	struct memory *memory;	   /* the caller's memory 0, or NULL */
	const uint64_t *arguments;
	const char *name; /* of the function */
	bool stopped;	  /* the hook asked to stop: nothing was done yet */
};

/* Name of the module that the functions are imported from. */
#define WASI_MODULE "wasi_snapshot_preview1"
/* Preview 0: the same functions; fd_seek, the filestat and poll_oneoff's subscription differ. */
#define WASI_UNSTABLE_MODULE "wasi_unstable"

/* Every call has this type; see wasi.def for the arguments. */
typedef wasi_errno wasi_function(struct wasi_call *call);

#define WASI(NAME, PARAMETERS, SHOWN) wasi_function wasi_##NAME;
#include "wasi.def"

static inline uint32_t call_u32(const struct wasi_call *call, unsigned n)
{
	return (uint32_t)call->arguments[n];
}

static inline uint64_t call_u64(const struct wasi_call *call, unsigned n)
{
	return call->arguments[n];
}

/* The bytes [address, address + length) of guest memory, or NULL: WASI_FAULT. */
uint8_t *call_bytes(const struct wasi_call *call, uint32_t address,
		    uint64_t length);
wasi_errno call_store32(const struct wasi_call *call, uint32_t address,
			uint32_t value);
wasi_errno call_store64(const struct wasi_call *call, uint32_t address,
			uint64_t value);

/* Most buffers of a vectored call that are looked at; the rest stays for the
 * next call, as a short read or write. */
#define CALL_MAX_BUFFERS 64
/* An array of (address, length) pairs, checked.  *nbuffers is count, or less. */
wasi_errno call_buffers(const struct wasi_call *call, uint32_t address,
			uint32_t count, struct host_buffer *buffers,
			size_t *nbuffers);

/* The descriptor of that number if it has all of rights. */
wasi_errno call_fd(const struct wasi_call *call, uint32_t fd, uint64_t rights,
		   struct fd_entry **entry);
/* The path in guest memory, below the directory fd. */
wasi_errno call_path(const struct wasi_call *call, uint32_t fd,
		     uint64_t rights, uint32_t address, uint32_t length,
		     struct fd_entry **directory, struct host_path *path);
/* Writes a filestat structure of 64 bytes. */
wasi_errno call_store_filestat(const struct wasi_call *call, uint32_t address,
			       const struct host_filestat *stat);
/* Waits as host_poll does, and asks the hook meanwhile.  When it wants to stop,
 * call->stopped is set: the function must return at once, having changed nothing. */
wasi_errno call_wait(struct wasi_call *call,
		     const struct host_subscription *subscriptions,
		     struct host_event *events, size_t count);
/* The same until a stream can be read, if reading may wait.  False: stopped. */
bool call_wait_readable(struct wasi_call *call, const struct fd_entry *entry);

/* Two contradictory time flags are invalid. */
bool call_fstflags_valid(uint32_t flags);

/* Errors out of the calling function. */
#define WASI_TRY(EXPRESSION)                                                   \
	do {                                                                   \
		wasi_errno try_errno = (EXPRESSION);                           \
		if (try_errno != WASI_SUCCESS)                                 \
			return try_errno;                                      \
	} while (0)

#endif
