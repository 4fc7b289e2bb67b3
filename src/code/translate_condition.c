/* translate_condition.c: conditions of branches to IR.
 *
 * A comparison becomes part of the branch that it is for; before a branch back so does the
 * addition that counts the loop.
 */
#include "config.h"

#include "translator.h"

#include <string.h>

enum error condition_pop(struct translator *t, struct condition *condition)
{
	struct operand operand = operand_pop(t);
	ir_unit *destination;
	uint32_t slot;

	condition->is_branch = false;
	if (operand.kind == OPERAND_SLOT && operand.addend == 0 &&
	    operand_is_fresh(t, t->noperands, &destination)) {
		enum ir_op op = (enum ir_op)t->units[t->last];

		if (comparison_negation(op) != IR_COUNT) {
			condition->op = (uint16_t)op;
			condition->nunits = (uint8_t)(ir_infos[op].length - 2);
			memcpy(condition->units, &t->units[t->last + 2],
			       condition->nunits * sizeof(ir_unit));
			emit_undo(t);
			return ERR_NONE;
		}
	}
	TRY(operand_source(t, &operand, t->noperands, &slot));
	condition->op = IR_BR_NZ;
	condition->units[0] = (ir_unit)slot;
	condition->nunits = 1;
	return ERR_NONE;
}

void condition_negate(struct condition *condition)
{
	if (condition->op == IR_BR_NZ)
		condition->op = IR_BR_Z;
	else if (condition->op == IR_BR_Z)
		condition->op = IR_BR_NZ;
	else
		condition->op = (uint16_t)comparison_negation(
			(enum ir_op)condition->op);
}

/* The operation that adds a constant to a local and branches back on what it is then;
 * IR_COUNT when there is none. */
static enum ir_op counted_loop(uint16_t condition)
{
	switch (condition) {
	case IR_BR_NZ:
		return IR_I32_ADD_IMM_BR_NZ_BACK;
	case IR_I32_NE:
		return IR_I32_ADD_IMM_BR_I32_NE_BACK;
	case IR_I32_NE_IMM:
		return IR_I32_ADD_IMM_BR_I32_NE_IMM_BACK;
	case IR_I32_LT_S:
		return IR_I32_ADD_IMM_BR_I32_LT_S_BACK;
	case IR_I32_LT_U:
		return IR_I32_ADD_IMM_BR_I32_LT_U_BACK;
	default:
		return IR_COUNT;
	}
}

/* Makes one operation of an addition that was just emitted and a branch back that looks at
 * its result first. */
static void fuse_counted_loop(struct translator *t, struct condition *condition)
{
	enum ir_op op = counted_loop(condition->op);
	ir_unit units[8];

	if (op == IR_COUNT || t->last == NO_POSITION ||
	    t->units[t->last] != IR_I32_ADD_IMM ||
	    t->units[t->last + 1] != condition->units[0])
		return;
	memcpy(units, &t->units[t->last + 1], 4 * sizeof(*units));
	memcpy(&units[4], &condition->units[1],
	       (condition->nunits - 1u) * sizeof(*units));
	condition->nunits = (uint8_t)(condition->nunits + 3);
	memcpy(condition->units, units, condition->nunits * sizeof(*units));
	condition->op = (uint16_t)op;
	condition->is_branch = true;
	emit_undo(t);
}

enum error condition_emit(struct translator *t, struct condition *condition,
			  bool back, size_t *operation)
{
	uint16_t op = condition->op;
	uint8_t i;

	if (back)
		fuse_counted_loop(t, condition);
	if (condition->is_branch)
		op = condition->op;
	else if (op == IR_BR_NZ)
		op = back ? IR_BR_NZ_BACK : IR_BR_NZ;
	else if (op == IR_BR_Z)
		op = back ? IR_BR_Z_BACK : IR_BR_Z;
	else
		op = (uint16_t)comparison_branch((enum ir_op)op, back);
	*operation = t->nunits;
	TRY(emit_raw16(t, op));
	for (i = 0; i < condition->nunits; i++)
		TRY(emit_raw16(t, condition->units[i]));
	emit_label(t);
	return ERR_NONE;
}
