/* translate.c: one pass over a validated body, to register IR.
 *
 * Control instructions are translate_control.c's, what computes, loads and stores
 * translate_numeric.c's, the operand stack emit.c's.  This file does the rest: local.get and
 * local.set disappear into operands and destinations.
 */
#include "config.h"

#include "translator.h"

#include "base/alloc.h"
#include "code/trace_event.h"

#include <string.h>

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
	return operand_push(t,
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
	return operand_push(t, a.type);
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

static const struct limits *memory_limits(const struct translator *t,
					  uint32_t memory)
{
	return &t->module->memories[memory].limits;
}

static const struct limits *table_limits(const struct translator *t,
					 uint32_t table)
{
	return &t->module->tables[table].limits;
}

/* Makes indices of 64 bits that lie in these slots ones of 32: limits are those of what
 * each is an index of, NULL: it is none. */
static enum error narrow_slots(struct translator *t, uint32_t base,
			       const struct limits *first,
			       const struct limits *second,
			       const struct limits *third)
{
	const struct limits *const limits[] = {first, second, third};
	uint32_t i;

	for (i = 0; i < 3; i++)
		if (limits[i] != NULL && limits[i]->is64)
			TRY(emit(t, IR_INDEX64, base + i, base + i));
	return ERR_NONE;
}

/* Of two, the one whose indices the length of a copy has. */
static const struct limits *shorter(const struct limits *a,
				    const struct limits *b)
{
	return a->is64 ? b : a;
}

static enum error translate_bulk(struct translator *t,
				 const struct instruction *in)
{
	const struct limits *to, *from;
	uint32_t base;

	TRY(flush_operands(t, 3, &base));
	switch (in->op) {
	case OP_MEMORY_FILL:
		to = memory_limits(t, in->index);
		TRY(narrow_slots(t, base, to, NULL, to));
		return emit(t, IR_MEMORY_FILL, in->index, base);
	case OP_MEMORY_COPY:
		to = memory_limits(t, in->index);
		from = memory_limits(t, in->index2);
		TRY(narrow_slots(t, base, to, from, shorter(to, from)));
		return emit(t, IR_MEMORY_COPY, in->index, in->index2, base);
	case OP_MEMORY_INIT:
		to = memory_limits(t, in->index2);
		TRY(narrow_slots(t, base, to, NULL, NULL));
		return emit(t, IR_MEMORY_INIT, in->index, in->index2, base);
	case OP_TABLE_INIT:
		to = table_limits(t, in->index2);
		TRY(narrow_slots(t, base, to, NULL, NULL));
		return emit(t, IR_TABLE_INIT, in->index, in->index2, base);
	case OP_TABLE_COPY:
		to = table_limits(t, in->index);
		from = table_limits(t, in->index2);
		TRY(narrow_slots(t, base, to, from, shorter(to, from)));
		return emit(t, IR_TABLE_COPY, in->index, in->index2, base);
	default:
		to = table_limits(t, in->index);
		TRY(narrow_slots(t, base, to, NULL, to));
		return emit(t, IR_TABLE_FILL, in->index, base);
	}
}

static enum error translate_table(struct translator *t,
				  const struct instruction *in)
{
	const struct limits *limits = table_limits(t, in->index);
	struct operand operand;
	uint32_t slot, value, base;

	switch (in->op) {
	case OP_TABLE_GET:
		TRY(translate_index(t, limits));
		TRY(operand_pop_source(t, &slot));
		TRY(emit(t, IR_TABLE_GET, operand_slot(t, t->noperands), slot,
			 in->index));
		return operand_push(t, t->module->tables[in->index].element);
	case OP_TABLE_SET:
		operand = operand_pop(t);
		TRY(translate_index(t, limits));
		TRY(operand_push_again(t, operand));
		TRY(operand_pop_source(t, &value));
		TRY(operand_pop_source(t, &slot));
		return emit(t, IR_TABLE_SET, slot, value, in->index);
	case OP_TABLE_SIZE:
		TRY(emit(t, IR_TABLE_SIZE, operand_slot(t, t->noperands),
			 in->index));
		return operand_push(t, limits_index_type(limits));
	default: /* table.grow */
		TRY(translate_index(t, limits));
		TRY(flush_operands(t, 2, &base));
		TRY(emit(t, IR_TABLE_GROW, in->index, base));
		return operand_push(t, limits_index_type(limits));
	}
}

static enum error translate_other(struct translator *t,
				  const struct instruction *in)
{
	uint32_t slot;

	switch (in->op) {
	case OP_MEMORY_SIZE:
		TRY(emit(t, IR_MEMORY_SIZE, operand_slot(t, t->noperands),
			 in->index));
		return operand_push(
			t, limits_index_type(memory_limits(t, in->index)));
	case OP_MEMORY_GROW:
		TRY(translate_index(t, memory_limits(t, in->index)));
		TRY(operand_pop_source(t, &slot));
		TRY(emit(t, IR_MEMORY_GROW, operand_slot(t, t->noperands), slot,
			 in->index));
		return operand_push(
			t, limits_index_type(memory_limits(t, in->index)));
	case OP_DATA_DROP:
		return emit(t, IR_DATA_DROP, in->index);
	case OP_ELEM_DROP:
		return emit(t, IR_ELEM_DROP, in->index);
	case OP_REF_NULL:
		return operand_push_const(t, in->type, 0);
	case OP_REF_FUNC:
		TRY(emit(t, IR_REF_FUNC, operand_slot(t, t->noperands),
			 in->index));
		return operand_push(t, TYPE_FUNCREF);
	default: /* ref.is_null: a null reference is 0 */
		TRY(operand_pop_source(t, &slot));
		TRY(emit(t, IR_I64_EQ_IMM, operand_slot(t, t->noperands), slot,
			 0));
		return operand_push(t, TYPE_I32);
	}
}

static enum error translate_instruction(struct translator *t,
					const struct instruction *in)
{
	if (translate_is_numeric(in->op))
		return translate_numeric(t, in);
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
		return operand_push_const(t, opcode_result_type(in->op), in->value);
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
	case OP_RETURN_CALL:
	case OP_RETURN_CALL_INDIRECT:
		return translate_control(t, in);
	default:
		return translate_other(t, in);
	}
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
