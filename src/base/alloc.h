/* alloc.h: the one front of the allocator.
 *
 * Overflow-checked array calls, and a hook that makes the n-th allocation fail
 * so that tests reach every out-of-memory path.  Guest memories are not
 * allocated here (exec/memory_backing.h).
 */
#ifndef CHIWAWA_ALLOC_H
#define CHIWAWA_ALLOC_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* count * size zeroed bytes, or NULL (out of memory or overflow).  A zero-sized
 * request yields a valid pointer.  Free with alloc_free. */
void *alloc_array(size_t count, size_t size);

/* The same, not zeroed: for large arrays of which little may be used. */
void *alloc_uninitialized(size_t count, size_t size);

/* Grows *items (count *capacity of size bytes each) so that it holds at least
 * need items.  New items are not initialised.  Returns 0, or -1 with *items and
 * *capacity unchanged. */
int alloc_grow(void *items, size_t *capacity, size_t need, size_t size);

/* A NUL-terminated copy of length bytes, or NULL. */
char *alloc_string(const char *bytes, size_t length);

/* memcpy that takes empty arrays, whose pointers may be NULL. */
static inline void copy_bytes(void *to, const void *from, size_t length)
{
	if (length > 0)
		memcpy(to, from, length);
}

/* Accepts NULL. */
void alloc_free(void *pointer);

/* Makes the n-th allocation from now fail, and all after it; n = 0 turns this
 * off.  For tests. */
void alloc_fail_after(unsigned long n);

#endif
