/* host_posix_path.c: paths of native builds, confined to their directory.
 *
 * The kernel never sees a path with more than one component.  A walk opens each
 * directory with O_NOFOLLOW, expands symbolic links itself, keeps the directories
 * on a stack so that ".." pops one, and refuses to pop the first.  So neither
 * "..", absolute paths nor symbolic links, not even ones changed meanwhile, lead
 * out of the directory that the guest was given.
 */
#include "config.h"

#include "host.h"

#include "wasi/host_posix.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define MAX_LINKS 40   /* as Linux */
#define MAX_DEPTH 128  /* directories below the first */

#ifdef O_PATH
#define DIRECTORY_FLAGS (O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
#else
#define DIRECTORY_FLAGS (O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
#endif

struct walk {
	int directories[MAX_DEPTH + 1]; /* the first is borrowed */
	int depth;
	int links;
	char rest[PATH_MAX]; /* what is still to walk, terminated */
	char last[NAME_MAX + 1]; /* last component, "." for the directory itself */
	bool needs_directory; /* the path ended in a slash */
};

static int walk_directory(const struct walk *walk)
{
	return walk->directories[walk->depth];
}

static void walk_end(struct walk *walk)
{
	while (walk->depth > 0)
		close(walk->directories[walk->depth--]);
}

/* Puts a link's target in front of what is left to walk. */
static wasi_errno expand_link(struct walk *walk, const char *name,
			      const char *rest)
{
	char joined[PATH_MAX];
	char target[PATH_MAX];
	ssize_t length;

	if (++walk->links > MAX_LINKS)
		return WASI_LOOP;
	length = readlinkat(walk_directory(walk), name, target,
			    sizeof(target) - 1);
	if (length < 0)
		return host_posix_errno(errno);
	target[length] = '\0';
	if (target[0] == '/')
		return WASI_PERM;
	if ((size_t)snprintf(joined, sizeof(joined), "%s%s%s", target,
			     *rest != '\0' ? "/" : "", rest) >= sizeof(joined))
		return WASI_NAMETOOLONG;
	memcpy(walk->rest, joined, strlen(joined) + 1);
	return WASI_SUCCESS;
}

static wasi_errno enter(struct walk *walk, const char *name, const char *rest,
			bool *expanded)
{
	struct stat stat;
	wasi_errno err;
	int fd;

	*expanded = false;
	if (walk->depth == MAX_DEPTH)
		return WASI_NAMETOOLONG;
	fd = openat(walk_directory(walk), name, DIRECTORY_FLAGS);
	if (fd >= 0) {
		walk->directories[++walk->depth] = fd;
		return WASI_SUCCESS;
	}
	err = host_posix_errno(errno);
	if (fstatat(walk_directory(walk), name, &stat, AT_SYMLINK_NOFOLLOW) !=
	    0)
		return host_posix_errno(errno);
	if (!S_ISLNK(stat.st_mode))
		return err;
	*expanded = true;
	return expand_link(walk, name, rest);
}

static bool is_link(const struct walk *walk, const char *name)
{
	struct stat stat;

	return fstatat(walk_directory(walk), name, &stat,
		       AT_SYMLINK_NOFOLLOW) == 0 &&
	       S_ISLNK(stat.st_mode);
}

/* Takes the first component off path into name; *rest is what follows it, and
 * *slash whether a slash did. */
static wasi_errno split(const char *path, char *name, const char **rest,
			bool *slash)
{
	size_t length = strcspn(path, "/");

	if (length > NAME_MAX)
		return WASI_NAMETOOLONG;
	memcpy(name, path, length);
	name[length] = '\0';
	*slash = path[length] == '/';
	path += length;
	path += strspn(path, "/");
	*rest = path;
	return WASI_SUCCESS;
}

static wasi_errno walk_step(struct walk *walk, bool follow, bool *done)
{
	char name[NAME_MAX + 1];
	const char *rest;
	bool slash, expanded = false;
	wasi_errno err = split(walk->rest, name, &rest, &slash);

	if (err != WASI_SUCCESS)
		return err;
	*done = *rest == '\0';
	if (strcmp(name, "..") == 0) {
		if (walk->depth == 0)
			return WASI_PERM;
		close(walk->directories[walk->depth--]);
	} else if (*done && strcmp(name, ".") != 0) {
		walk->needs_directory |= slash;
		if ((follow || walk->needs_directory) && is_link(walk, name)) {
			*done = false;
			return expand_link(walk, name, rest);
		}
		memcpy(walk->last, name, strlen(name) + 1);
		return WASI_SUCCESS;
	} else if (strcmp(name, ".") != 0) {
		err = enter(walk, name, rest, &expanded);
	}
	if (err != WASI_SUCCESS || expanded)
		return err;
	memmove(walk->rest, rest, strlen(rest) + 1);
	if (*done) {
		memcpy(walk->last, ".", 2);
		walk->needs_directory = true;
	}
	return WASI_SUCCESS;
}

/* Finds the directory that holds the last component of a path.  On success the
 * caller calls walk_end. */
static wasi_errno walk_start(struct walk *walk, struct host_path path,
			     bool follow)
{
	wasi_errno err = WASI_SUCCESS;
	bool done = false;

	if (path.length == 0)
		return WASI_NOENT;
	if (path.length >= sizeof(walk->rest))
		return WASI_NAMETOOLONG;
	if (memchr(path.bytes, '\0', path.length) != NULL)
		return WASI_INVAL;
	if (path.bytes[0] == '/')
		return WASI_PERM;
	memcpy(walk->rest, path.bytes, path.length);
	walk->rest[path.length] = '\0';
	walk->directories[0] = path.directory;
	walk->depth = 0;
	walk->links = 0;
	walk->needs_directory = false;
	while (err == WASI_SUCCESS && !done)
		err = walk_step(walk, follow, &done);
	if (err != WASI_SUCCESS)
		walk_end(walk);
	return err;
}

static wasi_errno finish(struct walk *walk, int result)
{
	wasi_errno err = result < 0 ? host_posix_errno(errno) : WASI_SUCCESS;

	walk_end(walk);
	return err;
}

/* A path that ends in a slash must name a directory. */
static wasi_errno check_directory(const struct walk *walk)
{
	struct stat stat;

	if (!walk->needs_directory)
		return WASI_SUCCESS;
	if (fstatat(walk_directory(walk), walk->last, &stat,
		    AT_SYMLINK_NOFOLLOW) != 0)
		return host_posix_errno(errno);
	return S_ISDIR(stat.st_mode) ? WASI_SUCCESS : WASI_NOTDIR;
}

static int open_flags(uint16_t oflags, uint64_t rights, uint16_t fdflags)
{
	bool reads = (rights & (WASI_RIGHT_FD_READ | WASI_RIGHT_FD_READDIR)) !=
		     0;
	bool writes = (rights & (WASI_RIGHT_FD_WRITE |
				 WASI_RIGHT_FD_ALLOCATE |
				 WASI_RIGHT_FD_FILESTAT_SET_SIZE)) != 0;
	int flags = host_posix_flags(fdflags) | O_NOFOLLOW | O_CLOEXEC |
		    O_NOCTTY;

	flags |= writes ? (reads ? O_RDWR : O_WRONLY) : O_RDONLY;
	if (oflags & WASI_OFLAG_CREAT)
		flags |= O_CREAT;
	if (oflags & WASI_OFLAG_EXCL)
		flags |= O_EXCL;
	if (oflags & WASI_OFLAG_TRUNC)
		flags |= O_TRUNC;
	if (oflags & WASI_OFLAG_DIRECTORY)
		flags |= O_DIRECTORY;
	return flags;
}

wasi_errno host_open(struct host_path path, uint32_t lookup, uint16_t oflags,
		     uint64_t rights, uint64_t inheriting, uint16_t fdflags,
		     host_handle *handle)
{
	int flags = open_flags(oflags, rights, fdflags);
	struct walk walk;
	wasi_errno err;
	int fd;

	(void)inheriting;
	err = walk_start(&walk, path,
			 (lookup & WASI_LOOKUP_SYMLINK_FOLLOW) != 0 &&
				 (oflags & WASI_OFLAG_EXCL) == 0);
	if (err != WASI_SUCCESS)
		return err;
	if (walk.needs_directory) {
		if (oflags & WASI_OFLAG_CREAT &&
		    strcmp(walk.last, ".") != 0 &&
		    check_directory(&walk) == WASI_NOENT) {
			walk_end(&walk);
			return WASI_NOENT;
		}
		flags |= O_DIRECTORY;
		flags &= ~O_CREAT;
	}
	fd = openat(walk_directory(&walk), walk.last, flags, 0666);
	/* A directory cannot be opened for writing: rights of directories that
	 * name writing mean what is in it. */
	if (fd < 0 && errno == EISDIR &&
	    (oflags & (WASI_OFLAG_CREAT | WASI_OFLAG_TRUNC)) == 0 &&
	    ((oflags & WASI_OFLAG_DIRECTORY) ||
	     (rights & WASI_RIGHT_FD_READDIR)))
		fd = openat(walk_directory(&walk), walk.last,
			    (flags & ~O_ACCMODE) | O_RDONLY, 0);
	err = finish(&walk, fd);
	if (err == WASI_SUCCESS)
		*handle = fd;
	return err;
}

wasi_errno host_path_filestat(struct host_path path, uint32_t lookup,
			      struct host_filestat *stat)
{
	struct stat host;
	struct walk walk;
	wasi_errno err = walk_start(
		&walk, path, (lookup & WASI_LOOKUP_SYMLINK_FOLLOW) != 0);

	if (err != WASI_SUCCESS)
		return err;
	err = check_directory(&walk);
	if (err != WASI_SUCCESS) {
		walk_end(&walk);
		return err;
	}
	err = finish(&walk, fstatat(walk_directory(&walk), walk.last, &host,
				    AT_SYMLINK_NOFOLLOW));
	if (err == WASI_SUCCESS)
		host_posix_filestat(&host, stat);
	return err;
}

wasi_errno host_path_set_times(struct host_path path, uint32_t lookup,
			       uint64_t atim, uint64_t mtim, uint16_t fstflags)
{
	struct timespec times[2];
	struct walk walk;
	wasi_errno err = walk_start(
		&walk, path, (lookup & WASI_LOOKUP_SYMLINK_FOLLOW) != 0);

	if (err != WASI_SUCCESS)
		return err;
	host_posix_times(atim, mtim, fstflags, times);
	return finish(&walk, utimensat(walk_directory(&walk), walk.last, times,
				       AT_SYMLINK_NOFOLLOW));
}

wasi_errno host_create_directory(struct host_path path)
{
	struct walk walk;
	wasi_errno err = walk_start(&walk, path, false);

	if (err != WASI_SUCCESS)
		return err;
	return finish(&walk,
		      mkdirat(walk_directory(&walk), walk.last, 0777));
}

wasi_errno host_remove_directory(struct host_path path)
{
	struct walk walk;
	wasi_errno err = walk_start(&walk, path, false);

	if (err != WASI_SUCCESS)
		return err;
	return finish(&walk, unlinkat(walk_directory(&walk), walk.last,
				      AT_REMOVEDIR));
}

wasi_errno host_unlink(struct host_path path)
{
	struct walk walk;
	wasi_errno err = walk_start(&walk, path, false);

	if (err != WASI_SUCCESS)
		return err;
	err = check_directory(&walk);
	if (err != WASI_SUCCESS) {
		walk_end(&walk);
		return err;
	}
	return finish(&walk, unlinkat(walk_directory(&walk), walk.last, 0));
}

wasi_errno host_rename(struct host_path from, struct host_path to)
{
	struct walk source, target;
	wasi_errno err = walk_start(&source, from, false);

	if (err != WASI_SUCCESS)
		return err;
	err = check_directory(&source);
	if (err == WASI_SUCCESS)
		err = walk_start(&target, to, false);
	if (err != WASI_SUCCESS) {
		walk_end(&source);
		return err;
	}
	err = finish(&target,
		     renameat(walk_directory(&source), source.last,
			      walk_directory(&target), target.last));
	walk_end(&source);
	return err;
}

wasi_errno host_link(struct host_path from, uint32_t lookup,
		     struct host_path to)
{
	struct walk source, target;
	wasi_errno err = walk_start(
		&source, from, (lookup & WASI_LOOKUP_SYMLINK_FOLLOW) != 0);

	if (err != WASI_SUCCESS)
		return err;
	err = walk_start(&target, to, false);
	if (err != WASI_SUCCESS) {
		walk_end(&source);
		return err;
	}
	err = target.needs_directory
		      ? WASI_NOENT
		      : WASI_SUCCESS;
	if (err == WASI_SUCCESS &&
	    linkat(walk_directory(&source), source.last,
		   walk_directory(&target), target.last, 0) != 0)
		err = host_posix_errno(errno);
	walk_end(&target);
	walk_end(&source);
	return err;
}

wasi_errno host_symlink(const char *target, size_t length,
			struct host_path path)
{
	char text[PATH_MAX];
	struct walk walk;
	wasi_errno err;

	if (length >= sizeof(text))
		return WASI_NAMETOOLONG;
	if (length == 0 || memchr(target, '\0', length) != NULL)
		return length == 0 ? WASI_NOENT : WASI_INVAL;
	if (target[0] == '/')
		return WASI_PERM;
	memcpy(text, target, length);
	text[length] = '\0';
	err = walk_start(&walk, path, false);
	if (err != WASI_SUCCESS)
		return err;
	return finish(&walk,
		      symlinkat(text, walk_directory(&walk), walk.last));
}

wasi_errno host_readlink(struct host_path path, uint8_t *buffer, size_t size,
			 size_t *length)
{
	struct walk walk;
	wasi_errno err = walk_start(&walk, path, false);
	ssize_t n;

	if (err != WASI_SUCCESS)
		return err;
	n = readlinkat(walk_directory(&walk), walk.last, (char *)buffer, size);
	err = finish(&walk, n < 0 ? -1 : 0);
	if (err == WASI_SUCCESS)
		*length = (size_t)n;
	return err;
}
