/* translate.c: one pass over a validated body, to register IR.
 *
 * Control instructions are translate_control.c's, the operand stack emit.c's.
 * This file chooses the operation for everything else: constants become
 * immediates, local.get and local.set disappear into operands and destinations,
 * comparisons wait for their branch (pop_condition in translate_control.c).
 */
#include "config.h"

#include "translator.h"

#include "base/alloc.h"
#include "code/trace_event.h"

#include <string.h>

/* How a Wasm instruction becomes IR. */
enum shape {
	SHAPE_OTHER, /* has a case of its own */
	SHAPE_UNARY,
	SHAPE_FLOAT_BINARY,
	SHAPE_FLOAT_ARITHMETIC,
	SHAPE_INT_BINARY,
	SHAPE_DIVISION,
	SHAPE_COMPARE,
	SHAPE_LOAD,
	SHAPE_STORE,
	SHAPE_RETYPE, /* the bits of the slot stay as they are */
};

struct selection {
	uint8_t shape;
	bool commutes;
	uint16_t op;
};

static const struct selection selections[OPCODE_COUNT] = {
#define SELECT(NAME, SHAPE, COMMUTES)                                          \
	[OP_##NAME] = {SHAPE, COMMUTES, IR_##NAME},
#define UNARY(NAME, RESULT, OPERAND, EXPRESSION)                               \
	SELECT(NAME, SHAPE_UNARY, false)
#define TRUNCATION(NAME, RESULT, OPERAND, LOW, HIGH, EXPRESSION)               \
	SELECT(NAME, SHAPE_UNARY, false)
#define INT_BINARY(NAME, TYPE, COMMUTES, EXPRESSION)                           \
	SELECT(NAME, SHAPE_INT_BINARY, COMMUTES)
#define DIVISION(NAME, TYPE, OVERFLOWS, EXPRESSION)                            \
	SELECT(NAME, SHAPE_DIVISION, false)
#define INT_COMPARE(NAME, TYPE, NEGATION, SWAPPED, EXPRESSION)                 \
	SELECT(NAME, SHAPE_COMPARE, true)
#define FLOAT_BINARY(NAME, TYPE, EXPRESSION)                                   \
	SELECT(NAME, SHAPE_FLOAT_BINARY, false)
#define FLOAT_ARITHMETIC(NAME, TYPE, EXPRESSION)                               \
	SELECT(NAME, SHAPE_FLOAT_ARITHMETIC, false)
#define FLOAT_COMPARE(NAME, TYPE, EXPRESSION)                                  \
	SELECT(NAME, SHAPE_FLOAT_BINARY, false)
#define LOAD(NAME, RESULT, BITS, EXPRESSION) SELECT(NAME, SHAPE_LOAD, false)
#define LOAD_SAME(NAME, OTHER) [OP_##NAME] = {SHAPE_LOAD, false, IR_##OTHER},
#define STORE(NAME, TYPE, BITS) SELECT(NAME, SHAPE_STORE, false)
#define STORE_SAME(NAME, OTHER) [OP_##NAME] = {SHAPE_STORE, false, IR_##OTHER},
#include "numeric.def"
#undef SELECT
	[OP_I64_EXTEND_I32_U] = {SHAPE_RETYPE, false, 0},
	[OP_I32_REINTERPRET_F32] = {SHAPE_RETYPE, false, 0},
	[OP_I64_REINTERPRET_F64] = {SHAPE_RETYPE, false, 0},
	[OP_F32_REINTERPRET_I32] = {SHAPE_RETYPE, false, 0},
	[OP_F64_REINTERPRET_I64] = {SHAPE_RETYPE, false, 0},
};

/* ---- comparisons ---- */

struct comparison {
	uint16_t negation; /* 0 (IR_UNREACHABLE): not a comparison */
	uint16_t swapped;
	uint16_t branch;
};

/* Each branch is followed by its _BACK form in ir.def. */
static const struct comparison comparisons[IR_COUNT] = {
#define INT_COMPARE(NAME, TYPE, NEGATION, SWAPPED, EXPRESSION)                 \
	[IR_##NAME] = {IR_##NEGATION, IR_##SWAPPED, IR_BR_##NAME},             \
	[IR_##NAME##_IMM] = {IR_##NEGATION##_IMM, IR_##SWAPPED##_IMM,          \
			     IR_BR_##NAME##_IMM},
#define FLOAT_COMPARE(NAME, TYPE, EXPRESSION)                                  \
	[IR_##NAME] = {IR_NOT_##NAME, 0, IR_BR_##NAME},                        \
	[IR_NOT_##NAME] = {IR_##NAME, 0, IR_BR_NOT_##NAME},
#include "numeric.def"
};

#define INT_COMPARE(NAME, TYPE, NEGATION, SWAPPED, EXPRESSION)                 \
	_Static_assert(IR_BR_##NAME##_BACK == IR_BR_##NAME + 1 &&              \
			       IR_BR_##NAME##_IMM_BACK ==                      \
				       IR_BR_##NAME##_IMM + 1 &&               \
			       IR_##NAME##_IMM == IR_##NAME + 1,               \
		       "order of ir.def");
#define INT_BINARY(NAME, TYPE, COMMUTES, EXPRESSION)                           \
	_Static_assert(IR_##NAME##_IMM == IR_##NAME + 1, "order of ir.def");
#define FLOAT_ARITHMETIC(NAME, TYPE, EXPRESSION)                               \
	_Static_assert(IR_##NAME##_IMM == IR_##NAME + 1 &&                     \
			       IR_##NAME##_IMM_FIRST == IR_##NAME + 2,         \
		       "order of ir.def");
#define LOAD(NAME, RESULT, BITS, EXPRESSION)                                   \
	_Static_assert(IR_##NAME##_AT == IR_##NAME + 1 &&                      \
			       IR_##NAME##_ADD == IR_##NAME + 2 &&             \
			       IR_##NAME##_INDEX == IR_##NAME + 3,             \
		       "order of ir.def");
#define STORE(NAME, TYPE, BITS)                                                \
	_Static_assert(IR_##NAME##_AT == IR_##NAME + 1 &&                      \
			       IR_##NAME##_IMM == IR_##NAME + 2 &&             \
			       IR_##NAME##_ADD == IR_##NAME + 3 &&             \
			       IR_##NAME##_INDEX == IR_##NAME + 4,             \
		       "order of ir.def");
#include "numeric.def"

/* Forms of an operation stand in this order in ir.def (asserted above). */
#define IMMEDIATE_FORM(OP) ((enum ir_op)((OP) + 1))
#define ABSOLUTE_FORM(OP) ((enum ir_op)((OP) + 1))
#define IMMEDIATE_FIRST_FORM(OP) ((enum ir_op)((OP) + 2))
#define LOAD_ADD_FORM(OP) ((enum ir_op)((OP) + 2))
#define STORE_IMMEDIATE_FORM(OP) ((enum ir_op)((OP) + 2))
#define LOAD_INDEX_FORM(OP) ((enum ir_op)((OP) + 3))
#define STORE_ADD_FORM(OP) ((enum ir_op)((OP) + 3))
#define STORE_INDEX_FORM(OP) ((enum ir_op)((OP) + 4))

enum ir_op comparison_negation(enum ir_op op)
{
	return comparisons[op].negation == 0
		       ? IR_COUNT
		       : (enum ir_op)comparisons[op].negation;
}

enum ir_op comparison_branch(enum ir_op op, bool back)
{
	return (enum ir_op)(comparisons[op].branch + (back ? 1 : 0));
}

/* ---- arithmetic ---- */

static uint8_t result_type(enum opcode op)
{
	const char *signature = opcode_infos[op].signature;

	return signature_type(signature[strlen(signature) - 1]);
}

/* Whether a constant can stand in 32 bits as operations extend it. */
static bool fits_immediate(const struct operand *operand)
{
	if (operand->kind != OPERAND_CONST)
		return false;
	if (operand->type == TYPE_I32)
		return true;
	return operand->type == TYPE_I64 &&
	       (uint64_t)(int64_t)(int32_t)(uint32_t)operand->value ==
		       operand->value;
}

static enum error push_result(struct translator *t, uint8_t type)
{
	return operand_push(t, type);
}

static enum error translate_unary(struct translator *t, enum opcode op)
{
	uint32_t a;

	TRY(operand_pop_source(t, &a));
	TRY(emit(t, (enum ir_op)selections[op].op,
		 operand_slot(t, t->noperands), a));
	return push_result(t, result_type(op));
}

/* eqz: negates a comparison that was just emitted, else compares with 0. */
static enum error translate_eqz(struct translator *t, enum opcode op)
{
	struct operand a = operand_pop(t);
	ir_unit *destination;
	uint32_t slot;

	if (a.kind == OPERAND_SLOT && a.addend == 0 &&
	    operand_is_fresh(t, t->noperands, &destination)) {
		enum ir_op negation =
			comparison_negation((enum ir_op)t->units[t->last]);

		if (negation != IR_COUNT) {
			t->units[t->last] = (ir_unit)negation;
			return push_result(t, TYPE_I32);
		}
	}
	TRY(operand_source(t, &a, t->noperands, &slot));
	TRY(emit(t, op == OP_I32_EQZ ? IR_I32_EQ_IMM : IR_I64_EQ_IMM,
		 operand_slot(t, t->noperands), slot, 0));
	return push_result(t, TYPE_I32);
}

/* Additions of constants are not done, but noted in the operand: loads, stores and further
 * additions take them in.  True when that is all that is to do. */
static bool fold_addition(enum opcode op, struct operand *a,
			  const struct operand *b)
{
	uint32_t constant = (uint32_t)b->value;

	if ((op != OP_I32_ADD && op != OP_I32_SUB) || b->kind != OPERAND_CONST)
		return false;
	if (op == OP_I32_SUB)
		constant = 0 - constant;
	if (a->kind == OPERAND_CONST)
		a->value = (uint32_t)a->value + constant;
	else
		a->addend += constant;
	return true;
}

/* What an addend of the first operand is after the operation, which then need not see it:
 * addition of two, and multiplication by a constant, distribute. */
static bool keep_addend(enum opcode op, const struct operand *a,
			const struct operand *b, uint32_t *addend)
{
	if (op == OP_I32_ADD) {
		*addend = a->addend + b->addend;
		return true;
	}
	if (b->kind != OPERAND_CONST)
		return false;
	if (op == OP_I32_SHL)
		*addend = a->addend << (b->value & 31);
	else if (op == OP_I32_MUL)
		*addend = a->addend * (uint32_t)b->value;
	else
		return false;
	return true;
}

/* Whether b may be the constant in an immediate form. */
static bool takes_immediate(const struct selection *selection,
			    const struct operand *b)
{
	switch ((enum shape)selection->shape) {
	case SHAPE_FLOAT_BINARY:
		return false;
	case SHAPE_DIVISION:
		return fits_immediate(b) && b->value != 0 &&
		       (int32_t)(uint32_t)b->value != -1;
	default:
		return fits_immediate(b);
	}
}

/* Whether the operand was just computed by that operation, which is then taken back; its
 * sources are at units[]. */
static bool take_operation(struct translator *t, const struct operand *operand,
			   size_t index, enum ir_op op, ir_unit units[4])
{
	ir_unit *destination;

	if (operand->kind != OPERAND_SLOT || operand->addend != 0 ||
	    !operand_is_fresh(t, index, &destination) ||
	    t->units[t->last] != op)
		return false;
	memcpy(units, destination + 1,
	       (ir_infos[op].length - 2u) * sizeof(*units));
	emit_undo(t);
	return true;
}

/* Operations of two slots whose second one was just shifted by a constant. */
static const struct {
	enum opcode op;
	uint16_t shift, fused;
} shifted_forms[] = {
	{OP_I32_ADD, IR_I32_SHL_IMM, IR_I32_ADD_SHL},
	{OP_I32_XOR, IR_I32_SHR_U_IMM, IR_I32_XOR_SHR_U},
	{OP_I32_XOR, IR_I32_ROTL_IMM, IR_I32_XOR_ROTL},
};

/* *done: the operation was made one with a shift of b. */
static enum error translate_shifted(struct translator *t, enum opcode op,
				    const struct operand *a,
				    const struct operand *b, size_t b_height,
				    bool *done)
{
	ir_unit units[4];
	uint32_t slot;
	size_t i;

	*done = false;
	/* What has to be put into its slot first would stand between. */
	if (a->kind == OPERAND_CONST || a->addend != 0)
		return ERR_NONE;
	for (i = 0; i < sizeof(shifted_forms) / sizeof(*shifted_forms); i++) {
		if (shifted_forms[i].op != op ||
		    !take_operation(t, b, b_height,
				    (enum ir_op)shifted_forms[i].shift, units))
			continue;
		*done = true;
		TRY(operand_source(t, a, t->noperands + (b_height == t->noperands),
				   &slot));
		return emit(t, (enum ir_op)shifted_forms[i].fused,
			    operand_slot(t, t->noperands), slot, units[0],
			    units[1] & 31u);
	}
	return ERR_NONE;
}

static enum error translate_binary(struct translator *t, enum opcode opcode)
{
	const struct selection *selection = &selections[opcode];
	enum ir_op op = (enum ir_op)selection->op;
	struct operand b = operand_pop(t);
	struct operand a = operand_pop(t);
	size_t height = t->noperands, a_height = height, b_height = height + 1;
	struct operand result = {.kind = OPERAND_SLOT,
				 .type = result_type(opcode)};
	uint32_t a_slot, b_slot;
	ir_unit units[4];
	bool done;

	if (selection->commutes && fits_immediate(&a) && !fits_immediate(&b)) {
		struct operand swap = a;

		a = b;
		b = swap;
		a_height = height + 1;
		b_height = height;
		if (selection->shape == SHAPE_COMPARE)
			op = (enum ir_op)comparisons[op].swapped;
	}
	/* A slot that is not the result's own cannot wait for its addition. */
	if ((a.kind != OPERAND_SLOT || a_height == height) &&
	    fold_addition(opcode, &a, &b))
		return operand_push_again(t, a);
	if (keep_addend(opcode, &a, &b, &result.addend))
		a.addend = b.addend = 0;
	TRY(translate_shifted(t, opcode, &a, &b, b_height, &done));
	/* The other way round, when b is no operation that came later. */
	if (!done && selection->commutes && b.kind == OPERAND_LOCAL)
		TRY(translate_shifted(t, opcode, &b, &a, a_height, &done));
	if (done)
		return operand_push_again(t, result);
	if (opcode == OP_I32_AND && b.kind == OPERAND_CONST &&
	    take_operation(t, &a, a_height, IR_I32_SHR_U_IMM, units)) {
		TRY(emit(t, IR_I32_EXTRACT, operand_slot(t, height), units[0],
			 units[1] & 31u, (uint32_t)b.value));
		return operand_push_again(t, result);
	}
	TRY(operand_source(t, &a, a_height, &a_slot));
	if (takes_immediate(selection, &b)) {
		TRY(emit(t, IMMEDIATE_FORM(op), operand_slot(t, height), a_slot,
			 (uint32_t)b.value));
	} else {
		TRY(operand_source(t, &b, b_height, &b_slot));
		TRY(emit(t, op, operand_slot(t, height), a_slot, b_slot));
	}
	return operand_push_again(t, result);
}

/* ---- floating point ---- */

/* An addition or subtraction with a product; *done says whether it was one. */
static enum error translate_product(struct translator *t, enum opcode op,
				    const struct operand *a,
				    const struct operand *b, bool *done)
{
	size_t height = t->noperands;
	enum ir_op fused;
	ir_unit factors[4];
	uint32_t other;

	*done = false;
	if (op != OP_F64_ADD && op != OP_F64_SUB)
		return ERR_NONE;
	/* What has to be put into its slot first would stand between. */
	if (a->kind != OPERAND_CONST &&
	    take_operation(t, b, height + 1, IR_F64_MUL, factors)) {
		TRY(operand_source(t, a, height, &other));
		fused = op == OP_F64_ADD ? IR_F64_MUL_ADD : IR_F64_SUB_MUL;
	} else if (b->kind == OPERAND_LOCAL &&
		   take_operation(t, a, height, IR_F64_MUL, factors)) {
		TRY(operand_source(t, b, height + 1, &other));
		fused = op == OP_F64_ADD ? IR_F64_MUL_ADD : IR_F64_MUL_SUB;
	} else {
		return ERR_NONE;
	}
	*done = true;
	return emit(t, fused, operand_slot(t, height), factors[0], factors[1],
		    other);
}

static enum error emit_float_immediate(struct translator *t, enum ir_op op,
				       const struct operand *operand,
				       size_t index,
				       const struct operand *constant)
{
	uint32_t slot, to = operand_slot(t, t->noperands);

	TRY(operand_source(t, operand, index, &slot));
	return constant->type == TYPE_F64
		       ? emit(t, op, to, slot, constant->value)
		       : emit(t, op, to, slot, (uint32_t)constant->value);
}

static enum error translate_float_arithmetic(struct translator *t,
					     enum opcode opcode)
{
	enum ir_op op = (enum ir_op)selections[opcode].op;
	struct operand b = operand_pop(t);
	struct operand a = operand_pop(t);
	size_t height = t->noperands;
	uint32_t a_slot, b_slot;
	bool done;

	TRY(translate_product(t, opcode, &a, &b, &done));
	if (done)
		return push_result(t, TYPE_F64);
	if (b.kind == OPERAND_CONST) {
		TRY(emit_float_immediate(t, IMMEDIATE_FORM(op), &a, height,
					 &b));
	} else if (a.kind == OPERAND_CONST) {
		TRY(emit_float_immediate(t, IMMEDIATE_FIRST_FORM(op), &b,
					 height + 1, &a));
	} else {
		TRY(operand_source(t, &a, height, &a_slot));
		TRY(operand_source(t, &b, height + 1, &b_slot));
		TRY(emit(t, op, operand_slot(t, height), a_slot, b_slot));
	}
	return push_result(t, result_type(opcode));
}

static enum error translate_retype(struct translator *t, enum opcode op)
{
	/* i32 and f32 slots are zero-extended, so the bits are right as is. */
	if (t->operands[t->noperands - 1].addend != 0)
		TRY(operand_flush(t, t->noperands - 1));
	t->operands[t->noperands - 1].type = result_type(op);
	return ERR_NONE;
}

/* ---- memory ---- */

/* Whether an address is a constant whose sum with the offset fits 32 bits. */
static bool absolute_address(const struct operand *address, uint64_t offset,
			     uint32_t *absolute)
{
	uint64_t sum = address->value + offset;

	if (address->kind != OPERAND_CONST || sum > UINT32_MAX)
		return false;
	*absolute = (uint32_t)sum;
	return true;
}

/* Slots that an address is the sum of, the second one shifted. */
struct index {
	ir_unit base, index, shift;
};

/* Whether the address is a sum that was just computed, which is then taken back. */
static bool take_index(struct translator *t, const struct operand *address,
		       size_t height, struct index *index)
{
	ir_unit units[4];

	if (take_operation(t, address, height, IR_I32_ADD, units))
		*index = (struct index){units[0], units[1], 0};
	else if (take_operation(t, address, height, IR_I32_ADD_SHL, units))
		*index = (struct index){units[0], units[1], units[2]};
	else
		return false;
	return true;
}

static enum error translate_load(struct translator *t,
				 const struct instruction *in)
{
	enum ir_op op = (enum ir_op)selections[in->op].op;
	struct operand address = operand_pop(t);
	uint32_t destination = operand_slot(t, t->noperands), slot, absolute;
	struct index index;

	if (absolute_address(&address, in->offset, &absolute)) {
		TRY(emit(t, ABSOLUTE_FORM(op), destination, absolute));
	} else if (take_index(t, &address, t->noperands, &index)) {
		TRY(emit(t, LOAD_INDEX_FORM(op), destination, index.base,
			 index.index, index.shift, (uint32_t)in->offset));
	} else {
		TRY(operand_source_base(t, &address, t->noperands, &slot));
		TRY(address.addend == 0
			    ? emit(t, op, destination, slot,
				   (uint32_t)in->offset)
			    : emit(t, LOAD_ADD_FORM(op), destination, slot,
				   address.addend, (uint32_t)in->offset));
	}
	return push_result(t, result_type(in->op));
}

static enum error translate_store(struct translator *t,
				  const struct instruction *in)
{
	enum ir_op op = (enum ir_op)selections[in->op].op;
	struct operand value = operand_pop(t);
	struct operand address = operand_pop(t);
	uint32_t absolute, address_slot, value_slot;
	struct index index;

	if (absolute_address(&address, in->offset, &absolute)) {
		TRY(operand_source(t, &value, t->noperands + 1, &value_slot));
		return emit(t, ABSOLUTE_FORM(op), absolute, value_slot);
	}
	if (value.kind == OPERAND_LOCAL && value.addend == 0 &&
	    take_index(t, &address, t->noperands, &index))
		return emit(t, STORE_INDEX_FORM(op), index.base, index.index,
			    index.shift, (uint32_t)in->offset, value.local);
	if (address.addend != 0) {
		TRY(operand_source_base(t, &address, t->noperands,
					&address_slot));
		TRY(operand_source(t, &value, t->noperands + 1, &value_slot));
		return emit(t, STORE_ADD_FORM(op), address_slot, address.addend,
			    (uint32_t)in->offset, value_slot);
	}
	TRY(operand_source(t, &address, t->noperands, &address_slot));
	if (fits_immediate(&value))
		return emit(t, STORE_IMMEDIATE_FORM(op), address_slot,
			    (uint32_t)in->offset, (uint32_t)value.value);
	TRY(operand_source(t, &value, t->noperands + 1, &value_slot));
	return emit(t, op, address_slot, (uint32_t)in->offset, value_slot);
}

/* ---- variables ---- */

static enum error translate_local_set(struct translator *t, uint32_t local)
{
	struct operand operand = t->operands[t->noperands - 1];
	size_t index = t->noperands - 1;
	size_t flushed_from = t->nunits;
	ir_unit *destination;

	if (operand.kind == OPERAND_LOCAL && operand.local == local &&
	    operand.addend == 0) {
		(void)operand_pop(t);
		return ERR_NONE;
	}
	/* The value itself may be an alias of another local: it stays one. */
	if (operand.kind == OPERAND_LOCAL)
		t->naliases--;
	t->noperands--;
	TRY(operand_flush_local(t, local));
	if (operand.kind == OPERAND_CONST) {
		if (operand.value <= UINT32_MAX)
			return emit(t, IR_CONST32, local,
				    (uint32_t)operand.value);
		return emit(t, IR_CONST64, local, operand.value);
	}
	if (operand.addend != 0)
		return emit_addition(t, local,
				     operand.kind == OPERAND_LOCAL
					     ? operand.local
					     : operand_slot(t, index),
				     operand.addend);
	if (operand.kind == OPERAND_LOCAL)
		return emit_copy(t, local, operand.local);
	/* Nothing was flushed in between: write the local at once. */
	if (t->nunits == flushed_from &&
	    operand_is_fresh(t, index, &destination)) {
		*destination = (ir_unit)local;
		return ERR_NONE;
	}
	return emit_copy(t, local, operand_slot(t, index));
}

static enum error translate_local_tee(struct translator *t, uint32_t local)
{
	struct operand operand = t->operands[t->noperands - 1];

	TRY(translate_local_set(t, local));
	if (operand.kind == OPERAND_CONST)
		return operand_push_const(t, operand.type, operand.value);
	return operand_push_local(t, local);
}

static enum error translate_global(struct translator *t,
				   const struct instruction *in)
{
	uint32_t slot;

	if (in->op == OP_GLOBAL_SET) {
		TRY(operand_pop_source(t, &slot));
		return emit(t, IR_GLOBAL_SET, in->index, slot);
	}
	TRY(emit(t, IR_GLOBAL_GET, operand_slot(t, t->noperands), in->index));
	return push_result(t,
			   t->module->globals[in->index].type.value);
}

static enum error translate_select(struct translator *t)
{
	struct operand c = operand_pop(t);
	struct operand b = operand_pop(t);
	struct operand a = operand_pop(t);
	size_t height = t->noperands;
	uint32_t a_slot, b_slot, c_slot;

	TRY(operand_source(t, &a, height, &a_slot));
	TRY(operand_source(t, &b, height + 1, &b_slot));
	TRY(operand_source(t, &c, height + 2, &c_slot));
	TRY(emit(t, IR_SELECT, operand_slot(t, height), a_slot, b_slot,
		 c_slot));
	return push_result(t, a.type);
}

/* ---- bulk memory, tables and references ---- */

/* Operations whose operands lie in order in their canonical slots. */
static enum error flush_operands(struct translator *t, uint32_t count,
				 uint32_t *base)
{
	TRY(operand_flush(t, t->noperands - count));
	operand_truncate(t, t->noperands - count);
	*base = operand_slot(t, t->noperands);
	return ERR_NONE;
}

static enum error translate_bulk(struct translator *t,
				 const struct instruction *in)
{
	uint32_t base;

	TRY(flush_operands(t, 3, &base));
	switch (in->op) {
	case OP_MEMORY_FILL:
		return emit(t, IR_MEMORY_FILL, base);
	case OP_MEMORY_COPY:
		return emit(t, IR_MEMORY_COPY, base);
	case OP_MEMORY_INIT:
		return emit(t, IR_MEMORY_INIT, in->index, base);
	case OP_TABLE_INIT:
		return emit(t, IR_TABLE_INIT, in->index, in->index2, base);
	case OP_TABLE_COPY:
		return emit(t, IR_TABLE_COPY, in->index, in->index2, base);
	default:
		return emit(t, IR_TABLE_FILL, in->index, base);
	}
}

static enum error translate_table(struct translator *t,
				  const struct instruction *in)
{
	uint32_t slot, value, base;

	switch (in->op) {
	case OP_TABLE_GET:
		TRY(operand_pop_source(t, &slot));
		TRY(emit(t, IR_TABLE_GET, operand_slot(t, t->noperands), slot,
			 in->index));
		return push_result(t, t->module->tables[in->index].element);
	case OP_TABLE_SET:
		TRY(operand_pop_source(t, &value));
		TRY(operand_pop_source(t, &slot));
		return emit(t, IR_TABLE_SET, slot, value, in->index);
	case OP_TABLE_SIZE:
		TRY(emit(t, IR_TABLE_SIZE, operand_slot(t, t->noperands),
			 in->index));
		return push_result(t, TYPE_I32);
	default: /* table.grow */
		TRY(flush_operands(t, 2, &base));
		TRY(emit(t, IR_TABLE_GROW, in->index, base));
		return push_result(t, TYPE_I32);
	}
}

static enum error translate_other(struct translator *t,
				  const struct instruction *in)
{
	uint32_t slot;

	switch (in->op) {
	case OP_MEMORY_SIZE:
		TRY(emit(t, IR_MEMORY_SIZE, operand_slot(t, t->noperands)));
		return push_result(t, TYPE_I32);
	case OP_MEMORY_GROW:
		TRY(operand_pop_source(t, &slot));
		TRY(emit(t, IR_MEMORY_GROW, operand_slot(t, t->noperands),
			 slot));
		return push_result(t, TYPE_I32);
	case OP_DATA_DROP:
		return emit(t, IR_DATA_DROP, in->index);
	case OP_ELEM_DROP:
		return emit(t, IR_ELEM_DROP, in->index);
	case OP_REF_NULL:
		return operand_push_const(t, in->type, 0);
	case OP_REF_FUNC:
		TRY(emit(t, IR_REF_FUNC, operand_slot(t, t->noperands),
			 in->index));
		return push_result(t, TYPE_FUNCREF);
	default: /* ref.is_null: a null reference is 0 */
		TRY(operand_pop_source(t, &slot));
		TRY(emit(t, IR_I64_EQ_IMM, operand_slot(t, t->noperands), slot,
			 0));
		return push_result(t, TYPE_I32);
	}
}

static enum error translate_special(struct translator *t,
				    const struct instruction *in)
{
	switch (in->op) {
	case OP_NOP:
		return ERR_NONE;
	case OP_DROP:
		(void)operand_pop(t);
		return ERR_NONE;
	case OP_SELECT:
	case OP_SELECT_T:
		return translate_select(t);
	case OP_LOCAL_GET:
		return operand_push_local(t, in->index);
	case OP_LOCAL_SET:
		return translate_local_set(t, in->index);
	case OP_LOCAL_TEE:
		return translate_local_tee(t, in->index);
	case OP_GLOBAL_GET:
	case OP_GLOBAL_SET:
		return translate_global(t, in);
	case OP_I32_CONST:
	case OP_I64_CONST:
	case OP_F32_CONST:
	case OP_F64_CONST:
		return operand_push_const(t, result_type(in->op), in->value);
	case OP_I32_EQZ:
	case OP_I64_EQZ:
		return translate_eqz(t, in->op);
	case OP_TABLE_GET:
	case OP_TABLE_SET:
	case OP_TABLE_GROW:
	case OP_TABLE_SIZE:
		return translate_table(t, in);
	case OP_MEMORY_FILL:
	case OP_MEMORY_COPY:
	case OP_MEMORY_INIT:
	case OP_TABLE_FILL:
	case OP_TABLE_COPY:
	case OP_TABLE_INIT:
		return translate_bulk(t, in);
	case OP_UNREACHABLE:
	case OP_BLOCK:
	case OP_LOOP:
	case OP_IF:
	case OP_ELSE:
	case OP_END:
	case OP_BR:
	case OP_BR_IF:
	case OP_BR_TABLE:
	case OP_RETURN:
	case OP_CALL:
	case OP_CALL_INDIRECT:
		return translate_control(t, in);
	default:
		return translate_other(t, in);
	}
}

static enum error translate_instruction(struct translator *t,
					const struct instruction *in)
{
	switch ((enum shape)selections[in->op].shape) {
	case SHAPE_UNARY:
		return translate_unary(t, in->op);
	case SHAPE_INT_BINARY:
	case SHAPE_FLOAT_BINARY:
	case SHAPE_DIVISION:
	case SHAPE_COMPARE:
		return translate_binary(t, in->op);
	case SHAPE_FLOAT_ARITHMETIC:
		return translate_float_arithmetic(t, in->op);
	case SHAPE_LOAD:
		return translate_load(t, in);
	case SHAPE_STORE:
		return translate_store(t, in);
	case SHAPE_RETYPE:
		return translate_retype(t, in->op);
	case SHAPE_OTHER:
		break;
	}
	return translate_special(t, in);
}

/* ---- the pass ---- */

static bool is_structure(enum opcode op)
{
	return op == OP_BLOCK || op == OP_LOOP || op == OP_IF ||
	       op == OP_ELSE || op == OP_END;
}

/* Whether the user's filter lets a probe stand here. */
static bool is_probed(const struct translator *t, enum opcode op)
{
	const struct code_options *options = t->options;

	return (options->probe_ops == NULL || options->probe_ops[op]) &&
	       (options->probe_funcs == NULL ||
		options->probe_funcs[t->func - t->module->funcs]);
}

/* A probe sees every operand in its slot, and nothing is fused across it. */
enum error emit_probe(struct translator *t, enum opcode op)
{
	if ((trace_event_of_probe(op) & t->options->probes) == 0 ||
	    !is_probed(t, op))
		return ERR_NONE;
	TRY(operand_flush(t, 0));
	TRY(emit(t, IR_PROBE, t->offset, (uint32_t)t->noperands));
	emit_label(t);
	return ERR_NONE;
}

/* After an instruction that goes on with the next: no branch, return or structure. */
static enum error emit_probe_after(struct translator *t, enum opcode op)
{
	uint32_t event = trace_event_of(op);

	if ((t->options->probes & TRACE_AFTER) == 0 || t->unreachable ||
	    event == 0 || event == TRACE_BRANCH || event == TRACE_RETURN ||
	    (event & t->options->probes) == 0 || !is_probed(t, op))
		return ERR_NONE;
	TRY(operand_flush(t, 0));
	TRY(emit(t, IR_PROBE_AFTER, t->offset, (uint32_t)t->noperands));
	emit_label(t);
	return ERR_NONE;
}

static enum error translate_body(struct translator *t)
{
	const uint8_t *p = t->func->body;

	TRY(translate_body_start(t));
	while (t->ncontrols > 0) {
		struct instruction in;

		t->offset = (uint32_t)(p - t->module->bytes);
		if (t->nunits <= t->find_position)
			t->found_offset = t->offset;
		p = instruction_next(p, &in);
		t->next_offset = (uint32_t)(p - t->module->bytes);
		if (t->unreachable && !is_structure(in.op))
			continue;
		if (!t->unreachable) {
			if (trace_event_of(in.op) != 0 && t->pending++ == 0)
				t->stretch = t->offset;
			/* A loop is probed at its header, an end only when it is the
			 * function's. */
			if (in.op != OP_LOOP &&
			    (in.op != OP_END || t->ncontrols == 1))
				TRY(emit_probe(t, in.op));
		}
		TRY(translate_instruction(t, &in));
		TRY(emit_probe_after(t, in.op));
	}
	return ERR_NONE;
}

static enum error start(struct translator *t)
{
	t->locals = alloc_array(t->func->nlocals, 1);
	if (t->locals == NULL)
		return report_no_memory(t->report, t->func->nlocals);
	module_local_types(t->module, t->func, t->locals);
	t->last = t->previous = t->open_safepoint = NO_POSITION;
	return ERR_NONE;
}

static void finish(struct translator *t)
{
	alloc_free(t->locals);
	alloc_free(t->operands);
	alloc_free(t->controls);
	alloc_free(t->patches);
}

static enum error translate(struct translator *t)
{
	enum error err = start(t);

	if (err == ERR_NONE)
		err = translate_body(t);
	finish(t);
	if (err != ERR_NONE) {
		alloc_free(t->units);
		alloc_free(t->sites);
		t->units = NULL;
		t->sites = NULL;
	}
	return err;
}

enum error code_translate(const struct module *module, uint32_t func,
			  const struct code_options *options,
			  uint32_t first_counter, struct code *code,
			  struct report *report)
{
	struct translator t = {.module = module,
			       .func = &module->funcs[func],
			       .options = options,
			       .first_counter = first_counter,
			       .report = report};

	TRY(translate(&t));
	code->units = t.units;
	code->nunits = t.nunits;
	code->sites = t.sites;
	code->nsites = t.nsites;
	code->frame_slots = t.func->nlocals + t.func->max_height;
	return ERR_NONE;
}

uint32_t code_offset(const struct module *module, uint32_t func,
		     const struct code_options *options, size_t position)
{
	struct translator t = {.module = module,
			       .func = &module->funcs[func],
			       .options = options,
			       .find_position = position};

	if (translate(&t) != ERR_NONE)
		return 0;
	alloc_free(t.units);
	alloc_free(t.sites);
	return t.found_offset;
}

void code_fini(struct code *code)
{
	alloc_free(code->units);
	alloc_free(code->sites);
	code->sites = NULL;
	code->nsites = 0;
	code->units = NULL;
	code->nunits = 0;
}

enum error code_map_build(const struct module *module, uint32_t func,
			  const struct code_options *options,
			  struct code_map *map, struct report *report)
{
	struct translator t = {.module = module,
			       .func = &module->funcs[func],
			       .options = options,
			       .report = report,
			       .map = map};
	enum error err;

	memset(map, 0, sizeof(*map));
	err = translate(&t);
	alloc_free(t.units);
	alloc_free(t.sites);
	if (err != ERR_NONE)
		code_map_fini(map);
	return err;
}

void code_map_fini(struct code_map *map)
{
	alloc_free(map->points);
	alloc_free(map->types);
	memset(map, 0, sizeof(*map));
}

enum error code_map_cache_get(struct code_map_cache *cache, uint32_t func,
			      const struct code_map **map,
			      struct report *report)
{
	size_t i = func % CODE_MAP_CACHE_SIZE;

	if (!cache->entries[i].used || cache->entries[i].func != func) {
		code_map_fini(&cache->entries[i].map);
		cache->entries[i].used = false;
		TRY(code_map_build(cache->module, func, cache->options,
				   &cache->entries[i].map, report));
		cache->entries[i].used = true;
		cache->entries[i].func = func;
	}
	*map = &cache->entries[i].map;
	return ERR_NONE;
}

void code_map_cache_fini(struct code_map_cache *cache)
{
	size_t i;

	for (i = 0; i < CODE_MAP_CACHE_SIZE; i++)
		code_map_fini(&cache->entries[i].map);
}
