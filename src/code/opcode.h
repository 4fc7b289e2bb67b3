/* opcode.h: the instructions of opcodes.def as an enum and a table.
 *
 * Used by every pass over a function body; each pass has its own switch.
 */
#ifndef CHIWAWA_OPCODE_H
#define CHIWAWA_OPCODE_H

#include <stdint.h>

enum opcode {
#define OP(CODE, NAME, TEXT, IMMEDIATE, SIGNATURE, ALIGN) OP_##NAME,
#include "opcodes.def"
	OPCODE_COUNT
};

enum immediate {
	IMMEDIATE_NONE,
	IMMEDIATE_BLOCK,	 /* block type: s33 */
	IMMEDIATE_LABEL,	 /* label depth */
	IMMEDIATE_BR_TABLE,	 /* vector of labels, default label */
	IMMEDIATE_FUNC,		 /* function index */
	IMMEDIATE_CALL_INDIRECT, /* type index, table index */
	IMMEDIATE_SELECT_T,	 /* vector of value types */
	IMMEDIATE_LOCAL,	 /* local index */
	IMMEDIATE_GLOBAL,	 /* global index */
	IMMEDIATE_TABLE,	 /* table index */
	IMMEDIATE_MEMARG,	 /* alignment, offset */
	IMMEDIATE_MEMORY,	 /* memory index (one zero byte before multi-memory) */
	IMMEDIATE_I32,		 /* s32 */
	IMMEDIATE_I64,		 /* s64 */
	IMMEDIATE_F32,		 /* 4 bytes */
	IMMEDIATE_F64,		 /* 8 bytes */
	IMMEDIATE_REF_TYPE,	 /* reference type */
	IMMEDIATE_DATA_MEMORY,	 /* data index, memory index */
	IMMEDIATE_DATA,		 /* data index */
	IMMEDIATE_MEMORY_MEMORY, /* memory index, memory index */
	IMMEDIATE_ELEM_TABLE,	 /* element index, table index */
	IMMEDIATE_ELEM,		 /* element index */
	IMMEDIATE_TABLE_TABLE,	 /* table index, table index */
};

struct opcode_info {
	const char *text;
	const char *signature; /* see opcodes.def; "" when it depends on context */
	uint16_t code;
	uint8_t immediate; /* enum immediate */
	uint8_t align;	   /* log2 of the natural alignment */
};

extern const struct opcode_info opcode_infos[OPCODE_COUNT];

/* By code: first those of one byte, then those with the prefix 0xfc; opcode + 1, so that 0
 * means "no such opcode". */
#define OPCODE_BYTE_CODES 0x100
#define OPCODE_FC_CODES 0x12
extern const uint16_t opcode_codes[OPCODE_BYTE_CODES + OPCODE_FC_CODES];

/* The opcode of one byte, or OPCODE_COUNT. */
static inline enum opcode opcode_from_byte(uint8_t byte)
{
	uint16_t found = opcode_codes[byte];

	return found == 0 ? OPCODE_COUNT : (enum opcode)(found - 1);
}

/* The opcode of a binary code (prefix << 8 | number), or OPCODE_COUNT. */
enum opcode opcode_from_code(uint32_t code);

/* Value type of what an instruction with a signature leaves. */
uint8_t opcode_result_type(enum opcode op);

/* Value type of a signature letter. */
uint8_t signature_type(char letter);

#endif
