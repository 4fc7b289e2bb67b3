/* table.c: see table.h. */
#include "config.h"

#include "table.h"

#include "base/alloc.h"

#include <string.h>

int table_init(struct table *table, const struct table_type *type)
{
	table->element = type->element;
	table->limits = type->limits;
	table->size = 0;
	table->elements = NULL;
	if (type->limits.min > TABLE_MAX_ELEMENTS)
		return -1;
	table->elements = alloc_array((size_t)type->limits.min,
				      sizeof(*table->elements));
	if (table->elements == NULL)
		return -1;
	table->size = (uint32_t)type->limits.min;
	return 0;
}

void table_fini(struct table *table)
{
	alloc_free(table->elements);
	table->elements = NULL;
	table->size = 0;
}

uint32_t table_grow(struct table *table, uint32_t delta, uint64_t value)
{
	uint64_t size = (uint64_t)table->size + delta;
	size_t capacity = table->size;
	uint32_t old = table->size;

	if (size > TABLE_MAX_ELEMENTS ||
	    (table->limits.has_max && size > table->limits.max))
		return UINT32_MAX;
	if (alloc_grow(&table->elements, &capacity, (size_t)size,
		       sizeof(*table->elements)) != 0)
		return UINT32_MAX;
	table->size = (uint32_t)size;
	(void)table_fill(table, old, value, delta);
	return old;
}

static bool in_bounds(uint32_t start, uint32_t count, uint32_t size)
{
	return (uint64_t)start + count <= size;
}

bool table_fill(struct table *table, uint32_t start, uint64_t value,
		uint32_t count)
{
	uint32_t i;

	if (!in_bounds(start, count, table->size))
		return false;
	for (i = 0; i < count; i++)
		table->elements[start + i] = value;
	return true;
}

bool table_copy(struct table *to, uint32_t to_start, const struct table *from,
		uint32_t from_start, uint32_t count)
{
	if (!in_bounds(to_start, count, to->size) ||
	    !in_bounds(from_start, count, from->size))
		return false;
	if (count > 0)
		memmove(to->elements + to_start, from->elements + from_start,
			count * sizeof(*to->elements));
	return true;
}

bool table_write(struct table *table, uint32_t start, const uint64_t *values,
		 uint32_t nvalues, uint32_t from_start, uint32_t count)
{
	if (!in_bounds(start, count, table->size) ||
	    !in_bounds(from_start, count, nvalues))
		return false;
	if (count > 0)
		memcpy(table->elements + start, values + from_start,
		       count * sizeof(*values));
	return true;
}
