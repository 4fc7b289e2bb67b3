/* memory.h: a linear memory instance (core specification 4.2.8).
 *
 * The bytes live in a backing chosen per platform (memory_backing.h).
 */
#ifndef CHIWAWA_MEMORY_H
#define CHIWAWA_MEMORY_H

#include "base/report.h"
#include "module/types.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct memory {
	uint8_t *data;	   /* may move when the memory grows */
	uint64_t size;	   /* bytes; a multiple of WASM_PAGE_SIZE */
	uint64_t reserved; /* bytes the backing holds; private to it */
	struct memory_type type; /* limits.min is the size at creation */
};

/* A zeroed memory of type->limits.min pages. */
enum error memory_init(struct memory *memory, const struct memory_type *type,
		       struct report *report);

void memory_fini(struct memory *memory);

/* Grows by delta pages.  Returns the old size in pages, or -1 when the limit or
 * the host does not allow it (4.4.7, memory.grow). */
int64_t memory_grow(struct memory *memory, uint64_t delta);

static inline uint64_t memory_pages(const struct memory *memory)
{
	return memory->size >> PAGE_SIZE_LOG2;
}

/* Whether [address, address + length) lies inside. */
static inline bool memory_contains(const struct memory *memory,
				   uint64_t address, uint64_t length)
{
	return length <= memory->size && address <= memory->size - length;
}

#endif
