/* instruction.c: see instruction.h. */
#include "config.h"

#include "instruction.h"

#include "module/features.h"
#include "module/types.h"

#include <stdint.h>

uint8_t block_value_type(int64_t block)
{
	return (uint8_t)(block & 0x7f);
}

static enum error read_opcode(struct reader *reader, enum opcode *op)
{
	const uint8_t *start = reader->p;
	uint8_t byte;
	uint32_t code;

	/* Most have one byte. */
	if (start < reader->end) {
		*op = opcode_from_byte(*start);
		if (*op != OPCODE_COUNT) {
			reader->p++;
			return ERR_NONE;
		}
	}
	TRY(read_byte(reader, &byte));
	code = byte;
	if (byte == 0xfc || byte == 0xfd || byte == 0xfe) {
		uint32_t number;

		TRY(read_u32(reader, &number));
		code = number > 0xff ? 0xffff : (uint32_t)byte << 8 | number;
	}
	*op = opcode_from_code(code);
	if (*op != OPCODE_COUNT)
		return ERR_NONE;
	reader->p = start;
	if (byte == 0xfd)
		return report_error(reader->report, ERR_UNSUPPORTED,
				    "offset 0x%zx: SIMD (prefix 0xfd) is not "
				    "supported",
				    reader_offset(reader));
	if (byte == 0xfe)
		return report_error(reader->report, ERR_UNSUPPORTED,
				    "offset 0x%zx: threads and atomics (prefix "
				    "0xfe) are not supported",
				    reader_offset(reader));
	return report_error(reader->report, ERR_MALFORMED,
			    "offset 0x%zx: illegal opcode %02x",
			    reader_offset(reader), byte);
}

static enum error read_block_type(struct reader *reader, int64_t *block)
{
	const uint8_t *start = reader->p;

	TRY(read_s33(reader, block));
	if (*block >= 0 || *block == BLOCK_TYPE_EMPTY ||
	    (reader->p - start == 1 &&
	     value_type_is_valid(block_value_type(*block))))
		return ERR_NONE;
	reader->p = start;
	return reader_malformed(reader, "invalid block type");
}

/* An index of a memory, which is a byte 0 where there can be one only. */
static enum error read_memory(struct reader *reader, uint32_t *index)
{
	const uint8_t *start = reader->p;
	uint8_t byte;

	if ((reader->features & FEATURE_MULTI_MEMORY) != 0)
		return read_u32(reader, index);
	*index = 0;
	TRY(read_byte(reader, &byte));
	if (byte == 0)
		return ERR_NONE;
	reader->p = start;
	return reader_malformed(reader, "zero byte expected (an index needs the "
					"feature multi-memory)");
}

/* In the flags of a memarg: the index of a memory follows. */
#define MEMARG_HAS_MEMORY 0x40u

static enum error read_memarg(struct reader *reader, struct instruction *in)
{
	const uint8_t *start = reader->p;
	bool has_indices = (reader->features & FEATURE_MULTI_MEMORY) != 0;
	uint32_t narrow;

	TRY(read_u32(reader, &in->align));
	in->index = 0;
	if (has_indices && (in->align & MEMARG_HAS_MEMORY) != 0) {
		in->align &= ~MEMARG_HAS_MEMORY;
		TRY(read_u32(reader, &in->index));
	}
	if (in->align >= (has_indices ? MEMARG_HAS_MEMORY : 32)) {
		reader->p = start;
		return reader_malformed(reader, "malformed memop flags");
	}
	if ((reader->features & FEATURE_MEMORY64) != 0)
		return read_u64(reader, &in->offset);
	TRY(read_u32(reader, &narrow));
	in->offset = narrow;
	return ERR_NONE;
}

static enum error read_br_table(struct reader *reader, struct instruction *in)
{
	uint32_t i, label;

	TRY(read_count(reader, &in->count));
	in->labels = reader->p;
	for (i = 0; i <= in->count; i++)
		TRY(read_u32(reader, &label));
	return ERR_NONE;
}

static enum error read_select_types(struct reader *reader,
				    struct instruction *in)
{
	uint32_t i;

	TRY(read_count(reader, &in->count));
	in->type = TYPE_UNKNOWN;
	for (i = 0; i < in->count; i++)
		TRY(read_value_type(reader, &in->type));
	return ERR_NONE;
}

static enum error read_constant(struct reader *reader, struct instruction *in,
				enum immediate immediate)
{
	int32_t small;
	int64_t large;
	uint32_t bits;

	switch (immediate) {
	case IMMEDIATE_I32:
		TRY(read_s32(reader, &small));
		in->value = (uint32_t)small;
		return ERR_NONE;
	case IMMEDIATE_I64:
		TRY(read_s64(reader, &large));
		in->value = (uint64_t)large;
		return ERR_NONE;
	case IMMEDIATE_F32:
		TRY(read_fixed32(reader, &bits));
		in->value = bits;
		return ERR_NONE;
	default:
		return read_fixed64(reader, &in->value);
	}
}

enum error instruction_read(struct reader *reader, struct instruction *in)
{
	enum immediate immediate;

	TRY(read_opcode(reader, &in->op));
	immediate = opcode_infos[in->op].immediate;
	switch (immediate) {
	case IMMEDIATE_NONE:
		return ERR_NONE;
	case IMMEDIATE_BLOCK:
		return read_block_type(reader, &in->block);
	case IMMEDIATE_BR_TABLE:
		return read_br_table(reader, in);
	case IMMEDIATE_LABEL:
	case IMMEDIATE_FUNC:
	case IMMEDIATE_LOCAL:
	case IMMEDIATE_GLOBAL:
	case IMMEDIATE_TABLE:
	case IMMEDIATE_DATA:
	case IMMEDIATE_ELEM:
		return read_u32(reader, &in->index);
	case IMMEDIATE_CALL_INDIRECT:
	case IMMEDIATE_ELEM_TABLE:
	case IMMEDIATE_TABLE_TABLE:
		TRY(read_u32(reader, &in->index));
		return read_u32(reader, &in->index2);
	case IMMEDIATE_SELECT_T:
		return read_select_types(reader, in);
	case IMMEDIATE_MEMARG:
		return read_memarg(reader, in);
	case IMMEDIATE_MEMORY:
		return read_memory(reader, &in->index);
	case IMMEDIATE_DATA_MEMORY:
		TRY(read_u32(reader, &in->index));
		return read_memory(reader, &in->index2);
	case IMMEDIATE_MEMORY_MEMORY:
		TRY(read_memory(reader, &in->index));
		return read_memory(reader, &in->index2);
	case IMMEDIATE_I32:
	case IMMEDIATE_I64:
	case IMMEDIATE_F32:
	case IMMEDIATE_F64:
		return read_constant(reader, in, immediate);
	case IMMEDIATE_REF_TYPE:
		return read_reference_type(reader, &in->type);
	}
	return ERR_NONE;
}

const uint8_t *instruction_next(const uint8_t *p, struct instruction *in)
{
	/* Validation proved that the instruction ends before the body does. */
	struct reader reader = {.base = p,
				.p = p,
				.end = p + (SIZE_MAX >> 8),
				.features = FEATURES_ALL};

	if ((uintptr_t)reader.end < (uintptr_t)p)
		reader.end = (const uint8_t *)UINTPTR_MAX;
	(void)instruction_read(&reader, in);
	return reader.p;
}
