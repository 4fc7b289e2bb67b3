/* reader.c: see reader.h. */
#include "config.h"

#include "reader.h"

#include "base/little_endian.h"
#include "base/utf8.h"
#include "module/types.h"

#include <string.h>

size_t reader_offset(const struct reader *reader)
{
	return (size_t)(reader->p - reader->base);
}

enum error reader_malformed(const struct reader *reader, const char *what)
{
	return report_error(reader->report, ERR_MALFORMED, "offset 0x%zx: %s",
			    reader_offset(reader), what);
}

enum error read_byte(struct reader *reader, uint8_t *value)
{
	if (reader->p == reader->end)
		return reader_malformed(reader, "unexpected end");
	*value = *reader->p++;
	return ERR_NONE;
}

/* LEB128 of at most bits bits (5.2.2); is_signed sign-extends. */
static enum error read_leb128(struct reader *reader, unsigned bits,
			      bool is_signed, uint64_t *value)
{
	const uint8_t *p = reader->p;
	uint64_t result = 0;
	unsigned shift = 0;
	uint8_t byte;

	for (;;) {
		if (p == reader->end)
			return reader_malformed(reader, "unexpected end");
		byte = *p++;
		result |= (uint64_t)(byte & 0x7f) << shift;
		if (shift + 7 >= bits)
			break;
		shift += 7;
		if ((byte & 0x80) == 0)
			goto complete;
	}
	/* The last byte possible: unused bits must be zero, or copies of the sign. */
	if (byte & 0x80)
		return reader_malformed(reader,
					"integer representation too long");
	{
		unsigned used = bits - shift; /* 1..7 bits of the byte count */
		uint8_t unused = (uint8_t)(0x7f & ~((1u << used) - 1));
		bool negative = is_signed && (byte >> (used - 1) & 1);

		if ((byte & unused) != (negative ? unused : 0))
			return reader_malformed(reader, "integer too large");
	}
	shift += 7;
complete:
	if (is_signed && shift < 64 && (byte & 0x40))
		result |= ~(uint64_t)0 << shift;
	reader->p = p;
	*value = result;
	return ERR_NONE;
}

enum error read_long_u32(struct reader *reader, uint32_t *value)
{
	uint64_t wide;

	TRY(read_leb128(reader, 32, false, &wide));
	*value = (uint32_t)wide;
	return ERR_NONE;
}

enum error read_long_s32(struct reader *reader, int32_t *value)
{
	uint64_t wide;

	TRY(read_leb128(reader, 32, true, &wide));
	*value = (int32_t)(uint32_t)wide;
	return ERR_NONE;
}

enum error read_u64(struct reader *reader, uint64_t *value)
{
	return read_leb128(reader, 64, false, value);
}

enum error read_s33(struct reader *reader, int64_t *value)
{
	uint64_t wide;

	TRY(read_leb128(reader, 33, true, &wide));
	*value = (int64_t)wide;
	return ERR_NONE;
}

enum error read_s64(struct reader *reader, int64_t *value)
{
	uint64_t wide;

	TRY(read_leb128(reader, 64, true, &wide));
	*value = (int64_t)wide;
	return ERR_NONE;
}

enum error read_fixed32(struct reader *reader, uint32_t *value)
{
	if (reader->end - reader->p < 4)
		return reader_malformed(reader, "unexpected end");
	*value = le_read32(reader->p);
	reader->p += 4;
	return ERR_NONE;
}

enum error read_fixed64(struct reader *reader, uint64_t *value)
{
	if (reader->end - reader->p < 8)
		return reader_malformed(reader, "unexpected end");
	*value = le_read64(reader->p);
	reader->p += 8;
	return ERR_NONE;
}

enum error read_bytes(struct reader *reader, const uint8_t **bytes,
		      uint32_t *length)
{
	const uint8_t *start = reader->p;
	uint32_t n;

	TRY(read_u32(reader, &n));
	if (n > (size_t)(reader->end - reader->p)) {
		reader->p = start;
		return reader_malformed(reader, "unexpected end");
	}
	*bytes = reader->p;
	*length = n;
	reader->p += n;
	return ERR_NONE;
}

enum error read_name(struct reader *reader, struct name *name)
{
	const uint8_t *start = reader->p;

	TRY(read_bytes(reader, &name->bytes, &name->length));
	if (!utf8_is_valid(name->bytes, name->length)) {
		reader->p = start;
		return reader_malformed(reader, "malformed UTF-8 encoding");
	}
	return ERR_NONE;
}

enum error read_count(struct reader *reader, uint32_t *count)
{
	const uint8_t *start = reader->p;

	TRY(read_u32(reader, count));
	if (*count > (size_t)(reader->end - reader->p)) {
		reader->p = start;
		return reader_malformed(reader, "unexpected end");
	}
	return ERR_NONE;
}

bool name_equal(const struct name *name, const char *string)
{
	return name->length == strlen(string) &&
	       memcmp(name->bytes, string, name->length) == 0;
}

enum error read_value_type(struct reader *reader, uint8_t *type)
{
	const uint8_t *start = reader->p;

	TRY(read_byte(reader, type));
	if (value_type_is_valid(*type))
		return ERR_NONE;
	reader->p = start;
	if (*type == TYPE_V128)
		return report_error(reader->report, ERR_UNSUPPORTED,
				    "offset 0x%zx: SIMD (type v128) is not "
				    "supported",
				    reader_offset(reader));
	return reader_malformed(reader, "malformed value type");
}

enum error read_reference_type(struct reader *reader, uint8_t *type)
{
	const uint8_t *start = reader->p;

	TRY(read_byte(reader, type));
	if (value_type_is_reference(*type))
		return ERR_NONE;
	reader->p = start;
	return reader_malformed(reader, "malformed reference type");
}
