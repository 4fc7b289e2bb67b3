/* opcode.c: tables made from opcodes.def. */
#include "config.h"

#include "opcode.h"

#include "module/types.h"

#include <string.h>

const struct opcode_info opcode_infos[OPCODE_COUNT] = {
#define OP(CODE, NAME, TEXT, IMMEDIATE, SIGNATURE, ALIGN)                      \
	[OP_##NAME] = {TEXT, SIGNATURE, CODE, IMMEDIATE_##IMMEDIATE, ALIGN},
#include "opcodes.def"
};

const uint16_t opcode_codes[OPCODE_BYTE_CODES + OPCODE_FC_CODES] = {
#define OP(CODE, NAME, TEXT, IMMEDIATE, SIGNATURE, ALIGN)                      \
	[(CODE) < OPCODE_BYTE_CODES ? (CODE)                                   \
				    : OPCODE_BYTE_CODES + ((CODE)&0xff)] =     \
		OP_##NAME + 1,
#include "opcodes.def"
};

enum opcode opcode_from_code(uint32_t code)
{
	uint16_t found;

	if (code < OPCODE_BYTE_CODES)
		return opcode_from_byte((uint8_t)code);
	if (code < 0xfc00 || code >= 0xfc00 + OPCODE_FC_CODES)
		return OPCODE_COUNT;
	found = opcode_codes[OPCODE_BYTE_CODES + (code & 0xff)];
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

uint8_t opcode_result_type(enum opcode op)
{
	const char *signature = opcode_infos[op].signature;

	return signature_type(signature[strlen(signature) - 1]);
}
