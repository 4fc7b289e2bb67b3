/* initial.h: what a module's active data segments put into a memory.
 *
 * Snapshots leave out blocks that still are so (BASE_INITIAL).  The image is a function
 * of the module's file alone: it exists only when every active segment of the memory has
 * the offset `i32.const`, lies in the memory's minimum size, and none overlaps another.
 */
#ifndef CHIWAWA_INITIAL_H
#define CHIWAWA_INITIAL_H

#include "module/module.h"
#include "snapshot/snapshot.h"

/* Bytes [start, end) of the memory come from a segment. */
struct initial_range {
	uint64_t start, end;
	const uint8_t *bytes;
};

struct initial_image {
	struct initial_range *ranges; /* ascending, not overlapping */
	size_t count;		      /* 0: there is no image */
};

/* The image of a memory of a valid module; its count is 0 when there is none. */
enum error initial_image_make(struct initial_image *image,
			      const struct module *module, uint32_t memory,
			      struct report *report);
void initial_image_fini(struct initial_image *image);

/* Writes a block of the image to to[SNAPSHOT_BLOCK_SIZE]; false, and nothing written,
 * when no segment touches it. */
bool initial_image_block(const struct initial_image *image, uint32_t block,
			 uint8_t *to);

/* Puts the base of every memory that a decoder made below its runs.  The module must be
 * the snapshot's own (snapshot_check). */
enum error initial_fill(struct snapshot *snapshot, const struct module *module,
			struct report *report);

#endif
