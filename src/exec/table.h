/* table.h: table instances (core specification 4.2.7, 4.4.6). */
#ifndef CHIWAWA_TABLE_H
#define CHIWAWA_TABLE_H

#include "exec/store.h"

/* Elements a table may have at most, whatever its type says: bounds what a guest
 * can make the host allocate (8 bytes each). */
#define TABLE_MAX_ELEMENTS 10000000u

/* A table of type->limits.min nulls.  Returns 0, or -1 without memory. */
int table_init(struct table *table, const struct table_type *type);
void table_fini(struct table *table);

/* Grows by delta elements of value.  Returns the old size or UINT32_MAX. */
uint32_t table_grow(struct table *table, uint32_t delta, uint64_t value);

/* Bulk operations; false when out of bounds, and then nothing was written. */
bool table_fill(struct table *table, uint32_t start, uint64_t value,
		uint32_t count);
bool table_copy(struct table *to, uint32_t to_start, const struct table *from,
		uint32_t from_start, uint32_t count);
bool table_write(struct table *table, uint32_t start, const uint64_t *values,
		 uint32_t nvalues, uint32_t from_start, uint32_t count);

#endif
