/* ir.h: the register IR that the interpreter executes.
 *
 * ir.def is its manual.  The IR never leaves a process: snapshots speak of
 * Wasm byte offsets (code/code.h maps between the two).
 */
#ifndef CHIWAWA_IR_H
#define CHIWAWA_IR_H

#include <stddef.h>
#include <stdint.h>

typedef uint16_t ir_unit;

enum ir_op {
#define IR(NAME, OPERANDS) IR_##NAME,
#include "ir.def"
	IR_COUNT
};

struct ir_info {
	const char *name;
	const char *operands; /* letters of ir.def */
	uint8_t length;	      /* units, the operation's own included */
};

extern const struct ir_info ir_infos[IR_COUNT];

/* Slots a frame may have: they are numbered in one unit. */
#define IR_MAX_SLOTS 65535

/* Writes code as text, one operation a line, into buffer (always terminated).
 * Returns the length that the whole text has. */
size_t ir_dump(const ir_unit *units, size_t nunits, char *buffer, size_t size);

#endif
