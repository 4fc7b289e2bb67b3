/* validate_body.c: validation of function bodies.
 *
 * The algorithm of the core specification's appendix ("Validation Algorithm"):
 * a stack of operand types and a stack of control frames.  Most instructions
 * are checked from their signature in opcodes.def.
 */
#include "config.h"

#include "validate.h"

#include "base/alloc.h"
#include "code/ir.h"
#include "module/validator.h"

#include <string.h>

static enum error push_all(struct validator *v, const uint8_t *types,
			   uint32_t count)
{
	uint32_t i;

	for (i = 0; i < count; i++)
		TRY(validator_push(v, types[i]));
	return ERR_NONE;
}

static enum error pop_all(struct validator *v, const uint8_t *types,
			  uint32_t count)
{
	while (count > 0)
		TRY(validator_pop(v, types[--count]));
	return ERR_NONE;
}

static enum error push_frame(struct validator *v, enum opcode op,
			     const struct func_type *type)
{
	struct control_frame *frame;

	if (alloc_grow(&v->frames, &v->frames_capacity, v->nframes + 1,
		       sizeof(*frame)) != 0)
		return report_no_memory(v->report, sizeof(*frame));
	frame = &v->frames[v->nframes++];
	*frame = (struct control_frame){.op = op,
					.params = type->types,
					.results = type->types + type->nparams,
					.nparams = type->nparams,
					.nresults = type->nresults,
					.height = v->noperands};
	return push_all(v, frame->params, frame->nparams);
}

static enum error pop_frame(struct validator *v, struct control_frame *popped)
{
	struct control_frame *frame = &v->frames[v->nframes - 1];

	TRY(pop_all(v, frame->results, frame->nresults));
	if (v->noperands != frame->height)
		return validator_invalid(v, "type mismatch: values remain on the stack "
				  "at the end of the block");
	*popped = *frame;
	v->nframes--;
	return ERR_NONE;
}

static void set_unreachable(struct validator *v)
{
	struct control_frame *frame = &v->frames[v->nframes - 1];

	v->noperands = frame->height;
	frame->unreachable = true;
}

static enum error label_frame(struct validator *v, uint32_t depth,
			      const struct control_frame **frame)
{
	if (depth >= v->nframes)
		return validator_unknown(v, "label", depth);
	*frame = &v->frames[v->nframes - 1 - depth];
	return ERR_NONE;
}

static void label_types(const struct control_frame *frame,
			const uint8_t **types, uint32_t *count)
{
	*types = frame->op == OP_LOOP ? frame->params : frame->results;
	*count = frame->op == OP_LOOP ? frame->nparams : frame->nresults;
}

static enum error block_type(struct validator *v, int64_t block,
			     struct func_type *type)
{
	static const uint8_t single[128] = {
		[TYPE_I32] = TYPE_I32,	     [TYPE_I64] = TYPE_I64,
		[TYPE_F32] = TYPE_F32,	     [TYPE_F64] = TYPE_F64,
		[TYPE_V128] = TYPE_V128,     [TYPE_FUNCREF] = TYPE_FUNCREF,
		[TYPE_EXTERNREF] = TYPE_EXTERNREF,
	};

	if (block >= 0) {
		if ((uint64_t)block >= v->module->ntypes)
			return validator_unknown(v, "type", (uint32_t)block);
		*type = v->module->types[block];
		return ERR_NONE;
	}
	type->nparams = 0;
	type->nresults = block != BLOCK_TYPE_EMPTY;
	type->types = type->nresults ? &single[block_value_type(block)]
				     : single;
	return ERR_NONE;
}

static enum error check_block(struct validator *v,
			      const struct instruction *in)
{
	struct func_type type = {0};

	if (in->op == OP_IF)
		TRY(validator_pop(v, TYPE_I32));
	TRY(block_type(v, in->block, &type));
	TRY(pop_all(v, type.types, type.nparams));
	return push_frame(v, in->op, &type);
}

static enum error check_else(struct validator *v)
{
	struct control_frame frame;
	struct func_type type;

	if (v->frames[v->nframes - 1].op != OP_IF)
		return report_error(v->report, ERR_MALFORMED,
				    "offset 0x%zx: else without if (END "
				    "opcode expected)",
				    (size_t)(v->where - v->module->bytes));
	TRY(pop_frame(v, &frame));
	type.nparams = frame.nparams;
	type.nresults = frame.nresults;
	type.types = frame.params;
	return push_frame(v, OP_ELSE, &type);
}

static enum error check_end(struct validator *v)
{
	struct control_frame frame;
	uint32_t i;

	TRY(pop_frame(v, &frame));
	if (frame.op == OP_IF) {
		/* A missing else passes its parameters on. */
		if (frame.nparams != frame.nresults)
			return validator_invalid(v, "type mismatch: if without else");
		for (i = 0; i < frame.nparams; i++)
			if (frame.params[i] != frame.results[i])
				return validator_invalid(v, "type mismatch: if without "
						  "else");
	}
	if (v->nframes == 0)
		return ERR_NONE;
	return push_all(v, frame.results, frame.nresults);
}

static enum error check_br(struct validator *v, const struct instruction *in)
{
	const struct control_frame *frame = NULL;
	const uint8_t *types;
	uint32_t count;

	if (in->op == OP_BR_IF)
		TRY(validator_pop(v, TYPE_I32));
	TRY(label_frame(v, in->index, &frame));
	label_types(frame, &types, &count);
	TRY(pop_all(v, types, count));
	if (in->op == OP_BR_IF)
		return push_all(v, types, count);
	set_unreachable(v);
	return ERR_NONE;
}

/* The operands must fit one label of br_table; they stay on the stack. */
static enum error check_table_label(struct validator *v, uint32_t label,
				    uint32_t arity)
{
	const struct control_frame *target = NULL;
	const struct control_frame *frame = &v->frames[v->nframes - 1];
	const uint8_t *types;
	uint32_t count, i;

	TRY(label_frame(v, label, &target));
	label_types(target, &types, &count);
	if (count != arity)
		return validator_invalid(v, "type mismatch: br_table labels take "
				  "different numbers of values");
	for (i = 0; i < count; i++) {
		uint8_t expected = types[count - 1 - i];
		uint8_t found = TYPE_UNKNOWN;

		if (v->noperands - frame->height > i)
			found = v->operands[v->noperands - 1 - i];
		else if (!frame->unreachable)
			return validator_mismatch(v, expected, TYPE_UNKNOWN);
		if (found != expected && found != TYPE_UNKNOWN)
			return validator_mismatch(v, expected, found);
	}
	return ERR_NONE;
}

static enum error check_br_table(struct validator *v,
				 const struct instruction *in)
{
	struct reader labels = {.base = v->module->bytes,
				.p = in->labels,
				.end = v->func->end,
				.report = v->report};
	const struct control_frame *frame = NULL;
	const uint8_t *types;
	uint32_t arity, i, label = 0;

	TRY(validator_pop(v, TYPE_I32));
	for (i = 0; i <= in->count; i++)
		TRY(read_u32(&labels, &label));
	TRY(label_frame(v, label, &frame));
	label_types(frame, &types, &arity);
	labels.p = in->labels;
	for (i = 0; i <= in->count; i++) {
		TRY(read_u32(&labels, &label));
		TRY(check_table_label(v, label, arity));
	}
	set_unreachable(v);
	return ERR_NONE;
}

static enum error check_return(struct validator *v)
{
	const struct control_frame *frame = &v->frames[0];

	TRY(pop_all(v, frame->results, frame->nresults));
	set_unreachable(v);
	return ERR_NONE;
}

/* A call in place of the caller, which must give what the callee does. */
static enum error check_return_call(struct validator *v,
				    const struct func_type *type)
{
	if ((v->module->features & FEATURE_TAIL_CALL) == 0)
		return validator_invalid(v, "tail calls need the feature tail-call");
	if (!func_results_equal(type, &v->module->types[v->func->type]))
		return validator_invalid(v, "type mismatch: a tail call must return what "
				  "its function does");
	v->module->has_tail_calls = true;
	TRY(pop_all(v, type->types, type->nparams));
	set_unreachable(v);
	return ERR_NONE;
}

static enum error check_call(struct validator *v,
			     const struct instruction *in)
{
	const struct func_type *type;

	if (in->op == OP_CALL || in->op == OP_RETURN_CALL) {
		TRY(validator_index(v, in->index, v->module->nfuncs, "function"));
		type = module_func_type(v->module, in->index);
	} else {
		TRY(validator_index(v, in->index2, v->module->ntables, "table"));
		if (v->module->tables[in->index2].element != TYPE_FUNCREF)
			return validator_invalid(v, "type mismatch: call_indirect needs "
					  "a table of funcref");
		TRY(validator_index(v, in->index, v->module->ntypes, "type"));
		type = &v->module->types[in->index];
		TRY(validator_pop(v, validator_table_index(v, in->index2)));
	}
	if (in->op == OP_RETURN_CALL || in->op == OP_RETURN_CALL_INDIRECT)
		return check_return_call(v, type);
	TRY(pop_all(v, type->types, type->nparams));
	return push_all(v, type->types + type->nparams, type->nresults);
}

static enum error check_select(struct validator *v,
			       const struct instruction *in)
{
	uint8_t a, b;

	TRY(validator_pop(v, TYPE_I32));
	if (in->op == OP_SELECT_T) {
		if (in->count != 1)
			return validator_invalid(v, "invalid result arity");
		TRY(validator_pop(v, in->type));
		TRY(validator_pop(v, in->type));
		return validator_push(v, in->type);
	}
	TRY(validator_pop_any(v, &a));
	TRY(validator_pop_any(v, &b));
	if (value_type_is_reference(a) || value_type_is_reference(b))
		return validator_invalid(v, "type mismatch: select of references needs "
				  "its type");
	if (a != b && a != TYPE_UNKNOWN && b != TYPE_UNKNOWN)
		return validator_mismatch(v, b, a);
	return validator_push(v, a == TYPE_UNKNOWN ? b : a);
}

static enum error check_local(struct validator *v,
			      const struct instruction *in)
{
	TRY(validator_index(v, in->index, v->func->nlocals, "local"));
	if (in->op != OP_LOCAL_GET)
		TRY(validator_pop(v, v->locals[in->index]));
	if (in->op != OP_LOCAL_SET)
		TRY(validator_push(v, v->locals[in->index]));
	return ERR_NONE;
}

static enum error check_global(struct validator *v,
			       const struct instruction *in)
{
	const struct global_type *type;

	TRY(validator_index(v, in->index, v->module->nglobals, "global"));
	type = &v->module->globals[in->index].type;
	if (in->op == OP_GLOBAL_GET)
		return validator_push(v, type->value);
	if (!type->is_mutable)
		return validator_invalid(v, "global is immutable");
	return validator_pop(v, type->value);
}

static enum error check_signature(struct validator *v,
				  const struct instruction *in)
{
	const char *signature = opcode_infos[in->op].signature;
	const char *results = signature;
	const char *c;

	TRY(validate_indices(v, in));
	switch (in->op) {
	case OP_MEMORY_SIZE:
	case OP_MEMORY_GROW:
	case OP_MEMORY_FILL:
	case OP_MEMORY_COPY:
	case OP_MEMORY_INIT:
	case OP_TABLE_COPY:
	case OP_TABLE_INIT:
		return validate_bulk(v, in);
	default:
		break;
	}
	if (opcode_infos[in->op].immediate == IMMEDIATE_MEMARG)
		return validate_access(v, in);
	if (*signature == '\0')
		return ERR_NONE;
	while (*results != '>')
		results++;
	for (c = results; c > signature; c--)
		TRY(validator_pop(v, signature_type(c[-1])));
	for (c = results + 1; *c != '\0'; c++)
		TRY(validator_push(v, signature_type(*c)));
	return ERR_NONE;
}

static enum error check_reference(struct validator *v,
				  const struct instruction *in)
{
	uint8_t type;

	switch (in->op) {
	case OP_REF_NULL:
		return validator_push(v, in->type);
	case OP_REF_FUNC:
		TRY(validator_index(v, in->index, v->module->nfuncs, "function"));
		if (!v->module->declared_funcs[in->index])
			return validator_invalid(v, "undeclared function reference");
		return validator_push(v, TYPE_FUNCREF);
	default: /* ref.is_null */
		TRY(validator_pop_any(v, &type));
		if (type != TYPE_UNKNOWN && !value_type_is_reference(type))
			return validator_mismatch(v, TYPE_FUNCREF, type);
		return validator_push(v, TYPE_I32);
	}
}

static enum error check_instruction(struct validator *v,
				    const struct instruction *in)
{
	uint8_t ignored;

	switch (in->op) {
	case OP_UNREACHABLE:
		set_unreachable(v);
		return ERR_NONE;
	case OP_BLOCK:
	case OP_LOOP:
	case OP_IF:
		return check_block(v, in);
	case OP_ELSE:
		return check_else(v);
	case OP_END:
		return check_end(v);
	case OP_BR:
	case OP_BR_IF:
		return check_br(v, in);
	case OP_BR_TABLE:
		return check_br_table(v, in);
	case OP_RETURN:
		return check_return(v);
	case OP_CALL:
	case OP_CALL_INDIRECT:
	case OP_RETURN_CALL:
	case OP_RETURN_CALL_INDIRECT:
		return check_call(v, in);
	case OP_DROP:
		return validator_pop_any(v, &ignored);
	case OP_SELECT:
	case OP_SELECT_T:
		return check_select(v, in);
	case OP_LOCAL_GET:
	case OP_LOCAL_SET:
	case OP_LOCAL_TEE:
		return check_local(v, in);
	case OP_GLOBAL_GET:
	case OP_GLOBAL_SET:
		return check_global(v, in);
	case OP_TABLE_GET:
	case OP_TABLE_SET:
	case OP_TABLE_GROW:
	case OP_TABLE_SIZE:
	case OP_TABLE_FILL:
		return validate_table(v, in);
	case OP_REF_NULL:
	case OP_REF_FUNC:
	case OP_REF_IS_NULL:
		return check_reference(v, in);
	default:
		return check_signature(v, in);
	}
}

static enum error start_body(struct validator *v)
{
	const struct func_type *type = &v->module->types[v->func->type];
	struct func_type results = {.types = type->types + type->nparams,
				    .nparams = 0,
				    .nresults = type->nresults};

	if (alloc_grow(&v->locals, &v->locals_capacity, v->func->nlocals, 1) !=
	    0)
		return report_no_memory(v->report, v->func->nlocals);
	module_local_types(v->module, v->func, v->locals);
	v->noperands = 0;
	v->nframes = 0;
	v->func->max_height = type->nresults;
	return push_frame(v, OP_BLOCK, &results);
}

static enum error validate_body(struct validator *v)
{
	struct reader body = {.base = v->module->bytes,
			      .p = v->func->body,
			      .end = v->func->end,
			      .report = v->report,
			      .features = v->module->features};

	v->where = body.p;
	TRY(start_body(v));
	while (v->nframes > 0) {
		struct instruction in;

		v->where = body.p;
		if (body.p == body.end)
			return reader_malformed(
				&body, "unexpected end of section or function "
				       "(END opcode expected)");
		TRY(instruction_read(&body, &in));
		TRY(check_instruction(v, &in));
	}
	if (body.p != body.end)
		return reader_malformed(&body, "section size mismatch: bytes "
					       "after the end of the function");
	if ((uint64_t)v->func->nlocals + v->func->max_height > IR_MAX_SLOTS)
		return report_error(v->report, ERR_LIMIT,
				    "offset 0x%zx: function needs more than %d "
				    "locals and operands",
				    (size_t)(v->func->body - v->module->bytes),
				    IR_MAX_SLOTS);
	return ERR_NONE;
}

enum error validate_bodies(struct module *module, struct report *report)
{
	struct validator v = {.module = module, .report = report};
	enum error err = ERR_NONE;
	uint32_t i;

	for (i = module->nimported_funcs;
	     i < module->nfuncs && err == ERR_NONE; i++) {
		v.func = &module->funcs[i];
		err = validate_body(&v);
	}
	alloc_free(v.operands);
	alloc_free(v.frames);
	alloc_free(v.locals);
	return err;
}
