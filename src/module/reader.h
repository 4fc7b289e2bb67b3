/* reader.h: bounds-checked reading of module bytes (core specification 5.2).
 *
 * A reader walks one range of the file; every function checks the bounds, moves
 * the position only on success, and reports the file offset of what is wrong.
 */
#ifndef CHIWAWA_READER_H
#define CHIWAWA_READER_H

#include "base/report.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct reader {
	const uint8_t *base; /* first byte of the file, for offsets */
	const uint8_t *p;    /* next byte */
	const uint8_t *end;  /* one past the last byte of the range */
	struct report *report;
	uint32_t features; /* set of enum feature: they change the format of instructions */
};

/* A name: bytes of valid UTF-8, borrowed from the module, not terminated. */
struct name {
	const uint8_t *bytes;
	uint32_t length;
};

size_t reader_offset(const struct reader *reader);

/* Reports a malformed module at the reader's position. */
enum error reader_malformed(const struct reader *reader, const char *what);

enum error read_byte(struct reader *reader, uint8_t *value);
enum error read_s64(struct reader *reader, int64_t *value);
enum error read_u64(struct reader *reader, uint64_t *value);
/* The rest of read_u32 and read_s32. */
enum error read_long_u32(struct reader *reader, uint32_t *value);
enum error read_long_s32(struct reader *reader, int32_t *value);

/* Numbers of one byte are by far the commonest, and what is read most. */
static inline enum error read_u32(struct reader *reader, uint32_t *value)
{
	if (reader->p >= reader->end || *reader->p >= 0x80)
		return read_long_u32(reader, value);
	*value = *reader->p++;
	return ERR_NONE;
}

static inline enum error read_s32(struct reader *reader, int32_t *value)
{
	if (reader->p >= reader->end || *reader->p >= 0x80)
		return read_long_s32(reader, value);
	/* Bit 6 is the sign. */
	*value = (int32_t)((*reader->p++ ^ 0x40u) - 0x40u);
	return ERR_NONE;
}

/* Signed 33-bit number of a block type. */
enum error read_s33(struct reader *reader, int64_t *value);
enum error read_fixed32(struct reader *reader, uint32_t *value);
enum error read_fixed64(struct reader *reader, uint64_t *value);
enum error read_name(struct reader *reader, struct name *name);
/* A u32 length, checked against the bytes that are left, with the bytes. */
enum error read_bytes(struct reader *reader, const uint8_t **bytes,
		      uint32_t *length);
/* A vector's count; each element takes at least one byte, so a count above the
 * bytes that are left is malformed.  This bounds every allocation. */
enum error read_count(struct reader *reader, uint32_t *count);

/* A value type, a reference type (5.3.1). */
enum error read_value_type(struct reader *reader, uint8_t *type);
enum error read_reference_type(struct reader *reader, uint8_t *type);

bool name_equal(const struct name *name, const char *string);

#endif
