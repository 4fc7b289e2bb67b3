/* compress.h: compression of single chunks, by liblz4 where the build has it. */
#ifndef CHIWAWA_COMPRESS_H
#define CHIWAWA_COMPRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Whether this build can compress. */
bool compress_available(void);

/* Room that compress_bytes may need for length bytes. */
size_t compress_bound(size_t length);

/* Compresses length bytes (at most 1 GiB) as one LZ4 block into to[room]; returns the
 * compressed length, 0 when it does not fit. */
size_t compress_bytes(const uint8_t *from, size_t length, uint8_t *to,
		      size_t room);

/* Expands an LZ4 block; true when it gives exactly length bytes. */
bool expand_bytes(const uint8_t *from, size_t from_length, uint8_t *to,
		  size_t length);

#endif
