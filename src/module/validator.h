/* validator.h: state of the validation of a body, shared by its three files.
 *
 * validate_body.c walks it, validate_memory.c checks what has to do with memories and tables,
 * validate_stack.c keeps the operand types.
 */
#ifndef CHIWAWA_VALIDATOR_H
#define CHIWAWA_VALIDATOR_H

#include "code/instruction.h"
#include "module/module.h"

struct control_frame {
	enum opcode op;		/* block, loop, if, else */
	const uint8_t *params;	/* borrowed types */
	const uint8_t *results;
	uint32_t nparams;
	uint32_t nresults;
	size_t height; /* operands below the frame's own */
	bool unreachable;
};

struct validator {
	struct module *module;
	struct func *func;
	struct report *report;
	const uint8_t *where;	/* the instruction under validation */
	uint8_t *operands;	/* value types */
	size_t noperands, operands_capacity;
	struct control_frame *frames;
	size_t nframes, frames_capacity;
	uint8_t *locals;	/* types, func->nlocals of them */
	size_t locals_capacity;
};

/* ---- validate_stack.c ---- */

/* Report what is wrong with the present instruction. */
enum error validator_invalid(struct validator *v, const char *what);
enum error validator_unknown(struct validator *v, const char *kind,
			     uint32_t index);
/* TYPE_UNKNOWN stands for any value as expected, for none as found. */
enum error validator_mismatch(struct validator *v, uint8_t expected,
			      uint8_t found);
enum error validator_index(struct validator *v, uint32_t index, uint32_t count,
			   const char *kind);
enum error validator_push(struct validator *v, uint8_t type);
enum error validator_pop(struct validator *v, uint8_t expected);
/* Pops a value of any type. */
enum error validator_pop_any(struct validator *v, uint8_t *type);

/* ---- validate_memory.c ---- */

/* Type of an index into a table or memory that is there. */
static inline uint8_t validator_table_index(const struct validator *v,
					    uint32_t table)
{
	return limits_index_type(&v->module->tables[table].limits);
}

static inline uint8_t validator_memory_index(const struct validator *v,
					     uint32_t memory)
{
	return limits_index_type(&v->module->memories[memory].limits);
}

/* table.get, set, grow, size and fill. */
enum error validate_table(struct validator *v, const struct instruction *in);
/* Indices that instructions with a fixed signature name. */
enum error validate_indices(struct validator *v, const struct instruction *in);
/* memory.* and the table.* whose operands are indices of two kinds; the indices of memories
 * and tables are checked. */
enum error validate_bulk(struct validator *v, const struct instruction *in);
/* Loads and stores: the address is the first operand. */
enum error validate_access(struct validator *v, const struct instruction *in);

#endif
