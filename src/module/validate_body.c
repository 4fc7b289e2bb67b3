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

#include <stdio.h>

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

static enum error invalid(struct validator *v, const char *what)
{
	return validate_error(v->module, v->report, v->where, what);
}

static enum error unknown(struct validator *v, const char *kind,
			  uint32_t index)
{
	char what[64];

	snprintf(what, sizeof(what), "unknown %s %u", kind, index);
	return invalid(v, what);
}

static enum error check_index(struct validator *v, uint32_t index,
			      uint32_t count, const char *kind)
{
	return index < count ? ERR_NONE : unknown(v, kind, index);
}

static enum error push(struct validator *v, uint8_t type)
{
	const struct control_frame *frame = &v->frames[v->nframes - 1];

	if (alloc_grow(&v->operands, &v->operands_capacity, v->noperands + 1,
		       1) != 0)
		return report_no_memory(v->report, v->noperands + 1);
	v->operands[v->noperands++] = type;
	if (!frame->unreachable && v->noperands > v->func->max_height)
		v->func->max_height = (uint32_t)v->noperands;
	return ERR_NONE;
}

static enum error mismatch(struct validator *v, uint8_t expected,
			   uint8_t found)
{
	char what[80];

	snprintf(what, sizeof(what), "type mismatch: expected %s, found %s",
		 expected == TYPE_UNKNOWN ? "a value"
					  : value_type_name(expected),
		 found == TYPE_UNKNOWN ? "nothing" : value_type_name(found));
	return invalid(v, what);
}

/* Pops a value of any type. */
static enum error pop_any(struct validator *v, uint8_t *type)
{
	const struct control_frame *frame = &v->frames[v->nframes - 1];

	if (v->noperands == frame->height) {
		if (!frame->unreachable)
			return mismatch(v, TYPE_UNKNOWN, TYPE_UNKNOWN);
		*type = TYPE_UNKNOWN;
		return ERR_NONE;
	}
	*type = v->operands[--v->noperands];
	return ERR_NONE;
}

static enum error pop(struct validator *v, uint8_t expected)
{
	const struct control_frame *frame = &v->frames[v->nframes - 1];
	uint8_t found;

	if (v->noperands == frame->height && !frame->unreachable)
		return mismatch(v, expected, TYPE_UNKNOWN);
	TRY(pop_any(v, &found));
	if (found != expected && found != TYPE_UNKNOWN &&
	    expected != TYPE_UNKNOWN)
		return mismatch(v, expected, found);
	return ERR_NONE;
}

static enum error push_all(struct validator *v, const uint8_t *types,
			   uint32_t count)
{
	uint32_t i;

	for (i = 0; i < count; i++)
		TRY(push(v, types[i]));
	return ERR_NONE;
}

static enum error pop_all(struct validator *v, const uint8_t *types,
			  uint32_t count)
{
	while (count > 0)
		TRY(pop(v, types[--count]));
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
		return invalid(v, "type mismatch: values remain on the stack "
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
		return unknown(v, "label", depth);
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
			return unknown(v, "type", (uint32_t)block);
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
		TRY(pop(v, TYPE_I32));
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
			return invalid(v, "type mismatch: if without else");
		for (i = 0; i < frame.nparams; i++)
			if (frame.params[i] != frame.results[i])
				return invalid(v, "type mismatch: if without "
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
		TRY(pop(v, TYPE_I32));
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
		return invalid(v, "type mismatch: br_table labels take "
				  "different numbers of values");
	for (i = 0; i < count; i++) {
		uint8_t expected = types[count - 1 - i];
		uint8_t found = TYPE_UNKNOWN;

		if (v->noperands - frame->height > i)
			found = v->operands[v->noperands - 1 - i];
		else if (!frame->unreachable)
			return mismatch(v, expected, TYPE_UNKNOWN);
		if (found != expected && found != TYPE_UNKNOWN)
			return mismatch(v, expected, found);
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

	TRY(pop(v, TYPE_I32));
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

static uint8_t table_index_type(const struct validator *v, uint32_t table)
{
	return limits_index_type(&v->module->tables[table].limits);
}

static uint8_t memory_index_type(const struct validator *v, uint32_t memory)
{
	return limits_index_type(&v->module->memories[memory].limits);
}

/* A call in place of the caller, which must give what the callee does. */
static enum error check_return_call(struct validator *v,
				    const struct func_type *type)
{
	const struct control_frame *frame = &v->frames[0];

	if ((v->module->features & FEATURE_TAIL_CALL) == 0)
		return invalid(v, "tail calls need the feature tail-call");
	if (type->nresults != frame->nresults ||
	    (type->nresults > 0 &&
	     memcmp(type->types + type->nparams, frame->results,
		    type->nresults) != 0))
		return invalid(v, "type mismatch: a tail call must return what "
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
		TRY(check_index(v, in->index, v->module->nfuncs, "function"));
		type = module_func_type(v->module, in->index);
	} else {
		TRY(check_index(v, in->index2, v->module->ntables, "table"));
		if (v->module->tables[in->index2].element != TYPE_FUNCREF)
			return invalid(v, "type mismatch: call_indirect needs "
					  "a table of funcref");
		TRY(check_index(v, in->index, v->module->ntypes, "type"));
		type = &v->module->types[in->index];
		TRY(pop(v, table_index_type(v, in->index2)));
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

	TRY(pop(v, TYPE_I32));
	if (in->op == OP_SELECT_T) {
		if (in->count != 1)
			return invalid(v, "invalid result arity");
		TRY(pop(v, in->type));
		TRY(pop(v, in->type));
		return push(v, in->type);
	}
	TRY(pop_any(v, &a));
	TRY(pop_any(v, &b));
	if (value_type_is_reference(a) || value_type_is_reference(b))
		return invalid(v, "type mismatch: select of references needs "
				  "its type");
	if (a != b && a != TYPE_UNKNOWN && b != TYPE_UNKNOWN)
		return mismatch(v, b, a);
	return push(v, a == TYPE_UNKNOWN ? b : a);
}

static enum error check_local(struct validator *v,
			      const struct instruction *in)
{
	TRY(check_index(v, in->index, v->func->nlocals, "local"));
	if (in->op != OP_LOCAL_GET)
		TRY(pop(v, v->locals[in->index]));
	if (in->op != OP_LOCAL_SET)
		TRY(push(v, v->locals[in->index]));
	return ERR_NONE;
}

static enum error check_global(struct validator *v,
			       const struct instruction *in)
{
	const struct global_type *type;

	TRY(check_index(v, in->index, v->module->nglobals, "global"));
	type = &v->module->globals[in->index].type;
	if (in->op == OP_GLOBAL_GET)
		return push(v, type->value);
	if (!type->is_mutable)
		return invalid(v, "global is immutable");
	return pop(v, type->value);
}

static enum error check_table(struct validator *v,
			      const struct instruction *in)
{
	uint8_t element, index;

	TRY(check_index(v, in->index, v->module->ntables, "table"));
	element = v->module->tables[in->index].element;
	index = table_index_type(v, in->index);
	switch (in->op) {
	case OP_TABLE_GET:
		TRY(pop(v, index));
		return push(v, element);
	case OP_TABLE_SET:
		TRY(pop(v, element));
		return pop(v, index);
	case OP_TABLE_GROW:
		TRY(pop(v, index));
		TRY(pop(v, element));
		return push(v, index);
	case OP_TABLE_FILL:
		TRY(pop(v, index));
		TRY(pop(v, element));
		return pop(v, index);
	default: /* table.size */
		return push(v, index);
	}
}

/* Of two index types the one for a length that both can hold. */
static uint8_t length_type(uint8_t a, uint8_t b)
{
	return a == TYPE_I64 && b == TYPE_I64 ? TYPE_I64 : TYPE_I32;
}

static enum error check_memory(struct validator *v, uint32_t memory)
{
	return check_index(v, memory, v->module->nmemories, "memory");
}

/* Indices that instructions with a fixed signature name. */
static enum error check_indices(struct validator *v,
				const struct instruction *in)
{
	const struct module *module = v->module;

	switch (opcode_infos[in->op].immediate) {
	case IMMEDIATE_MEMARG:
		TRY(check_memory(v, in->index));
		if (in->align > opcode_infos[in->op].align)
			return invalid(v, "alignment must not be larger than "
					  "natural");
		return ERR_NONE;
	case IMMEDIATE_DATA_MEMORY:
	case IMMEDIATE_DATA:
		if (in->op == OP_MEMORY_INIT)
			TRY(check_memory(v, in->index2));
		if (!module->has_data_count)
			return report_error(
				v->report, ERR_MALFORMED,
				"offset 0x%zx: data count section required",
				(size_t)(v->where - module->bytes));
		return check_index(v, in->index, module->data_count,
				   "data segment");
	case IMMEDIATE_MEMORY:
		return check_memory(v, in->index);
	case IMMEDIATE_MEMORY_MEMORY:
		TRY(check_memory(v, in->index2));
		return check_memory(v, in->index);
	case IMMEDIATE_ELEM_TABLE:
		TRY(check_index(v, in->index2, module->ntables, "table"));
		TRY(check_index(v, in->index, module->nelems, "elem segment"));
		if (module->elems[in->index].type !=
		    module->tables[in->index2].element)
			return invalid(v, "type mismatch");
		return ERR_NONE;
	case IMMEDIATE_ELEM:
		return check_index(v, in->index, module->nelems,
				   "elem segment");
	case IMMEDIATE_TABLE_TABLE:
		TRY(check_index(v, in->index, module->ntables, "table"));
		TRY(check_index(v, in->index2, module->ntables, "table"));
		if (module->tables[in->index].element !=
		    module->tables[in->index2].element)
			return invalid(v, "type mismatch");
		return ERR_NONE;
	default:
		return ERR_NONE;
	}
}

/* memory.* and the table.* whose operands are indices of two kinds; the indices of memories
 * and tables are checked. */
static enum error check_bulk(struct validator *v, const struct instruction *in)
{
	uint8_t to, from;

	switch (in->op) {
	case OP_MEMORY_SIZE:
		return push(v, memory_index_type(v, in->index));
	case OP_MEMORY_GROW:
		to = memory_index_type(v, in->index);
		TRY(pop(v, to));
		return push(v, to);
	case OP_MEMORY_FILL:
		to = memory_index_type(v, in->index);
		TRY(pop(v, to));
		TRY(pop(v, TYPE_I32));
		return pop(v, to);
	case OP_MEMORY_INIT:
		TRY(pop(v, TYPE_I32));
		TRY(pop(v, TYPE_I32));
		return pop(v, memory_index_type(v, in->index2));
	case OP_TABLE_INIT:
		TRY(pop(v, TYPE_I32));
		TRY(pop(v, TYPE_I32));
		return pop(v, table_index_type(v, in->index2));
	case OP_MEMORY_COPY:
		to = memory_index_type(v, in->index);
		from = memory_index_type(v, in->index2);
		break;
	default: /* table.copy */
		to = table_index_type(v, in->index);
		from = table_index_type(v, in->index2);
		break;
	}
	TRY(pop(v, length_type(to, from)));
	TRY(pop(v, from));
	return pop(v, to);
}

/* Loads and stores: the address is the first operand. */
static enum error check_access(struct validator *v,
			       const struct instruction *in)
{
	const char *signature = opcode_infos[in->op].signature;
	uint8_t index = memory_index_type(v, in->index);

	if (index == TYPE_I32 && in->offset > UINT32_MAX)
		return invalid(v, "offset out of range");
	if (signature[1] == '>') {
		TRY(pop(v, index));
		return push(v, signature_type(signature[2]));
	}
	TRY(pop(v, signature_type(signature[1])));
	return pop(v, index);
}

static enum error check_signature(struct validator *v,
				  const struct instruction *in)
{
	const char *signature = opcode_infos[in->op].signature;
	const char *results = signature;
	const char *c;

	TRY(check_indices(v, in));
	switch (in->op) {
	case OP_MEMORY_SIZE:
	case OP_MEMORY_GROW:
	case OP_MEMORY_FILL:
	case OP_MEMORY_COPY:
	case OP_MEMORY_INIT:
	case OP_TABLE_COPY:
	case OP_TABLE_INIT:
		return check_bulk(v, in);
	default:
		break;
	}
	if (opcode_infos[in->op].immediate == IMMEDIATE_MEMARG)
		return check_access(v, in);
	if (*signature == '\0')
		return ERR_NONE;
	while (*results != '>')
		results++;
	for (c = results; c > signature; c--)
		TRY(pop(v, signature_type(c[-1])));
	for (c = results + 1; *c != '\0'; c++)
		TRY(push(v, signature_type(*c)));
	return ERR_NONE;
}

static enum error check_reference(struct validator *v,
				  const struct instruction *in)
{
	uint8_t type;

	switch (in->op) {
	case OP_REF_NULL:
		return push(v, in->type);
	case OP_REF_FUNC:
		TRY(check_index(v, in->index, v->module->nfuncs, "function"));
		if (!v->module->declared_funcs[in->index])
			return invalid(v, "undeclared function reference");
		return push(v, TYPE_FUNCREF);
	default: /* ref.is_null */
		TRY(pop_any(v, &type));
		if (type != TYPE_UNKNOWN && !value_type_is_reference(type))
			return mismatch(v, TYPE_FUNCREF, type);
		return push(v, TYPE_I32);
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
		return pop_any(v, &ignored);
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
		return check_table(v, in);
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
