/* memory_backing.h: where the bytes of linear memories come from.
 *
 * memory_backing_posix.c reserves address space once and never moves;
 * memory_backing_malloc.c (Wasm builds) reallocates.  configure picks one.
 */
#ifndef CHIWAWA_MEMORY_BACKING_H
#define CHIWAWA_MEMORY_BACKING_H

#include "exec/memory.h"

/* Obtains size zeroed bytes for a memory that never exceeds max bytes; sets
 * data and reserved.  Returns 0, or -1 when the host cannot. */
int memory_backing_init(struct memory *memory, uint64_t size, uint64_t max);

/* Makes size bytes usable, the new ones zero; may move data.  Returns 0, or -1
 * with the memory unchanged. */
int memory_backing_grow(struct memory *memory, uint64_t size, uint64_t max);

void memory_backing_fini(struct memory *memory);

#endif
