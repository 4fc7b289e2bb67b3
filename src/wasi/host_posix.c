/* host_posix.c: host.h for native builds: files, clocks, polling, sockets.
 *
 * Paths are host_posix_path.c's.
 */
#include "config.h"

#include "host.h"

#include "wasi/host_posix.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

_Static_assert(sizeof(struct host_buffer) == sizeof(struct iovec),
	       "host_buffer is an iovec");

#define NS_PER_S 1000000000ull

wasi_errno host_posix_errno(int error)
{
	switch (error) {
#define WASI_ERRNO(NAME, POSIX)                                                \
	case POSIX:                                                            \
		return WASI_##NAME;
#define WASI_ERRNO_ONLY(NAME)
#include "errno.def"
	default:
		return WASI_IO;
	}
}

static wasi_errno check(int result)
{
	return result < 0 ? host_posix_errno(errno) : WASI_SUCCESS;
}

static wasi_errno check_size(ssize_t result, size_t *done)
{
	if (result < 0)
		return host_posix_errno(errno);
	*done = (size_t)result;
	return WASI_SUCCESS;
}

static const struct iovec *iovec(const struct host_buffer *buffers)
{
	return (const struct iovec *)buffers;
}

static int clamp_count(size_t count)
{
	return count > IOV_MAX ? IOV_MAX : (int)count;
}

void host_init(void)
{
	(void)signal(SIGPIPE, SIG_IGN);
}

const char *host_name(void)
{
	static char name[256];

	if (name[0] == '\0' && gethostname(name, sizeof(name) - 1) != 0)
		name[0] = '\0';
	return name;
}

wasi_errno host_read(host_handle handle, const struct host_buffer *buffers,
		     size_t count, size_t *done)
{
	return check_size(readv(handle, iovec(buffers), clamp_count(count)),
			  done);
}

wasi_errno host_write(host_handle handle, const struct host_buffer *buffers,
		      size_t count, size_t *done)
{
	return check_size(writev(handle, iovec(buffers), clamp_count(count)),
			  done);
}

wasi_errno host_pread(host_handle handle, const struct host_buffer *buffers,
		      size_t count, uint64_t offset, size_t *done)
{
	if (offset > INT64_MAX)
		return WASI_INVAL;
	return check_size(preadv(handle, iovec(buffers), clamp_count(count),
				 (off_t)offset),
			  done);
}

wasi_errno host_pwrite(host_handle handle, const struct host_buffer *buffers,
		       size_t count, uint64_t offset, size_t *done)
{
	if (offset > INT64_MAX)
		return WASI_INVAL;
	return check_size(pwritev(handle, iovec(buffers), clamp_count(count),
				  (off_t)offset),
			  done);
}

wasi_errno host_seek(host_handle handle, int64_t offset, uint8_t whence,
		     uint64_t *position)
{
	static const int whences[] = {SEEK_SET, SEEK_CUR, SEEK_END};
	off_t result;

	if (whence > WASI_WHENCE_END)
		return WASI_INVAL;
	result = lseek(handle, offset, whences[whence]);
	if (result < 0)
		return host_posix_errno(errno);
	*position = (uint64_t)result;
	return WASI_SUCCESS;
}

wasi_errno host_close(host_handle handle)
{
	return check(close(handle));
}

wasi_errno host_sync(host_handle handle, bool data_only)
{
	return check(data_only ? fdatasync(handle) : fsync(handle));
}

wasi_errno host_advise(host_handle handle, uint64_t offset, uint64_t length,
		       uint8_t advice)
{
	static const int advices[] = {
		POSIX_FADV_NORMAL,   POSIX_FADV_SEQUENTIAL,
		POSIX_FADV_RANDOM,   POSIX_FADV_WILLNEED,
		POSIX_FADV_DONTNEED, POSIX_FADV_NOREUSE,
	};
	int error;

	if (advice >= sizeof(advices) / sizeof(*advices) ||
	    offset > INT64_MAX || length > INT64_MAX)
		return WASI_INVAL;
	error = posix_fadvise(handle, (off_t)offset, (off_t)length,
			      advices[advice]);
	return error != 0 ? host_posix_errno(error) : WASI_SUCCESS;
}

wasi_errno host_allocate(host_handle handle, uint64_t offset, uint64_t length)
{
	int error;

	if (offset > INT64_MAX || length > INT64_MAX)
		return WASI_INVAL;
	error = posix_fallocate(handle, (off_t)offset, (off_t)length);
	return error != 0 ? host_posix_errno(error) : WASI_SUCCESS;
}

static uint8_t socket_filetype(int fd)
{
	socklen_t length = sizeof(int);
	int type = 0;

	if (getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &length) != 0)
		return WASI_FILETYPE_UNKNOWN;
	return type == SOCK_DGRAM ? WASI_FILETYPE_SOCKET_DGRAM
				  : WASI_FILETYPE_SOCKET_STREAM;
}

uint8_t host_posix_filetype(mode_t mode)
{
	if (S_ISREG(mode))
		return WASI_FILETYPE_REGULAR_FILE;
	if (S_ISDIR(mode))
		return WASI_FILETYPE_DIRECTORY;
	if (S_ISLNK(mode))
		return WASI_FILETYPE_SYMBOLIC_LINK;
	if (S_ISCHR(mode))
		return WASI_FILETYPE_CHARACTER_DEVICE;
	if (S_ISBLK(mode))
		return WASI_FILETYPE_BLOCK_DEVICE;
	if (S_ISSOCK(mode))
		return WASI_FILETYPE_SOCKET_STREAM;
	return WASI_FILETYPE_UNKNOWN;
}

static uint64_t rights_of(uint8_t filetype, int flags)
{
	uint64_t rights = WASI_RIGHTS_FILE;

	switch (filetype) {
	case WASI_FILETYPE_DIRECTORY:
		return WASI_RIGHTS_DIRECTORY;
	case WASI_FILETYPE_REGULAR_FILE:
	case WASI_FILETYPE_BLOCK_DEVICE:
		break;
	case WASI_FILETYPE_SOCKET_DGRAM:
	case WASI_FILETYPE_SOCKET_STREAM:
		rights = WASI_RIGHTS_STREAM | WASI_RIGHT_SOCK_SHUTDOWN |
			 WASI_RIGHT_SOCK_ACCEPT;
		break;
	default:
		rights = WASI_RIGHTS_STREAM;
		break;
	}
	if ((flags & O_ACCMODE) == O_RDONLY)
		rights &= ~(WASI_RIGHT_FD_WRITE | WASI_RIGHT_FD_ALLOCATE |
			    WASI_RIGHT_FD_FILESTAT_SET_SIZE |
			    WASI_RIGHT_FD_DATASYNC);
	if ((flags & O_ACCMODE) == O_WRONLY)
		rights &= ~WASI_RIGHT_FD_READ;
	return rights;
}

wasi_errno host_fdstat(host_handle handle, struct host_fdstat *stat)
{
	struct stat host;
	int flags = fcntl(handle, F_GETFL);

	if (flags < 0 || fstat(handle, &host) != 0)
		return host_posix_errno(errno);
	stat->filetype = host_posix_filetype(host.st_mode);
	if (S_ISSOCK(host.st_mode))
		stat->filetype = socket_filetype(handle);
	stat->flags = 0;
	if (flags & O_APPEND)
		stat->flags |= WASI_FDFLAG_APPEND;
	if (flags & O_NONBLOCK)
		stat->flags |= WASI_FDFLAG_NONBLOCK;
	if ((flags & O_SYNC) == O_SYNC)
		stat->flags |= WASI_FDFLAG_SYNC;
	else if ((flags & O_DSYNC) == O_DSYNC)
		stat->flags |= WASI_FDFLAG_DSYNC;
	stat->rights = rights_of(stat->filetype, flags);
	stat->inheriting = stat->filetype == WASI_FILETYPE_DIRECTORY
				   ? WASI_RIGHTS_ALL
				   : 0;
	return WASI_SUCCESS;
}

int host_posix_flags(uint16_t fdflags)
{
	int flags = 0;

	if (fdflags & WASI_FDFLAG_APPEND)
		flags |= O_APPEND;
	if (fdflags & WASI_FDFLAG_NONBLOCK)
		flags |= O_NONBLOCK;
	if (fdflags & WASI_FDFLAG_DSYNC)
		flags |= O_DSYNC;
	if (fdflags & (WASI_FDFLAG_SYNC | WASI_FDFLAG_RSYNC))
		flags |= O_SYNC;
	return flags;
}

wasi_errno host_set_flags(host_handle handle, uint16_t fdflags)
{
	int changeable = O_APPEND | O_NONBLOCK;
	int flags = fcntl(handle, F_GETFL);

	if (flags < 0)
		return host_posix_errno(errno);
	/* The synchronous flags cannot change on an open file. */
	if ((host_posix_flags(fdflags) & ~changeable & ~flags) != 0)
		return WASI_NOTSUP;
	flags = (flags & ~changeable) |
		(host_posix_flags(fdflags) & changeable);
	return check(fcntl(handle, F_SETFL, flags));
}

static uint64_t nanoseconds(const struct timespec *time)
{
	return (uint64_t)time->tv_sec * NS_PER_S + (uint64_t)time->tv_nsec;
}

void host_posix_filestat(const struct stat *host, struct host_filestat *stat)
{
	stat->device = host->st_dev;
	stat->inode = host->st_ino;
	stat->filetype = host_posix_filetype(host->st_mode);
	stat->nlink = host->st_nlink;
	stat->size = (uint64_t)host->st_size;
	stat->atim = nanoseconds(&host->st_atim);
	stat->mtim = nanoseconds(&host->st_mtim);
	stat->ctim = nanoseconds(&host->st_ctim);
}

wasi_errno host_filestat(host_handle handle, struct host_filestat *stat)
{
	struct stat host;

	if (fstat(handle, &host) != 0)
		return host_posix_errno(errno);
	host_posix_filestat(&host, stat);
	if (S_ISSOCK(host.st_mode))
		stat->filetype = socket_filetype(handle);
	return WASI_SUCCESS;
}

wasi_errno host_set_size(host_handle handle, uint64_t size)
{
	if (size > INT64_MAX)
		return WASI_INVAL;
	return check(ftruncate(handle, (off_t)size));
}

static struct timespec one_time(uint64_t ns, uint16_t flags, uint16_t set,
				uint16_t now)
{
	struct timespec time = {.tv_nsec = UTIME_OMIT};

	if (flags & now) {
		time.tv_nsec = UTIME_NOW;
	} else if (flags & set) {
		time.tv_sec = (time_t)(ns / NS_PER_S);
		time.tv_nsec = (long)(ns % NS_PER_S);
	}
	return time;
}

void host_posix_times(uint64_t atim, uint64_t mtim, uint16_t fstflags,
		      struct timespec times[2])
{
	times[0] = one_time(atim, fstflags, WASI_FST_ATIM, WASI_FST_ATIM_NOW);
	times[1] = one_time(mtim, fstflags, WASI_FST_MTIM, WASI_FST_MTIM_NOW);
}

wasi_errno host_set_times(host_handle handle, uint64_t atim, uint64_t mtim,
			  uint16_t fstflags)
{
	struct timespec times[2];

	host_posix_times(atim, mtim, fstflags, times);
	return check(futimens(handle, times));
}

static uint8_t entry_filetype(unsigned char type)
{
	switch (type) {
	case DT_REG:
		return WASI_FILETYPE_REGULAR_FILE;
	case DT_DIR:
		return WASI_FILETYPE_DIRECTORY;
	case DT_LNK:
		return WASI_FILETYPE_SYMBOLIC_LINK;
	case DT_CHR:
		return WASI_FILETYPE_CHARACTER_DEVICE;
	case DT_BLK:
		return WASI_FILETYPE_BLOCK_DEVICE;
	case DT_SOCK:
		return WASI_FILETYPE_SOCKET_STREAM;
	default:
		return WASI_FILETYPE_UNKNOWN;
	}
}

wasi_errno host_list(host_handle handle, host_entry *entry, void *context)
{
	int fd = openat(handle, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *directory = fd < 0 ? NULL : fdopendir(fd);
	wasi_errno err = WASI_SUCCESS;
	struct dirent *dirent;

	if (directory == NULL) {
		err = host_posix_errno(errno);
		if (fd >= 0)
			close(fd);
		return err;
	}
	while (errno = 0, (dirent = readdir(directory)) != NULL) {
		if (!entry(context, dirent->d_name, strlen(dirent->d_name),
			   dirent->d_ino, entry_filetype(dirent->d_type))) {
			err = WASI_NOMEM;
			break;
		}
	}
	if (dirent == NULL && errno != 0)
		err = host_posix_errno(errno);
	closedir(directory);
	return err;
}

wasi_errno host_open_directory(const char *name, host_handle *handle)
{
	int fd = open(name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return host_posix_errno(errno);
	*handle = fd;
	return WASI_SUCCESS;
}

wasi_errno host_preopens(host_preopen *preopen, void *context)
{
	(void)preopen;
	(void)context;
	return WASI_SUCCESS;
}

/* ---- clocks ---- */

static const clockid_t clocks[WASI_CLOCK_COUNT] = {
	[WASI_CLOCK_REALTIME] = CLOCK_REALTIME,
	[WASI_CLOCK_MONOTONIC] = CLOCK_MONOTONIC,
	[WASI_CLOCK_PROCESS_CPUTIME] = CLOCK_PROCESS_CPUTIME_ID,
	[WASI_CLOCK_THREAD_CPUTIME] = CLOCK_THREAD_CPUTIME_ID,
};

wasi_errno host_clock_resolution(uint8_t clock, uint64_t *ns)
{
	struct timespec time;

	if (clock >= WASI_CLOCK_COUNT)
		return WASI_INVAL;
	if (clock_getres(clocks[clock], &time) != 0)
		return host_posix_errno(errno);
	*ns = nanoseconds(&time);
	return WASI_SUCCESS;
}

wasi_errno host_clock_time(uint8_t clock, uint64_t precision, uint64_t *ns)
{
	struct timespec time;

	(void)precision;
	if (clock >= WASI_CLOCK_COUNT)
		return WASI_INVAL;
	if (clock_gettime(clocks[clock], &time) != 0)
		return host_posix_errno(errno);
	*ns = nanoseconds(&time);
	return WASI_SUCCESS;
}

wasi_errno host_random(uint8_t *buffer, size_t length)
{
	while (length > 0) {
		ssize_t n = getrandom(buffer, length, 0);

		if (n < 0 && errno != EINTR)
			return host_posix_errno(errno);
		if (n > 0) {
			buffer += n;
			length -= (size_t)n;
		}
	}
	return WASI_SUCCESS;
}

wasi_errno host_yield(void)
{
	return check(sched_yield());
}

/* ---- polling ---- */

/* Time that is left of a clock subscription, in ns. */
static wasi_errno time_left(const struct host_subscription *subscription,
			    uint64_t *left)
{
	uint64_t now;
	wasi_errno err;

	*left = subscription->timeout;
	if (!subscription->absolute)
		return WASI_SUCCESS;
	err = host_clock_time(subscription->clock, 0, &now);
	if (err == WASI_SUCCESS)
		*left = *left > now ? *left - now : 0;
	return err;
}

static void set_poll_event(const struct pollfd *fd, struct host_event *event)
{
	int available = 0;

	event->happened = 1;
	if (fd->revents & POLLNVAL)
		event->error = WASI_BADF;
	else if (fd->revents & POLLERR)
		event->error = WASI_IO;
	if (fd->revents & POLLHUP)
		event->flags = WASI_EVENT_HANGUP;
	if ((fd->events & POLLIN) && ioctl(fd->fd, FIONREAD, &available) == 0 &&
	    available > 0)
		event->nbytes = (uint64_t)available;
}

wasi_errno host_poll(const struct host_subscription *subscriptions,
		     struct host_event *events, size_t count)
{
	struct pollfd *fds = calloc(count, sizeof(*fds));
	uint64_t shortest = UINT64_MAX;
	struct timespec timeout;
	wasi_errno err = fds == NULL ? WASI_NOMEM : WASI_SUCCESS;
	int ready = 0;
	size_t i;

	for (i = 0; i < count && err == WASI_SUCCESS; i++) {
		uint64_t left;

		fds[i].fd = -1; /* ignored by poll */
		if (subscriptions[i].type == WASI_EVENT_CLOCK) {
			err = time_left(&subscriptions[i], &left);
			if (err == WASI_SUCCESS && left < shortest)
				shortest = left;
			continue;
		}
		fds[i].fd = subscriptions[i].handle;
		fds[i].events = subscriptions[i].type == WASI_EVENT_FD_READ
					? POLLIN
					: POLLOUT;
	}
	if (err == WASI_SUCCESS) {
		timeout.tv_sec = (time_t)(shortest / NS_PER_S);
		timeout.tv_nsec = (long)(shortest % NS_PER_S);
		ready = ppoll(fds, count,
			      shortest == UINT64_MAX ? NULL : &timeout, NULL);
		err = check(ready);
	}
	for (i = 0; i < count && err == WASI_SUCCESS; i++) {
		uint64_t left;

		memset(&events[i], 0, sizeof(events[i]));
		if (subscriptions[i].type != WASI_EVENT_CLOCK) {
			if (fds[i].revents != 0)
				set_poll_event(&fds[i], &events[i]);
			continue;
		}
		err = time_left(&subscriptions[i], &left);
		events[i].happened = subscriptions[i].absolute
					     ? left == 0
					     : ready == 0 && left == shortest;
	}
	free(fds);
	return err;
}

/* ---- sockets ---- */

wasi_errno host_accept(host_handle handle, uint16_t fdflags,
		       host_handle *accepted)
{
	int fd = accept(handle, NULL, NULL);

	if (fd < 0)
		return host_posix_errno(errno);
	if (fdflags != 0)
		(void)host_set_flags(fd, fdflags);
	*accepted = fd;
	return WASI_SUCCESS;
}

wasi_errno host_receive(host_handle handle, const struct host_buffer *buffers,
			size_t count, uint16_t riflags, size_t *done,
			uint16_t *roflags)
{
	struct msghdr message = {0};
	wasi_errno err;

	message.msg_iov = (struct iovec *)(uintptr_t)buffers;
	message.msg_iovlen = (size_t)clamp_count(count);
	err = check_size(recvmsg(handle, &message,
				 (riflags & 1 ? MSG_PEEK : 0) |
					 (riflags & 2 ? MSG_WAITALL : 0)),
			 done);
	if (err == WASI_SUCCESS)
		*roflags = (message.msg_flags & MSG_TRUNC) != 0;
	return err;
}

wasi_errno host_send(host_handle handle, const struct host_buffer *buffers,
		     size_t count, size_t *done)
{
	struct msghdr message = {0};

	message.msg_iov = (struct iovec *)(uintptr_t)buffers;
	message.msg_iovlen = (size_t)clamp_count(count);
	return check_size(sendmsg(handle, &message, MSG_NOSIGNAL), done);
}

wasi_errno host_shutdown(host_handle handle, uint8_t how)
{
	static const int ways[] = {0, SHUT_RD, SHUT_WR, SHUT_RDWR};

	if (how == 0 || how > 3)
		return WASI_INVAL;
	return check(shutdown(handle, ways[how]));
}
