/* opcode.c: tables made from opcodes.def. */
#include "config.h"

#include "opcode.h"

#include "module/types.h"

const struct opcode_info opcode_infos[OPCODE_COUNT] = {
#define OP(CODE, NAME, TEXT, IMMEDIATE, SIGNATURE, ALIGN)                      \
	[OP_##NAME] = {TEXT, SIGNATURE, CODE, IMMEDIATE_##IMMEDIATE, ALIGN},
#include "opcodes.def"
};

/* One past the highest number of the one-byte and of the 0xfc opcodes. */
#define PLAIN_CODES 0x100
#define FC_CODES 0x12

/* Stores opcode + 1, so that 0 means "no such opcode". */
static const uint16_t code_to_opcode[PLAIN_CODES + FC_CODES] = {
#define OP(CODE, NAME, TEXT, IMMEDIATE, SIGNATURE, ALIGN)                      \
	[(CODE) < PLAIN_CODES ? (CODE)                                         \
			      : PLAIN_CODES + ((CODE)&0xff)] = OP_##NAME + 1,
#include "opcodes.def"
};

enum opcode opcode_from_code(uint32_t code)
{
	uint16_t found = 0;

	if (code < PLAIN_CODES)
		found = code_to_opcode[code];
	else if (code >= 0xfc00 && code < 0xfc00 + FC_CODES)
		found = code_to_opcode[PLAIN_CODES + (code & 0xff)];
	return found == 0 ? OPCODE_COUNT : (enum opcode)(found - 1);
}

uint8_t signature_type(char letter)
{
	switch (letter) {
	case 'i':
		return TYPE_I32;
	case 'I':
		return TYPE_I64;
	case 'f':
		return TYPE_F32;
	case 'F':
		return TYPE_F64;
	case 'r':
		return TYPE_FUNCREF;
	default:
		return TYPE_UNKNOWN;
	}
}
