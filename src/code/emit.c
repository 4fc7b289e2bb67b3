/* emit.c: the translator's operand stack, and writing of IR units.
 *
 * See translator.h for the rules.
 */
#include "config.h"

#include "translator.h"

#include "base/alloc.h"

#include <stdarg.h>
#include <string.h>

/* ---- units ---- */

static enum error reserve(struct translator *t, size_t more)
{
	if (alloc_grow(&t->units, &t->units_capacity, t->nunits + more,
		       sizeof(*t->units)) != 0)
		return report_no_memory(t->report,
					(t->nunits + more) * sizeof(*t->units));
	return ERR_NONE;
}

enum error emit_raw16(struct translator *t, uint16_t unit)
{
	TRY(reserve(t, 1));
	t->units[t->nunits++] = unit;
	return ERR_NONE;
}

enum error emit_raw32(struct translator *t, uint32_t value)
{
	TRY(reserve(t, 2));
	memcpy(&t->units[t->nunits], &value, sizeof(value));
	t->nunits += 2;
	return ERR_NONE;
}

enum error emit(struct translator *t, enum ir_op op, ...)
{
	const char *letter = ir_infos[op].operands;
	enum error err = ERR_NONE;
	size_t start = t->nunits;
	va_list arguments;
	uint64_t wide;

	TRY(emit_raw16(t, (uint16_t)op));
	va_start(arguments, op);
	for (; *letter != '\0' && *letter != 't' && err == ERR_NONE; letter++) {
		switch (*letter) {
		case 'd':
		case 's':
		case 'n':
		case 'b':
			err = emit_raw16(t, (uint16_t)va_arg(arguments,
							     uint32_t));
			break;
		case 'l':
			wide = va_arg(arguments, uint64_t);
			err = reserve(t, 4);
			if (err == ERR_NONE) {
				memcpy(&t->units[t->nunits], &wide,
				       sizeof(wide));
				t->nunits += 4;
			}
			break;
		default:
			err = emit_raw32(t, va_arg(arguments, uint32_t));
			break;
		}
	}
	va_end(arguments);
	t->previous = t->last;
	t->last = start;
	return err;
}

enum error emit_count(struct translator *t, enum count_kind kind,
		      uint32_t offset, uint32_t instructions)
{
	if ((t->options->counts & 1u << kind) == 0)
		return ERR_NONE;
	if (alloc_grow(&t->sites, &t->sites_capacity, t->nsites + 1u,
		       sizeof(*t->sites)) != 0)
		return report_no_memory(t->report, sizeof(*t->sites));
	TRY(emit(t, IR_COUNTER, t->first_counter + t->nsites));
	t->sites[t->nsites++] = (struct count_site){offset, kind, instructions};
	emit_label(t);
	return ERR_NONE;
}

enum error emit_charge(struct translator *t)
{
	uint32_t pending = t->pending;
	size_t open = t->open_safepoint;

	t->pending = 0;
	t->open_safepoint = NO_POSITION;
	if (pending > 0)
		TRY(emit_count(t, COUNT_STRETCH, t->stretch, pending));
	if (!t->options->count || pending == 0)
		return ERR_NONE;
	/* Nothing can stop between the two, so that it may be charged before. */
	if (open != NO_POSITION) {
		memcpy(&t->units[open + 1], &pending, sizeof(pending));
		return ERR_NONE;
	}
	return emit(t, IR_CHARGE, pending);
}

uint32_t take_charge(struct translator *t)
{
	uint32_t pending = t->pending;

	if (!t->options->count || t->options->counts != 0 ||
	    t->options->call_tree ||
	    t->open_safepoint != NO_POSITION)
		return 0;
	t->pending = 0;
	return pending;
}

enum error emit_safepoint(struct translator *t)
{
	size_t position = t->nunits;

	if (!t->options->count)
		return ERR_NONE;
	TRY(emit(t, IR_SAFEPOINT, 0));
	/* What is charged before the function's node is entered would be its caller's. */
	if (!t->options->call_tree)
		t->open_safepoint = position;
	return ERR_NONE;
}

enum error emit_copy(struct translator *t, uint32_t to, uint32_t from)
{
	size_t first = t->last;

	if (first == NO_POSITION || t->units[first] != IR_COPY)
		return emit(t, IR_COPY, to, from);
	TRY(emit_raw16(t, (uint16_t)to));
	TRY(emit_raw16(t, (uint16_t)from));
	t->units[first] = IR_COPY2;
	return ERR_NONE;
}

enum error emit_addition(struct translator *t, uint32_t to, uint32_t from,
			 uint32_t addend)
{
	size_t first = t->last;

	if (first == NO_POSITION || t->units[first] != IR_I32_ADD_IMM)
		return emit(t, IR_I32_ADD_IMM, to, from, addend);
	TRY(emit_raw16(t, (uint16_t)to));
	TRY(emit_raw16(t, (uint16_t)from));
	TRY(emit_raw32(t, addend));
	t->units[first] = IR_I32_ADD_IMM2;
	return ERR_NONE;
}

void emit_undo(struct translator *t)
{
	t->nunits = t->last;
	t->last = t->previous;
	t->previous = NO_POSITION;
}

void emit_label(struct translator *t)
{
	t->last = t->previous = NO_POSITION;
}

/* ---- operand stack ---- */

uint32_t operand_slot(const struct translator *t, size_t index)
{
	return t->func->nlocals + (uint32_t)index;
}

static enum error push(struct translator *t, struct operand operand)
{
	if (alloc_grow(&t->operands, &t->operands_capacity, t->noperands + 1,
		       sizeof(*t->operands)) != 0)
		return report_no_memory(t->report, sizeof(*t->operands));
	t->naliases += operand.kind == OPERAND_LOCAL;
	t->operands[t->noperands++] = operand;
	return ERR_NONE;
}

enum error operand_push(struct translator *t, uint8_t type)
{
	return push(t, (struct operand){.kind = OPERAND_SLOT, .type = type});
}

enum error operand_push_local(struct translator *t, uint32_t local)
{
	return push(t, (struct operand){.kind = OPERAND_LOCAL,
					.type = t->locals[local],
					.local = local});
}

enum error operand_push_const(struct translator *t, uint8_t type,
			      uint64_t value)
{
	return push(t, (struct operand){.kind = OPERAND_CONST,
					.type = type,
					.value = value});
}

enum error operand_push_again(struct translator *t, struct operand operand)
{
	return push(t, operand);
}

struct operand operand_pop(struct translator *t)
{
	struct operand operand = t->operands[--t->noperands];

	t->naliases -= operand.kind == OPERAND_LOCAL;
	return operand;
}

void operand_truncate(struct translator *t, size_t height)
{
	while (t->noperands > height)
		(void)operand_pop(t);
}

static enum error emit_const(struct translator *t, uint32_t slot,
			     uint64_t value)
{
	if (value <= UINT32_MAX)
		return emit(t, IR_CONST32, slot, (uint32_t)value);
	return emit(t, IR_CONST64, slot, value);
}

enum error operand_source_base(struct translator *t,
			       const struct operand *operand, size_t index,
			       uint32_t *slot)
{
	*slot = operand_slot(t, index);
	if (operand->kind == OPERAND_LOCAL)
		*slot = operand->local;
	else if (operand->kind == OPERAND_CONST)
		return emit_const(t, *slot, operand->value);
	return ERR_NONE;
}

enum error operand_source(struct translator *t, const struct operand *operand,
			  size_t index, uint32_t *slot)
{
	uint32_t base;

	TRY(operand_source_base(t, operand, index, slot));
	if (operand->addend == 0)
		return ERR_NONE;
	base = *slot;
	*slot = operand_slot(t, index);
	return emit_addition(t, *slot, base, operand->addend);
}

enum error operand_pop_source(struct translator *t, uint32_t *slot)
{
	struct operand operand = operand_pop(t);

	return operand_source(t, &operand, t->noperands, slot);
}

enum error operand_move(struct translator *t, size_t index, uint32_t slot)
{
	const struct operand *operand = &t->operands[index];
	uint32_t base = operand->kind == OPERAND_LOCAL ? operand->local
						       : operand_slot(t, index);

	if (operand->kind == OPERAND_CONST)
		return emit_const(t, slot, operand->value);
	if (operand->addend != 0)
		return emit_addition(t, slot, base, operand->addend);
	return base == slot ? ERR_NONE : emit_copy(t, slot, base);
}

static enum error flush_one(struct translator *t, size_t index)
{
	struct operand *operand = &t->operands[index];

	TRY(operand_move(t, index, operand_slot(t, index)));
	t->naliases -= operand->kind == OPERAND_LOCAL;
	operand->kind = OPERAND_SLOT;
	operand->addend = 0;
	return ERR_NONE;
}

enum error operand_flush(struct translator *t, size_t from)
{
	size_t i;

	for (i = from; i < t->noperands; i++)
		TRY(flush_one(t, i));
	return ERR_NONE;
}

enum error operand_flush_local(struct translator *t, uint32_t local)
{
	size_t i;

	for (i = 0; t->naliases > 0 && i < t->noperands; i++)
		if (t->operands[i].kind == OPERAND_LOCAL &&
		    t->operands[i].local == local)
			TRY(flush_one(t, i));
	return ERR_NONE;
}

bool operand_is_fresh(const struct translator *t, size_t index,
		      ir_unit **destination)
{
	if (t->last == NO_POSITION || t->units[t->last] == IR_COPY2 ||
	    t->units[t->last] == IR_I32_ADD_IMM2 ||
	    ir_infos[t->units[t->last]].operands[0] != 'd' ||
	    t->units[t->last + 1] != operand_slot(t, index))
		return false;
	*destination = &t->units[t->last + 1];
	return true;
}
