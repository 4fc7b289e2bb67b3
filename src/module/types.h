/* types.h: value types, function types and limits (core specification 2.3). */
#ifndef CHIWAWA_TYPES_H
#define CHIWAWA_TYPES_H

#include <stdbool.h>
#include <stdint.h>

/* Value types, by their binary code (5.3.1).  Held in uint8_t. */
enum value_type {
	TYPE_UNKNOWN = 0, /* the validator's bottom type */
	TYPE_I32 = 0x7f,
	TYPE_I64 = 0x7e,
	TYPE_F32 = 0x7d,
	TYPE_F64 = 0x7c,
	TYPE_V128 = 0x7b,
	TYPE_FUNCREF = 0x70,
	TYPE_EXTERNREF = 0x6f,
};

/* Kinds of imports and exports, by their binary code (5.5.5). */
enum extern_kind {
	EXTERN_FUNC = 0,
	EXTERN_TABLE = 1,
	EXTERN_MEMORY = 2,
	EXTERN_GLOBAL = 3,
};

struct func_type {
	const uint8_t *types; /* nparams value types, then nresults of them */
	uint32_t nparams;
	uint32_t nresults;
};

struct limits {
	uint64_t min;
	uint64_t max; /* meaningful only when has_max */
	bool has_max;
	bool is64; /* indices are i64 */
};

struct table_type {
	struct limits limits; /* elements */
	uint8_t element;      /* TYPE_FUNCREF or TYPE_EXTERNREF */
};

struct memory_type {
	struct limits limits; /* pages of 64 KiB */
};

struct global_type {
	uint8_t value;
	bool is_mutable;
};

#define PAGE_SIZE_LOG2 16
#define WASM_PAGE_SIZE ((uint64_t)1 << PAGE_SIZE_LOG2)
#define MEMORY32_MAX_PAGES 65536u
/* Of a type (3.2.16), and what an instance of one is given here: less than 4 GiB, so that an
 * index that does not fit 32 bits is out of bounds. */
#define MEMORY64_MAX_PAGES ((uint64_t)1 << 48)
#define MEMORY64_MAX_GIVEN 65535u

/* Type of an index into what has these limits. */
static inline uint8_t limits_index_type(const struct limits *limits)
{
	return limits->is64 ? TYPE_I64 : TYPE_I32;
}

/* Name as in the text format ("i32"); "unknown" for anything else. */
const char *value_type_name(uint8_t type);

/* Whether a byte is the code of a value type of this build. */
bool value_type_is_valid(uint8_t code);

bool value_type_is_reference(uint8_t type);

bool func_type_equal(const struct func_type *a, const struct func_type *b);

/* Whether they have the same results; parameters may differ. */
bool func_results_equal(const struct func_type *a, const struct func_type *b);

/* Import matching of limits (3.2.10): provided fits what is required. */
bool limits_match(const struct limits *provided, const struct limits *required);

#endif
