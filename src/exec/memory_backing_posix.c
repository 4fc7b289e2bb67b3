/* memory_backing_posix.c: address space reserved with mmap, opened up by
 * mprotect as the memory grows.  The data never moves.
 */
#include "config.h"

#include "memory_backing.h"

#include <sys/mman.h>

#define HAS_RESERVATION(SIZE) ((SIZE) > 0)

int memory_backing_init(struct memory *memory, uint64_t size, uint64_t max)
{
	void *reserved = NULL;

	if (max > SIZE_MAX)
		return -1;
	if (HAS_RESERVATION(max)) {
		reserved = mmap(NULL, (size_t)max, PROT_NONE,
				MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1,
				0);
		if (reserved == MAP_FAILED)
			return -1;
	}
	memory->data = reserved;
	memory->reserved = max;
	if (memory_backing_grow(memory, size, max) == 0)
		return 0;
	memory_backing_fini(memory);
	return -1;
}

int memory_backing_grow(struct memory *memory, uint64_t size, uint64_t max)
{
	(void)max; /* all of it was reserved */
	if (size == memory->size)
		return 0;
	return mprotect(memory->data + memory->size,
			(size_t)(size - memory->size), PROT_READ | PROT_WRITE);
}

void memory_backing_fini(struct memory *memory)
{
	if (HAS_RESERVATION(memory->reserved))
		munmap(memory->data, (size_t)memory->reserved);
	memory->reserved = 0;
}
