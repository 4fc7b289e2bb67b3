/* translator.h: state of one translation, shared by its four files.
 *
 * translate.c walks the body, translate_control.c does blocks, branches and
 * calls, translate_numeric.c what computes, emit.c keeps the operand stack and writes units.
 *
 * Slots: local i is slot i; the operand at height h has the canonical slot
 * nlocals + h.  An operand may instead stand for a local or a constant (an
 * alias), or be its slot or local plus a constant (an addend), until somebody needs it in
 * its slot.  Rules that keep snapshots exact:
 * at block boundaries and calls all operands are flushed to their slots; a local
 * is written only after the aliases of its old value were flushed.
 */
#ifndef CHIWAWA_TRANSLATOR_H
#define CHIWAWA_TRANSLATOR_H

#include "code/code.h"
#include "code/instruction.h"

enum operand_kind { OPERAND_SLOT, OPERAND_LOCAL, OPERAND_CONST };

struct operand {
	uint8_t kind; /* enum operand_kind */
	uint8_t type;
	uint32_t local; /* OPERAND_LOCAL */
	uint32_t addend; /* an i32 that is a slot or local: still to be added */
	uint64_t value; /* OPERAND_CONST: bits, zero-extended */
};

#define NO_POSITION SIZE_MAX

struct control {
	enum opcode op;	 /* block, loop, if, else */
	uint32_t height; /* operands below the block's parameters */
	const uint8_t *params, *results; /* borrowed types */
	uint32_t nparams, nresults;
	size_t loop_position;	/* loop: its header */
	size_t else_patch;	/* if: index of the patch to the else part */
	size_t patches;		/* first of the list of branches to the end */
	bool entered_unreachable; /* the whole block is dead code */
};

/* A forward branch whose target is not known yet. */
struct patch {
	size_t operation; /* position of the branch */
	size_t field;	  /* position of its 't' operand */
	size_t next;	  /* in the list of a label, or NO_POSITION */
};

struct translator {
	const struct module *module;
	const struct func *func;
	const struct code_options *options;
	struct report *report;
	struct code_map *map; /* NULL unless recording */

	ir_unit *units;
	size_t nunits, units_capacity;
	size_t last;	    /* operation just emitted, if it may still be changed */
	size_t previous;    /* the one before it, likewise */
	uint32_t pending;   /* Wasm instructions not charged yet */
	uint32_t stretch; /* offset of the first of them */
	struct count_site *sites;
	uint32_t nsites, first_counter;
	size_t sites_capacity;
	/* The SAFEPOINT that the present straight stretch begins with, which will charge
	 * it; or NO_POSITION. */
	size_t open_safepoint;
	uint32_t offset;    /* of the current instruction, in the file */
	uint32_t next_offset; /* of the one after it */
	/* For code_offset: the last instruction that began at or before a position. */
	size_t find_position;
	uint32_t found_offset;
	bool unreachable;

	uint8_t *locals; /* types */
	struct operand *operands;
	size_t noperands, operands_capacity;
	size_t naliases; /* how many operands are OPERAND_LOCAL */
	struct control *controls;
	size_t ncontrols, controls_capacity;
	struct patch *patches;
	size_t npatches, patches_capacity;
};

/* A condition taken off the stack, to be used by a branch. */
struct condition {
	uint16_t op;  /* a comparison of ir.def, or IR_BR_NZ for "not zero" */
	ir_unit units[8]; /* its operands before the target as they stand in the IR */
	uint8_t nunits;
	bool is_branch; /* op is the branch itself, not a comparison */
};

/* ---- emit.c: units ---- */

/* Emits an operation and its operands: as many ints as its letters in ir.def
 * say, 't' excepted.  A 'l' operand takes a uint64_t. */
enum error emit(struct translator *t, enum ir_op op, ...);
enum error emit_raw16(struct translator *t, uint16_t unit);
enum error emit_raw32(struct translator *t, uint32_t value);
/* Writes the CHARGE of the instructions walked since the last one. */
enum error emit_charge(struct translator *t);
/* What is to be charged, for an operation that does it itself; 0 when the stretch's
 * safepoint will, or nothing is. */
uint32_t take_charge(struct translator *t);
/* A PROBE before an instruction, when its event is asked for. */
enum error emit_probe(struct translator *t, enum opcode op);
/* A counter, when that kind is asked for, of the instruction at offset. */
enum error emit_count(struct translator *t, enum count_kind kind,
		      uint32_t offset, uint32_t instructions);
/* Where the limit is compared, when instructions are counted. */
enum error emit_safepoint(struct translator *t);
/* COPY, or COPY2 with the one before it. */
enum error emit_copy(struct translator *t, uint32_t to, uint32_t from);
/* I32_ADD_IMM, or I32_ADD_IMM2 with the one before it. */
enum error emit_addition(struct translator *t, uint32_t to, uint32_t from,
			 uint32_t addend);
/* Takes the last operation back; its units are still there until the next one. */
void emit_undo(struct translator *t);
/* A label: nothing before it may be changed any more. */
void emit_label(struct translator *t);

/* ---- emit.c: operand stack ---- */

uint32_t operand_slot(const struct translator *t, size_t index);
enum error operand_push(struct translator *t, uint8_t type);
enum error operand_push_local(struct translator *t, uint32_t local);
enum error operand_push_const(struct translator *t, uint8_t type,
			      uint64_t value);
/* Pushes what was popped, or made of it. */
enum error operand_push_again(struct translator *t, struct operand operand);
/* Takes the top operand off. */
struct operand operand_pop(struct translator *t);
/* Slot to read an operand that was just popped, or is still there, at height
 * index; constants are put into their canonical slot. */
enum error operand_source(struct translator *t, const struct operand *operand,
			  size_t index, uint32_t *slot);
/* The same but for its addend, which is left to the caller. */
enum error operand_source_base(struct translator *t,
			       const struct operand *operand, size_t index,
			       uint32_t *slot);
/* Pops and gives the slot to read. */
enum error operand_pop_source(struct translator *t, uint32_t *slot);
/* Puts operand index into a slot, unless it is there. */
enum error operand_move(struct translator *t, size_t index, uint32_t slot);
/* Puts operands [from, noperands) into their canonical slots. */
enum error operand_flush(struct translator *t, size_t from);
/* Flushes the operands that stand for a local that is about to be written. */
enum error operand_flush_local(struct translator *t, uint32_t local);
/* Whether the last operation wrote the canonical slot of height index and may
 * still be changed; then *destination is where its 'd' stands. */
bool operand_is_fresh(const struct translator *t, size_t index,
		      ir_unit **destination);
/* Drops operands above height. */
void operand_truncate(struct translator *t, size_t height);

/* ---- translate_condition.c ---- */

/* Takes the condition off the stack: a comparison that was just emitted is
 * taken back and becomes part of the branch. */
enum error condition_pop(struct translator *t, struct condition *condition);
void condition_negate(struct condition *condition);
/* Emits all of a conditional branch but its target; *operation is its position. */
enum error condition_emit(struct translator *t, struct condition *condition,
			  bool back, size_t *operation);

/* ---- translate_control.c ---- */

enum error translate_body_start(struct translator *t);
enum error translate_control(struct translator *t,
			     const struct instruction *in);
/* Records a code_point at the current position; types are those of the operands
 * now on the stack. */
enum error translate_record(struct translator *t, enum code_point_kind kind,
			    uint32_t offset);

/* ---- translate_numeric.c ---- */

/* Makes an i32 of the top operand when it is an index of 64 bits. */
enum error translate_index(struct translator *t, const struct limits *limits);

bool translate_is_numeric(enum opcode op);
enum error translate_numeric(struct translator *t, const struct instruction *in);


/* Negation of a comparison, or IR_COUNT when op is no comparison. */
enum ir_op comparison_negation(enum ir_op op);
/* Branch taken when a comparison holds. */
enum ir_op comparison_branch(enum ir_op op, bool back);

#endif
