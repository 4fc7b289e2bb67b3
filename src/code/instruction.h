/* instruction.h: decoding of one instruction with its immediates (5.4).
 *
 * The only place that knows the layout of immediates; the decoder, validator,
 * translator and tracers all walk bodies with it.  It checks the binary format,
 * not validity.
 */
#ifndef CHIWAWA_INSTRUCTION_H
#define CHIWAWA_INSTRUCTION_H

#include "code/opcode.h"
#include "module/reader.h"

/* What a block type says. */
#define BLOCK_TYPE_EMPTY ((int64_t)-64)

struct instruction {
	enum opcode op;
	uint32_t index;	   /* first index: label, function, type, local, memory, ... */
	uint32_t index2;   /* second index: table of call_indirect, source, memory of
			    * memory.init */
	uint32_t align;	   /* memarg: log2 of the alignment */
	uint64_t offset;   /* memarg */
	uint64_t value;	   /* constant, as bits */
	int64_t block;	   /* block type: BLOCK_TYPE_EMPTY, -1..-63 value type, or
			    * a type index */
	uint8_t type;	   /* reference type; type of a typed select */
	uint32_t count;	   /* br_table: labels without the default; select: types */
	const uint8_t *labels; /* br_table: count + 1 LEB128 labels */
};

/* Reads the instruction at the reader's position and moves past it. */
enum error instruction_read(struct reader *reader,
			    struct instruction *instruction);

/* The same for a body that was validated before: cannot fail. */
const uint8_t *instruction_next(const uint8_t *p,
				struct instruction *instruction);

/* Value type of a negative block type other than BLOCK_TYPE_EMPTY. */
uint8_t block_value_type(int64_t block);

#endif
