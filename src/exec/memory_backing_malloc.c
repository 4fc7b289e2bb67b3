/* memory_backing_malloc.c: linear memories in the allocator's heap, for Wasm
 * builds, where address space cannot be reserved.
 *
 * A memory that grows again and again is given half as much again each time, as
 * far as the host has it, so that the copying stays linear.
 */
#include "config.h"

#include "memory_backing.h"

#include <stdlib.h>
#include <string.h>

int memory_backing_init(struct memory *memory, uint64_t size, uint64_t max)
{
	(void)max;
	if (size > SIZE_MAX)
		return -1;
	memory->data = calloc(1, size > 0 ? (size_t)size : 1);
	memory->reserved = size;
	return memory->data == NULL ? -1 : 0;
}

int memory_backing_grow(struct memory *memory, uint64_t size, uint64_t max)
{
	uint64_t wanted = size + size / 2;
	uint8_t *moved = NULL;

	if (size > SIZE_MAX)
		return -1;
	if (size > memory->reserved) {
		if (wanted > max)
			wanted = max;
		if (wanted <= SIZE_MAX)
			moved = realloc(memory->data, (size_t)wanted);
		if (moved == NULL) {
			wanted = size;
			moved = realloc(memory->data, (size_t)wanted);
		}
		if (moved == NULL)
			return -1;
		memory->data = moved;
		memory->reserved = wanted;
	}
	memset(memory->data + memory->size, 0, (size_t)(size - memory->size));
	return 0;
}

void memory_backing_fini(struct memory *memory)
{
	free(memory->data);
	memory->reserved = 0;
}
