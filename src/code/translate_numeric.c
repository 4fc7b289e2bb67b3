/* translate_numeric.c: what computes, loads and stores, to IR.
 *
 * Made from numeric.def.  Constants become immediates and addends, additions fold into
 * addresses, shifts and products into the operation behind them, and comparisons wait for
 * their branch (translate_condition.c).
 */
#include "config.h"

#include "translator.h"

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
	SHAPE_EQZ,
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
	[OP_I32_EQZ] = {SHAPE_EQZ, false, 0},
	[OP_I64_EQZ] = {SHAPE_EQZ, false, 0},
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

static enum error translate_unary(struct translator *t, enum opcode op)
{
	uint32_t a;

	TRY(operand_pop_source(t, &a));
	TRY(emit(t, (enum ir_op)selections[op].op,
		 operand_slot(t, t->noperands), a));
	return operand_push(t, opcode_result_type(op));
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
			return operand_push(t, TYPE_I32);
		}
	}
	TRY(operand_source(t, &a, t->noperands, &slot));
	TRY(emit(t, op == OP_I32_EQZ ? IR_I32_EQ_IMM : IR_I64_EQ_IMM,
		 operand_slot(t, t->noperands), slot, 0));
	return operand_push(t, TYPE_I32);
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
				 .type = opcode_result_type(opcode)};
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
		return operand_push(t, TYPE_F64);
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
	return operand_push(t, opcode_result_type(opcode));
}

static enum error translate_retype(struct translator *t, enum opcode op)
{
	/* i32 and f32 slots are zero-extended, so the bits are right as is. */
	if (t->operands[t->noperands - 1].addend != 0)
		TRY(operand_flush(t, t->noperands - 1));
	t->operands[t->noperands - 1].type = opcode_result_type(op);
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
	return operand_push(t, opcode_result_type(in->op));
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

enum error translate_index(struct translator *t, const struct limits *limits)
{
	uint32_t slot;

	if (!limits->is64)
		return ERR_NONE;
	TRY(operand_pop_source(t, &slot));
	TRY(emit(t, IR_INDEX64, operand_slot(t, t->noperands), slot));
	return operand_push(t, TYPE_I32);
}

/* The address of 64 bits and the offset become an address of 32, with a store's value above
 * it on the stack. */
static enum error narrow_address(struct translator *t, bool is_load,
				 uint64_t offset)
{
	struct operand value = {0};
	uint32_t slot;

	if (!is_load)
		value = operand_pop(t);
	TRY(operand_pop_source(t, &slot));
	TRY(emit(t, IR_ADDRESS64, operand_slot(t, t->noperands), slot, offset));
	TRY(operand_push(t, TYPE_I32));
	return is_load ? ERR_NONE : operand_push_again(t, value);
}

/* Nothing but the access itself uses the memory that is chosen before it. */
static enum error translate_access(struct translator *t,
				   const struct instruction *instruction)
{
	struct instruction access = *instruction;
	const struct instruction *in = &access;
	bool is_load = selections[in->op].shape == SHAPE_LOAD;

	if (t->module->memories[in->index].limits.is64) {
		TRY(narrow_address(t, is_load, in->offset));
		access.offset = 0;
	}
	if (in->index != 0)
		TRY(emit(t, IR_USE_MEMORY, in->index));
	TRY(is_load ? translate_load(t, in) : translate_store(t, in));
	return in->index != 0 ? emit(t, IR_USE_MEMORY, 0) : ERR_NONE;
}

bool translate_is_numeric(enum opcode op)
{
	return selections[op].shape != SHAPE_OTHER;
}

enum error translate_numeric(struct translator *t, const struct instruction *in)
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
	case SHAPE_STORE:
		return translate_access(t, in);
	case SHAPE_EQZ:
		return translate_eqz(t, in->op);
	case SHAPE_RETYPE:
		return translate_retype(t, in->op);
	case SHAPE_OTHER:
		break;
	}
	return ERR_NONE;
}
