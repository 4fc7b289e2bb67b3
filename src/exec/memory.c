/* memory.c: see memory.h. */
#include "config.h"

#include "memory.h"

#include "exec/memory_backing.h"

#include <string.h>

static uint64_t max_bytes(const struct memory_type *type)
{
	uint64_t pages = type->limits.is64 ? MEMORY64_MAX_GIVEN
					   : MEMORY32_MAX_PAGES;

	if (type->limits.has_max && type->limits.max < pages)
		pages = type->limits.max;
	return pages << PAGE_SIZE_LOG2;
}

enum error memory_init(struct memory *memory, const struct memory_type *type,
		       struct report *report)
{
	uint64_t size = type->limits.min << PAGE_SIZE_LOG2;

	memset(memory, 0, sizeof(*memory));
	if (type->limits.min > max_bytes(type) >> PAGE_SIZE_LOG2)
		return report_error(report, ERR_LIMIT,
				    "a memory of %llu pages: at most %u are "
				    "given",
				    (unsigned long long)type->limits.min,
				    MEMORY64_MAX_GIVEN);
	memory->type = *type;
	if (memory_backing_init(memory, size, max_bytes(type)) != 0)
		return report_no_memory(report, size);
	memory->size = size;
	return ERR_NONE;
}

void memory_fini(struct memory *memory)
{
	memory_backing_fini(memory);
	memory->data = NULL;
	memory->size = 0;
}

int64_t memory_grow(struct memory *memory, uint64_t delta)
{
	uint64_t old = memory_pages(memory);
	uint64_t max = max_bytes(&memory->type);
	uint64_t size;

	if (delta > MEMORY32_MAX_PAGES)
		return -1;
	size = (old + delta) << PAGE_SIZE_LOG2;
	if (size > max || memory_backing_grow(memory, size, max) != 0)
		return -1;
	memory->size = size;
	return (int64_t)old;
}
