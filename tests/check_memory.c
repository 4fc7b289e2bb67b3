/* check_memory.c: linear memories and tables: growth, limits, bounds. */
#include "config.h"

#include "exec/memory.h"
#include "exec/table.h"

#include <check.h>
#include <string.h>

START_TEST(test_memory_grows)
{
	struct memory_type type = {{1, 3, true, false}};
	struct memory memory;

	ck_assert_int_eq(memory_init(&memory, &type, NULL), ERR_NONE);
	memory.data[65535] = 42;
	ck_assert_int_eq(memory_grow(&memory, 1), 1);
	ck_assert_uint_eq(memory.size, 2 * WASM_PAGE_SIZE);
	ck_assert_int_eq(memory.data[65535], 42);
	ck_assert_int_eq(memory.data[65536], 0);
	ck_assert_int_eq(memory.data[131071], 0);
	ck_assert_int_eq(memory_grow(&memory, 2), -1);
	ck_assert_int_eq(memory_grow(&memory, 0xffffffffu), -1);
	ck_assert_int_eq(memory_grow(&memory, 0), 2);
	ck_assert(memory_contains(&memory, 131071, 1));
	ck_assert(!memory_contains(&memory, 131071, 2));
	ck_assert(memory_contains(&memory, 131072, 0));
	ck_assert(!memory_contains(&memory, UINT64_MAX, 2));
	memory_fini(&memory);
}
END_TEST

START_TEST(test_empty_memory)
{
	struct memory_type type = {{0, 0, true, false}};
	struct memory memory;

	ck_assert_int_eq(memory_init(&memory, &type, NULL), ERR_NONE);
	ck_assert_int_eq(memory_grow(&memory, 1), -1);
	ck_assert(memory_contains(&memory, 0, 0));
	ck_assert(!memory_contains(&memory, 0, 1));
	memory_fini(&memory);
}
END_TEST

START_TEST(test_table)
{
	struct table_type type = {{2, 5, true, false}, TYPE_FUNCREF};
	static const uint64_t values[] = {11, 12, 13};
	struct table table;

	ck_assert_int_eq(table_init(&table, &type), 0);
	ck_assert_uint_eq(table_grow(&table, 2, 7), 2);
	ck_assert_uint_eq(table.elements[3], 7);
	ck_assert_uint_eq(table_grow(&table, 2, 7), UINT32_MAX);
	ck_assert_uint_eq(table_grow(&table, UINT32_MAX, 7), UINT32_MAX);
	ck_assert_uint_eq(table.size, 4);
	ck_assert(table_write(&table, 1, values, 3, 0, 3));
	ck_assert(!table_write(&table, 2, values, 3, 0, 3));
	ck_assert(!table_write(&table, 0, values, 3, 1, 3));
	ck_assert(table_copy(&table, 0, &table, 1, 3));
	ck_assert_uint_eq(table.elements[0], 11);
	ck_assert_uint_eq(table.elements[2], 13);
	ck_assert(!table_copy(&table, 2, &table, 0, 3));
	ck_assert(!table_fill(&table, 4, 1, 1));
	ck_assert(table_fill(&table, 4, 1, 0));
	ck_assert(!table_fill(&table, UINT32_MAX, 1, 2));
	table_fini(&table);
}
END_TEST

#define SUITE_NAME "memory"
#define TESTS TEST(test_memory_grows) TEST(test_empty_memory) TEST(test_table)
#include "check_main.h"
