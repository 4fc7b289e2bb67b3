/* translate_control.c: blocks, branches, calls and returns to IR.
 *
 * Dead code is walked for its nesting only.  All operands are flushed where a
 * block begins, so every path to a label finds them in their canonical slots.
 */
#include "config.h"

#include "translator.h"

#include "base/alloc.h"

#include <string.h>

enum error translate_record(struct translator *t, enum code_point_kind kind,
			    uint32_t offset)
{
	struct code_map *map = t->map;
	struct code_point *point;
	size_t i;

	if (map == NULL)
		return ERR_NONE;
	if (alloc_grow(&map->points, &map->points_capacity, map->npoints + 1,
		       sizeof(*point)) != 0 ||
	    alloc_grow(&map->types, &map->types_capacity,
		       map->ntypes + t->noperands, 1) != 0)
		return report_no_memory(t->report, map->ntypes + t->noperands);
	point = &map->points[map->npoints++];
	*point = (struct code_point){.kind = kind,
				     .position = t->nunits,
				     .offset = offset,
				     .types = map->ntypes,
				     .noperands = (uint32_t)t->noperands};
	for (i = 0; i < t->noperands; i++)
		map->types[map->ntypes++] = t->operands[i].type;
	return ERR_NONE;
}

/* ---- labels ---- */

static void set_target(struct translator *t, size_t operation, size_t field,
		       size_t target)
{
	int32_t distance = (int32_t)((int64_t)target - (int64_t)operation);

	memcpy(&t->units[field], &distance, sizeof(distance));
}

/* Writes the 't' operand of a branch at position operation, to be filled in
 * when the label's position is known. */
static enum error emit_forward(struct translator *t, size_t operation,
			       size_t *list)
{
	if (alloc_grow(&t->patches, &t->patches_capacity, t->npatches + 1,
		       sizeof(*t->patches)) != 0)
		return report_no_memory(t->report, sizeof(*t->patches));
	t->patches[t->npatches] = (struct patch){
		.operation = operation, .field = t->nunits, .next = *list};
	*list = t->npatches++;
	return emit_raw32(t, 0);
}

static void bind(struct translator *t, size_t *list)
{
	if (*list != NO_POSITION)
		emit_label(t);
	while (*list != NO_POSITION) {
		const struct patch *patch = &t->patches[*list];

		set_target(t, patch->operation, patch->field, t->nunits);
		*list = patch->next;
	}
}

/* Writes the target of the branch at operation: a label of a control frame. */
static enum error emit_target(struct translator *t, size_t operation,
			      struct control *label)
{
	size_t field = t->nunits;

	if (label->op != OP_LOOP)
		return emit_forward(t, operation, &label->patches);
	TRY(emit_raw32(t, 0));
	set_target(t, operation, field, label->loop_position);
	return ERR_NONE;
}

static struct control *label_at(struct translator *t, uint32_t depth)
{
	return &t->controls[t->ncontrols - 1 - depth];
}

static uint32_t label_arity(const struct control *label)
{
	return label->op == OP_LOOP ? label->nparams : label->nresults;
}

static bool is_function_label(const struct translator *t, uint32_t depth)
{
	return depth + 1 == t->ncontrols;
}

/* ---- blocks ---- */

static void block_types(struct translator *t, int64_t block,
			struct control *control)
{
	static const uint8_t codes[128] = {
		[TYPE_I32] = TYPE_I32,		[TYPE_I64] = TYPE_I64,
		[TYPE_F32] = TYPE_F32,		[TYPE_F64] = TYPE_F64,
		[TYPE_FUNCREF] = TYPE_FUNCREF,	[TYPE_EXTERNREF] = TYPE_EXTERNREF,
	};

	if (block >= 0) {
		const struct func_type *type = &t->module->types[block];

		control->params = type->types;
		control->nparams = type->nparams;
		control->results = type->types + type->nparams;
		control->nresults = type->nresults;
		return;
	}
	control->nparams = 0;
	control->params = codes;
	control->results = &codes[block_value_type(block)];
	control->nresults = block != BLOCK_TYPE_EMPTY;
}

static enum error push_control(struct translator *t, struct control control)
{
	control.patches = NO_POSITION;
	control.else_patch = NO_POSITION;
	control.entered_unreachable = t->unreachable;
	if (alloc_grow(&t->controls, &t->controls_capacity, t->ncontrols + 1,
		       sizeof(control)) != 0)
		return report_no_memory(t->report, sizeof(control));
	t->controls[t->ncontrols++] = control;
	return ERR_NONE;
}

static enum error push_types(struct translator *t, const uint8_t *types,
			     uint32_t count)
{
	uint32_t i;

	for (i = 0; i < count; i++)
		TRY(operand_push(t, types[i]));
	return ERR_NONE;
}

static enum error begin_loop(struct translator *t)
{
	TRY(emit_charge(t));
	emit_label(t);
	t->controls[t->ncontrols - 1].loop_position = t->nunits;
	TRY(translate_record(t, POINT_LOOP, t->next_offset));
	TRY(emit_safepoint(t));
	emit_label(t);
	TRY(emit_probe(t, OP_LOOP));
	return emit_count(t, COUNT_LOOP, t->offset, 0);
}

static enum error begin_block(struct translator *t,
			      const struct instruction *in)
{
	struct control control = {.op = in->op};
	struct condition condition = {0};
	struct control *pushed;
	size_t operation;

	if (t->unreachable)
		return push_control(t, control);
	block_types(t, in->block, &control);
	if (in->op == OP_IF)
		TRY(condition_pop(t, &condition));
	control.height = (uint32_t)t->noperands - control.nparams;
	TRY(operand_flush(t, 0));
	TRY(push_control(t, control));
	if (in->op == OP_LOOP)
		return begin_loop(t);
	if (in->op == OP_BLOCK)
		return ERR_NONE;
	TRY(emit_charge(t));
	TRY(emit_count(t, COUNT_BRANCH, t->offset, 0));
	condition_negate(&condition);
	TRY(condition_emit(t, &condition, false, &operation));
	pushed = &t->controls[t->ncontrols - 1];
	TRY(emit_forward(t, operation, &pushed->else_patch));
	return emit_count(t, COUNT_THROUGH, t->offset, 0);
}

static enum error begin_else(struct translator *t)
{
	struct control *control = &t->controls[t->ncontrols - 1];

	control->op = OP_ELSE;
	if (control->entered_unreachable)
		return ERR_NONE;
	if (!t->unreachable) {
		size_t operation;

		TRY(operand_flush(t, control->height));
		TRY(emit_charge(t));
		operation = t->nunits;
		TRY(emit_raw16(t, IR_BR));
		TRY(emit_forward(t, operation, &control->patches));
	}
	t->pending = 0;
	bind(t, &control->else_patch);
	operand_truncate(t, control->height);
	t->unreachable = false;
	return push_types(t, control->params, control->nparams);
}

/* Emits the return of the function's results, which lie on top of the stack. */
static enum error emit_return(struct translator *t)
{
	const struct func_type *type = &t->module->types[t->func->type];
	size_t first = t->noperands - type->nresults;
	const struct operand *operand;
	uint32_t charge = 0, slot;

	if (type->nresults == 1 && t->operands[first].kind != OPERAND_CONST &&
	    t->operands[first].addend == 0)
		charge = take_charge(t);
	TRY(emit_charge(t));
	if (t->options->call_tree)
		TRY(emit(t, IR_LEAVE_NODE));
	if (type->nresults == 0)
		return emit(t, IR_RETURN);
	if (type->nresults > 1) {
		TRY(operand_flush(t, first));
		return emit(t, IR_RETURN_MANY, operand_slot(t, first),
			    type->nresults);
	}
	operand = &t->operands[first];
	if (operand->kind == OPERAND_CONST || operand->addend != 0) {
		TRY(operand_move(t, first, 0));
		return emit(t, IR_RETURN);
	}
	slot = operand->kind == OPERAND_LOCAL ? operand->local
					      : operand_slot(t, first);
	return charge > 0 ? emit(t, IR_RETURN_ONE_CHARGED, slot, charge)
			  : emit(t, IR_RETURN_ONE, slot);
}

static enum error end_block(struct translator *t)
{
	struct control control = t->controls[t->ncontrols - 1];
	bool reached = !t->unreachable;

	if (control.entered_unreachable) {
		t->ncontrols--;
		return ERR_NONE;
	}
	if (reached)
		TRY(operand_flush(t, control.height));
	if (control.patches != NO_POSITION ||
	    control.else_patch != NO_POSITION) {
		TRY(emit_charge(t));
		reached = true;
	}
	bind(t, &control.else_patch);
	bind(t, &control.patches);
	t->unreachable = !reached;
	operand_truncate(t, control.height);
	TRY(push_types(t, control.results, control.nresults));
	t->ncontrols--;
	return ERR_NONE;
}

/* No branch joins here: those to the function's label return at once. */
static enum error end_function(struct translator *t)
{
	t->ncontrols = 0;
	return t->unreachable ? ERR_NONE : emit_return(t);
}

/* ---- branches ---- */

/* Moves the label's operands to where the label expects them.  Destinations lie
 * below or at the sources, so ascending order never overwrites one unread. */
static enum error emit_moves(struct translator *t, const struct control *label)
{
	uint32_t arity = label_arity(label), i;
	size_t first = t->noperands - arity;

	for (i = 0; i < arity; i++)
		TRY(operand_move(t, first + i,
				 operand_slot(t, label->height + i)));
	return ERR_NONE;
}

static enum error emit_br(struct translator *t, uint32_t depth)
{
	struct control *label = label_at(t, depth);
	size_t operation;

	if (is_function_label(t, depth))
		return emit_return(t);
	TRY(emit_moves(t, label));
	operation = t->nunits;
	TRY(emit_raw16(t, label->op == OP_LOOP ? IR_BR_BACK : IR_BR));
	TRY(emit_target(t, operation, label_at(t, depth)));
	emit_label(t);
	return ERR_NONE;
}

static void end_reachable(struct translator *t)
{
	t->unreachable = true;
	t->pending = 0;
	emit_label(t);
}

static enum error translate_br(struct translator *t, uint32_t depth)
{
	TRY(emit_charge(t));
	TRY(emit_br(t, depth));
	end_reachable(t);
	return ERR_NONE;
}

/* BR_NZ_BACK with the charge of the stretch that it ends. */
static enum error emit_charged_loop(struct translator *t,
				    struct control *label,
				    const struct condition *condition,
				    uint32_t charge)
{
	size_t operation = t->nunits;

	TRY(emit_raw16(t, IR_BR_NZ_BACK_CHARGED));
	TRY(emit_raw16(t, condition->units[0]));
	emit_label(t);
	TRY(emit_target(t, operation, label));
	t->open_safepoint = NO_POSITION;
	return emit_raw32(t, charge);
}

static enum error translate_br_if(struct translator *t, uint32_t depth)
{
	struct control *label = label_at(t, depth);
	uint32_t arity = label_arity(label);
	struct condition condition;
	size_t operation, skip = NO_POSITION;
	bool in_place;

	TRY(condition_pop(t, &condition));
	/* What is flushed must be so on both paths.  Where the operands then lie
	 * right for the label, nothing is to be moved. */
	in_place = arity == 0 || label->height + arity == t->noperands;
	if (arity > 1 || (in_place && arity > 0))
		TRY(operand_flush(t, t->noperands - arity));
	if (in_place && label->op == OP_LOOP && condition.op == IR_BR_NZ) {
		uint32_t charge = take_charge(t);

		if (charge > 0)
			return emit_charged_loop(t, label, &condition, charge);
	}
	TRY(emit_charge(t));
	TRY(emit_count(t, COUNT_BRANCH, t->offset, 0));
	if (in_place && !is_function_label(t, depth)) {
		TRY(condition_emit(t, &condition, label->op == OP_LOOP,
				   &operation));
		TRY(emit_target(t, operation, label));
		return emit_count(t, COUNT_THROUGH, t->offset, 0);
	}
	condition_negate(&condition);
	TRY(condition_emit(t, &condition, false, &operation));
	TRY(emit_forward(t, operation, &skip));
	TRY(emit_br(t, depth));
	bind(t, &skip);
	return emit_count(t, COUNT_THROUGH, t->offset, 0);
}

struct table_stub {
	size_t field;
	uint32_t label;
};

/* Entries that can branch at once do; the others go to a stub behind the table
 * that moves operands, polls or returns. */
static enum error emit_table(struct translator *t,
			     const struct instruction *in, uint32_t slot,
			     struct table_stub *stubs)
{
	struct reader labels = {.p = in->labels, .end = t->func->end};
	size_t operation = t->nunits, nstubs = 0, i;
	uint32_t entry, depth = 0;

	TRY(emit(t, IR_BR_TABLE, slot, in->count));
	for (entry = 0; entry <= in->count; entry++) {
		struct control *label;

		TRY(read_u32(&labels, &depth));
		label = label_at(t, depth);
		if (!is_function_label(t, depth) && label->op != OP_LOOP &&
		    (label_arity(label) == 0 ||
		     label->height + label_arity(label) == t->noperands)) {
			TRY(emit_forward(t, operation, &label->patches));
			continue;
		}
		stubs[nstubs++] = (struct table_stub){t->nunits, depth};
		TRY(emit_raw32(t, 0));
	}
	for (i = 0; i < nstubs; i++) {
		set_target(t, operation, stubs[i].field, t->nunits);
		TRY(emit_br(t, stubs[i].label));
	}
	return ERR_NONE;
}

static enum error translate_br_table(struct translator *t,
				     const struct instruction *in)
{
	struct table_stub *stubs;
	struct operand index;
	enum error err;
	uint32_t slot;

	index = operand_pop(t);
	TRY(operand_source(t, &index, t->noperands, &slot));
	TRY(operand_flush(t, 0));
	TRY(emit_charge(t));
	stubs = alloc_array((size_t)in->count + 1, sizeof(*stubs));
	if (stubs == NULL)
		return report_no_memory(t->report,
					in->count * sizeof(*stubs));
	err = emit_table(t, in, slot, stubs);
	alloc_free(stubs);
	end_reachable(t);
	return err;
}

/* ---- calls ---- */

/* Records the point behind a call that was just emitted. */
static enum error record_call(struct translator *t,
			      const struct instruction *in)
{
	struct code_point *point;

	TRY(translate_record(t, POINT_CALL, t->next_offset));
	if (t->map == NULL)
		return ERR_NONE;
	point = &t->map->points[t->map->npoints - 1];
	point->is_indirect = in->op == OP_CALL_INDIRECT ||
			     in->op == OP_RETURN_CALL_INDIRECT;
	point->is_import = !point->is_indirect &&
			   in->index < t->module->nimported_funcs;
	point->callee = in->index;
	return ERR_NONE;
}

static const struct func_type *callee_type(const struct translator *t,
					   const struct instruction *in,
					   bool indirect)
{
	return indirect ? &t->module->types[in->index]
			: module_func_type(t->module, in->index);
}

/* Slot of the index into the table of an indirect call. */
static enum error pop_element(struct translator *t,
			      const struct instruction *in, uint32_t *element)
{
	TRY(translate_index(t, &t->module->tables[in->index2].limits));
	return operand_pop_source(t, element);
}

static enum error translate_call(struct translator *t,
				 const struct instruction *in)
{
	bool indirect = in->op == OP_CALL_INDIRECT;
	bool import = !indirect && in->index < t->module->nimported_funcs;
	const struct func_type *type = callee_type(t, in, indirect);
	uint32_t element = 0, base, charge = 0;

	if (indirect)
		TRY(pop_element(t, in, &element));
	TRY(operand_flush(t, 0));
	if (!indirect && !import)
		charge = take_charge(t);
	TRY(emit_charge(t));
	TRY(emit_count(t, COUNT_CALL, t->offset, 0));
	operand_truncate(t, t->noperands - type->nparams);
	base = operand_slot(t, t->noperands);
	if (charge > 0)
		TRY(emit(t, IR_CALL_CHARGED, charge, in->index, base));
	else if (indirect)
		TRY(emit(t, IR_CALL_INDIRECT, in->index, in->index2, element,
			 base));
	else
		TRY(emit(t, import ? IR_CALL_IMPORT : IR_CALL, in->index,
			 base));
	TRY(record_call(t, in));
	TRY(push_types(t, type->types + type->nparams, type->nresults));
	/* An indirect call may reach an import, so it ends in a safepoint too. */
	if (import || indirect)
		TRY(emit_safepoint(t));
	emit_label(t);
	return ERR_NONE;
}

/* What a host's function gives is returned. */
static enum error emit_return_call(struct translator *t,
				   const struct instruction *in)
{
	bool indirect = in->op == OP_RETURN_CALL_INDIRECT;
	const struct func_type *type = callee_type(t, in, indirect);
	uint32_t element = 0, base;

	if (!indirect && in->index < t->module->nimported_funcs) {
		TRY(translate_call(t, in));
		return emit_return(t);
	}
	if (indirect)
		TRY(pop_element(t, in, &element));
	TRY(operand_flush(t, t->noperands - type->nparams));
	TRY(emit_charge(t));
	TRY(emit_count(t, COUNT_CALL, t->offset, 0));
	operand_truncate(t, t->noperands - type->nparams);
	base = operand_slot(t, t->noperands);
	/* An ordinary call, when it has to be one, finds its caller's operands flushed. */
	if (indirect)
		TRY(operand_flush(t, 0));
	if (t->options->call_tree)
		TRY(emit(t, IR_LEAVE_NODE));
	if (!indirect)
		return emit(t, IR_RETURN_CALL, in->index, type->nparams, base);
	TRY(emit(t, IR_RETURN_CALL_INDIRECT, in->index, in->index2, element,
		 type->nparams, base));
	TRY(record_call(t, in));
	TRY(push_types(t, type->types + type->nparams, type->nresults));
	TRY(emit_safepoint(t));
	emit_label(t);
	return emit(t, IR_RETURN_MANY, base, type->nresults);
}

enum error translate_control(struct translator *t,
			     const struct instruction *in)
{
	switch (in->op) {
	case OP_BLOCK:
	case OP_LOOP:
	case OP_IF:
		return begin_block(t, in);
	case OP_ELSE:
		return begin_else(t);
	case OP_END:
		return t->ncontrols == 1 ? end_function(t) : end_block(t);
	case OP_BR:
		return translate_br(t, in->index);
	case OP_BR_IF:
		return translate_br_if(t, in->index);
	case OP_BR_TABLE:
		return translate_br_table(t, in);
	case OP_RETURN:
		TRY(emit_return(t));
		end_reachable(t);
		return ERR_NONE;
	case OP_UNREACHABLE:
		TRY(emit_charge(t));
		TRY(emit(t, IR_UNREACHABLE));
		end_reachable(t);
		return ERR_NONE;
	case OP_RETURN_CALL:
	case OP_RETURN_CALL_INDIRECT:
		TRY(emit_return_call(t, in));
		end_reachable(t);
		return ERR_NONE;
	default:
		return translate_call(t, in);
	}
}

enum error translate_body_start(struct translator *t)
{
	const struct func_type *type = &t->module->types[t->func->type];
	struct control body = {.op = OP_BLOCK,
			       .results = type->types + type->nparams,
			       .params = type->types,
			       .nresults = type->nresults};

	TRY(push_control(t, body));
	TRY(translate_record(t, POINT_ENTRY,
			     (uint32_t)(t->func->body - t->module->bytes)));
	if (t->options->marked_funcs != NULL &&
	    t->options->marked_funcs[t->func - t->module->funcs])
		TRY(emit(t, IR_ENTER,
			 (uint32_t)(t->func - t->module->funcs)));
	else
		TRY(emit_safepoint(t));
	if (t->options->call_tree)
		TRY(emit(t, IR_ENTER_NODE,
			 (uint32_t)(t->func - t->module->funcs)));
	emit_label(t);
	return emit_count(t, COUNT_ENTRY,
			  (uint32_t)(t->func->body - t->module->bytes), 0);
}
