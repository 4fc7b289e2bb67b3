/* chunks.h: memories of a snapshot in pieces, for formats that write messages.
 *
 * A chunk is some consecutive blocks of one run.  Chunks are written and read in
 * ascending order, so that one cursor proves that they do not overlap.
 */
#ifndef CHIWAWA_CHUNKS_H
#define CHIWAWA_CHUNKS_H

#include "snapshot/snapshot.h"
#include "snapshot/stream.h"

/* Most blocks of a chunk: 1 MiB, which is all that is held twice of a memory. */
#define CHUNK_BLOCKS 256u

struct chunk {
	uint32_t memory;
	uint32_t first; /* block */
	uint32_t count; /* blocks */
};

/* Where a walk over all chunks of a snapshot stands; zero at the start. */
struct chunk_cursor {
	uint32_t memory;
	uint32_t run;  /* writing: of that memory */
	uint64_t next; /* writing: blocks of the run done; reading: first block that
			* the next chunk may have */
};

/* The next chunk to write; false at the end. */
bool chunk_next(const struct snapshot *snapshot, struct chunk_cursor *cursor,
		struct chunk *chunk);

/* The bytes of a chunk, borrowed from its memory. */
const uint8_t *chunk_bytes(const struct snapshot *snapshot,
			   const struct chunk *chunk);

/* Puts length bytes that were read into a memory, from a block on.  What does not
 * fit, or not ascend, is reported as a bad snapshot. */
void chunk_put(struct snapshot *snapshot, struct chunk_cursor *cursor,
	       uint64_t memory, uint64_t first, const void *bytes,
	       size_t length, struct source *source);

/* Gives a memory that is being read its pages, all zero. */
void chunk_memory_init(struct snapshot_memory *memory, uint64_t pages,
		       struct source *source, struct report *report);

/* Reads length bytes into *bytes (*capacity of them), growing as they come: a length
 * alone allocates nothing. */
void chunk_read_payload(struct source *source, uint64_t length,
			uint8_t **bytes, size_t *capacity);

#endif
