/* host_posix.h: what the two files of the POSIX host share. */
#ifndef CHIWAWA_HOST_POSIX_H
#define CHIWAWA_HOST_POSIX_H

#include "wasi/host.h"

#include <sys/stat.h>
#include <time.h>

wasi_errno host_posix_errno(int error);
uint8_t host_posix_filetype(mode_t mode);
void host_posix_filestat(const struct stat *host, struct host_filestat *stat);
/* open(2) flags for fdflags. */
int host_posix_flags(uint16_t fdflags);
void host_posix_times(uint64_t atim, uint64_t mtim, uint16_t fstflags,
		      struct timespec times[2]);

#endif
