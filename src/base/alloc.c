/* alloc.c: see alloc.h. */
#include "config.h"

#include "alloc.h"

#include <stdlib.h>
#include <string.h>

static unsigned long allocations_left; /* 0: no failure is planned */

static int allocation_must_fail(void)
{
	if (allocations_left == 0)
		return 0;
	if (allocations_left == 1)
		return 1;
	allocations_left--;
	return 0;
}

void alloc_fail_after(unsigned long n)
{
	allocations_left = n;
}

void *alloc_array(size_t count, size_t size)
{
	if (allocation_must_fail())
		return NULL;
	if (count == 0 || size == 0)
		count = size = 1;
	return calloc(count, size);
}

void *alloc_uninitialized(size_t count, size_t size)
{
	if (allocation_must_fail() || (size > 0 && count > SIZE_MAX / size))
		return NULL;
	return malloc(count * size > 0 ? count * size : 1);
}

int alloc_grow(void *items, size_t *capacity, size_t need, size_t size)
{
	size_t grown = *capacity;
	void **slot = items;
	void *moved;

	if (need <= grown)
		return 0;
	if (allocation_must_fail())
		return -1;
	grown = grown < 8 ? 8 : grown + grown / 2;
	if (grown < need)
		grown = need;
	if (grown > SIZE_MAX / size)
		return -1;
	moved = realloc(*slot, grown * size);
	if (moved == NULL)
		return -1;
	*slot = moved;
	*capacity = grown;
	return 0;
}

char *alloc_string(const char *bytes, size_t length)
{
	char *copy = length == SIZE_MAX ? NULL : alloc_array(length + 1, 1);

	if (copy != NULL && length > 0)
		memcpy(copy, bytes, length);
	return copy;
}

void alloc_free(void *pointer)
{
	free(pointer);
}
