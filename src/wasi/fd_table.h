/* fd_table.h: the guest's file descriptors.
 *
 * Every descriptor remembers how it came to be (which preopened directory, which
 * path below it), so that a snapshot can open it again on another host.
 */
#ifndef CHIWAWA_FD_TABLE_H
#define CHIWAWA_FD_TABLE_H

#include "wasi/host.h"

enum fd_kind {
	FD_FREE,
	FD_STDIO,   /* the host's 0, 1 or 2 */
	FD_PREOPEN, /* a directory given by the host or --dir */
	FD_OPENED,  /* a file or directory opened by path */
	FD_SOCKET,
};

struct listing_entry {
	char *name;
	uint32_t length;
	uint64_t inode;
	uint8_t filetype;
};

/* What fd_readdir saw when the guest began at cookie 0.  Cookies number its
 * entries, so that they mean the same on every host. */
struct listing {
	struct listing_entry *entries;
	size_t nentries, capacity;
};

struct fd_entry {
	enum fd_kind kind;
	host_handle handle;
	uint8_t filetype; /* enum wasi_filetype */
	uint16_t flags;	  /* enum wasi_fdflags */
	uint64_t rights, inheriting;
	char *root; /* FD_PREOPEN: its name; FD_OPENED: name of its preopen */
	char *path; /* FD_OPENED: path below root */
	struct listing *listing; /* NULL until a directory is read */
};

struct fd_table {
	struct fd_entry *entries;
	size_t nentries, capacity;
};

/* Descriptors a guest may have. */
#define FD_TABLE_MAX 65536

void fd_table_fini(struct fd_table *table);

/* The open descriptor of that number, or NULL. */
struct fd_entry *fd_table_get(struct fd_table *table, uint32_t fd);

/* Takes over entry (strings and handle included) as descriptor fd, which must be
 * free.  WASI_NOMEM or WASI_MFILE on failure, and then entry is still the
 * caller's. */
wasi_errno fd_table_put(struct fd_table *table, uint32_t fd,
			const struct fd_entry *entry);

/* The same for the lowest free number. */
wasi_errno fd_table_add(struct fd_table *table, const struct fd_entry *entry,
			uint32_t *fd);

/* Frees what an entry owns, the handle apart. */
void fd_entry_fini(struct fd_entry *entry);

/* A path below an entry's root: that of the entry, then path.  NULL when out of
 * memory. */
char *fd_entry_join(const struct fd_entry *directory, const char *path,
		    size_t length);

/* Follows a rename in the paths of open descriptors. */
void fd_table_renamed(struct fd_table *table, const char *root,
		      const char *from, const char *to_root, const char *to);

void listing_free(struct listing *listing);
/* Reads a directory.  Free with listing_free. */
wasi_errno listing_read(host_handle handle, struct listing **listing);
/* Adds an entry; false when out of memory. */
bool listing_add(struct listing *listing, const char *name, size_t length,
		 uint64_t inode, uint8_t filetype);

#endif
