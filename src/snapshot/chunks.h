/* chunks.h: memories of a snapshot in pieces, for all formats.
 *
 * A chunk is some consecutive blocks of one run, stored or compressed.  Chunks are
 * written and read in ascending order, so that one cursor proves that they do not
 * overlap.
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
	uint8_t encoding; /* enum snapshot_compression */
	const uint8_t *bytes; /* as they stand in the file; borrowed */
	uint32_t length;
};

/* A walk over all chunks of a snapshot. */
struct chunk_writer {
	const struct snapshot *snapshot;
	uint32_t memory, run; /* of the next chunk */
	uint32_t done;	      /* blocks of that run */
	uint8_t *buffer;      /* for compressed bytes */
};

enum error chunk_writer_init(struct chunk_writer *writer,
			     const struct snapshot *snapshot,
			     struct report *report);
/* The next chunk, valid until the next call; false at the end. */
bool chunk_next(struct chunk_writer *writer, struct chunk *chunk);
void chunk_writer_fini(struct chunk_writer *writer);

/* Where reading stands; zero at the start. */
struct chunk_reader {
	uint32_t memory;
	uint64_t next; /* first block that the next chunk may have */
};

/* Puts a chunk that was read into its memory.  bytes NULL: they come next in the
 * source.  What does not fit, or not ascend, is reported as a bad snapshot. */
void chunk_put(struct snapshot *snapshot, struct chunk_reader *reader,
	       const struct chunk *chunk, struct source *source);

/* Gives a memory that is being read its pages, all zero, and its base. */
void chunk_memory_init(struct snapshot_memory *memory, uint64_t pages,
		       uint64_t base, struct source *source,
		       struct report *report);

/* Reads length bytes into *bytes (*capacity of them), growing as they come: a length
 * alone allocates nothing. */
void chunk_read_payload(struct source *source, uint64_t length,
			uint8_t **bytes, size_t *capacity);

/* Adds a plugin's part that was read; names must ascend.  Takes what part owns, also
 * after an error. */
void snapshot_add_part(struct snapshot *snapshot,
		       const struct snapshot_part *part,
		       struct source *source);

/* The compression of that name, when this build has it.  ERR_USAGE lists those that
 * there are. */
enum error compression_find(const char *name, uint8_t *compression,
			    struct report *report);
const char *compression_name(uint8_t compression);

#endif
