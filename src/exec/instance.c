/* instance.c: see instance.h. */
#include "config.h"

#include "instance.h"

#include "base/alloc.h"
#include "code/instruction.h"
#include "exec/table.h"

#include <string.h>

/* ---- imports ---- */

static enum error link_error(const struct import *import, const char *what,
			     struct report *report)
{
	return report_error(report, ERR_UNLINKABLE,
			    "%s: import \"%.*s\" \"%.*s\"", what,
			    (int)import->module.length, import->module.bytes,
			    (int)import->field.length, import->field.bytes);
}

static bool global_type_match(const struct global_type *provided,
			      const struct global_type *required)
{
	return provided->value == required->value &&
	       provided->is_mutable == required->is_mutable;
}

/* The limits of a table or memory as an import sees them: its present size. */
static struct limits present_limits(uint64_t size, const struct limits *limits)
{
	return (struct limits){
		.min = size, .max = limits->max, .has_max = limits->has_max,
		.is64 = limits->is64};
}

static bool link_import(struct instance *instance, const struct import *import,
			const struct external *external)
{
	const struct module *module = instance->module;
	uint32_t index = import->index;
	struct limits limits;

	switch (import->kind) {
	case EXTERN_FUNC:
		instance->funcs[index] = external->func;
		return func_type_equal(external->func->type,
				       module_func_type(module, index));
	case EXTERN_TABLE:
		instance->tables[index] = external->table;
		limits = present_limits(external->table->size,
					&external->table->limits);
		return external->table->element ==
			       module->tables[index].element &&
		       limits_match(&limits, &module->tables[index].limits);
	case EXTERN_MEMORY:
		instance->memories[index] = external->memory;
		limits = present_limits(memory_pages(external->memory),
					&external->memory->type.limits);
		return limits_match(&limits, &module->memories[index].limits);
	case EXTERN_GLOBAL:
		instance->globals[index] = external->global;
		return global_type_match(&external->global->type,
					 &module->globals[index].type);
	}
	return false;
}

static enum error link_imports(struct instance *instance,
			       import_resolver *resolver, void *context,
			       struct report *report)
{
	const struct module *module = instance->module;
	uint32_t i;

	for (i = 0; i < module->nimports; i++) {
		const struct import *import = &module->imports[i];
		const struct func_type *type =
			import->kind == EXTERN_FUNC
				? module_func_type(module, import->index)
				: NULL;
		struct external external;

		if (!resolver(context, &import->module, &import->field,
			      import->kind, type, &external))
			return link_error(import, "unknown import", report);
		if (external.kind != import->kind ||
		    !link_import(instance, import, &external))
			return link_error(import, "incompatible import type",
					  report);
	}
	return ERR_NONE;
}

/* ---- allocation ---- */

/* Arrays of one index space: pointers to all, storage for the module's own. */
static enum error allocate(void *pointers, size_t count, void *own,
			   size_t nown, size_t size, struct report *report)
{
	void **pointer_array = pointers;
	void **own_array = own;

	*pointer_array = alloc_array(count, sizeof(void *));
	*own_array = alloc_array(nown, size);
	if (*pointer_array == NULL || *own_array == NULL)
		return report_no_memory(report,
					count * sizeof(void *) + nown * size);
	return ERR_NONE;
}

static void make_funcs(struct instance *instance)
{
	const struct module *module = instance->module;
	uint32_t i;

	for (i = module->nimported_funcs; i < module->nfuncs; i++) {
		struct func_instance *func =
			&instance->own_funcs[i - module->nimported_funcs];

		func->type = module_func_type(module, i);
		func->type_id = instance->type_ids[module->funcs[i].type];
		func->instance = instance;
		func->index = i;
		func->nparams = func->type->nparams;
		func->nzeroed = module->funcs[i].nlocals - func->nparams;
		instance->funcs[i] = func;
	}
}

static enum error make_types(struct instance *instance, struct report *report)
{
	const struct module *module = instance->module;
	uint32_t i;

	instance->type_ids =
		alloc_array(module->ntypes, sizeof(*instance->type_ids));
	if (instance->type_ids == NULL)
		return report_no_memory(report, module->ntypes);
	for (i = 0; i < module->ntypes; i++)
		if (store_intern_type(instance->store, &module->types[i],
				      &instance->type_ids[i]) != 0)
			return report_no_memory(report, module->ntypes);
	return ERR_NONE;
}

static enum error make_tables(struct instance *instance, struct report *report)
{
	const struct module *module = instance->module;
	uint32_t i;

	for (i = module->nimported_tables; i < module->ntables; i++) {
		struct table *table =
			&instance->own_tables[i - module->nimported_tables];

		if (table_init(table, &module->tables[i]) != 0)
			return report_error(
				report, ERR_LIMIT,
				"table %u: %llu elements are too many (at most "
				"%u)",
				i,
				(unsigned long long)module->tables[i].limits.min,
				TABLE_MAX_ELEMENTS);
		instance->tables[i] = table;
	}
	return ERR_NONE;
}

static enum error make_memories(struct instance *instance,
				enum instantiation how, struct report *report)
{
	const struct module *module = instance->module;
	uint32_t i;

	for (i = module->nimported_memories; i < module->nmemories; i++) {
		struct memory *memory =
			&instance->own_memories[i - module->nimported_memories];

		struct memory_type type = module->memories[i];

		/* A snapshot brings its own pages: there must not be two of them. */
		if (how == INSTANTIATE_RESTORE)
			type.limits.min = 0;
		TRY(memory_init(memory, &type, report));
		memory->type = module->memories[i];
		instance->memories[i] = memory;
	}
	return ERR_NONE;
}

/* Value of an instruction that gives one. */
static uint64_t constant(const struct instance *instance,
			 const struct instruction *in)
{
	switch (in->op) {
	case OP_GLOBAL_GET:
		return instance->globals[in->index]->value;
	case OP_REF_FUNC:
		return (uint64_t)(uintptr_t)instance->funcs[in->index];
	case OP_REF_NULL:
		return 0;
	default:
		return in->value;
	}
}

/* Value of a constant expression; validation has seen that its stack suffices. */
static uint64_t evaluate(const struct instance *instance,
			 const struct const_expr *expr)
{
	uint64_t stack[CONST_EXPR_DEPTH + 1];
	const uint8_t *p = expr->start;
	size_t n = 0;

	for (;;) {
		struct instruction in;
		uint64_t a, b;

		p = instruction_next(p, &in);
		if (in.op == OP_END)
			return stack[0];
		if (opcode_infos[in.op].signature[0] == '\0' ||
		    opcode_infos[in.op].signature[0] == '>') {
			stack[n++] = constant(instance, &in);
			continue;
		}
		b = stack[--n];
		a = stack[--n];
		if (in.op == OP_I32_ADD || in.op == OP_I64_ADD)
			a += b;
		else if (in.op == OP_I32_SUB || in.op == OP_I64_SUB)
			a -= b;
		else
			a *= b;
		stack[n++] = opcode_result_type(in.op) == TYPE_I32
				     ? (uint32_t)a
				     : a;
	}
}

static void make_globals(struct instance *instance)
{
	const struct module *module = instance->module;
	uint32_t i;

	for (i = module->nimported_globals; i < module->nglobals; i++) {
		struct global_instance *global =
			&instance->own_globals[i - module->nimported_globals];

		global->type = module->globals[i].type;
		global->value = evaluate(instance, &module->globals[i].init);
		instance->globals[i] = global;
	}
}

static enum error make_elems(struct instance *instance, struct report *report)
{
	const struct module *module = instance->module;
	uint32_t i, j;

	instance->elem_values =
		alloc_array(module->nelems, sizeof(*instance->elem_values));
	instance->dropped_elems = alloc_array(module->nelems, 1);
	instance->dropped_datas = alloc_array(module->ndatas, 1);
	if (instance->elem_values == NULL || instance->dropped_elems == NULL ||
	    instance->dropped_datas == NULL)
		return report_no_memory(report, module->nelems);
	for (i = 0; i < module->nelems; i++) {
		const struct elem_segment *elem = &module->elems[i];
		uint64_t *values = alloc_array(elem->count, sizeof(*values));

		if (values == NULL)
			return report_no_memory(report, 8ull * elem->count);
		instance->elem_values[i] = values;
		for (j = 0; j < elem->count; j++)
			values[j] =
				elem->funcs != NULL
					? (uint64_t)(uintptr_t)instance
						  ->funcs[elem->funcs[j]]
					: evaluate(instance, &elem->items[j]);
	}
	return ERR_NONE;
}

static enum error allocate_spaces(struct instance *instance,
				  struct report *report)
{
	const struct module *m = instance->module;

	TRY(allocate(&instance->funcs, m->nfuncs, &instance->own_funcs,
		     m->nfuncs - m->nimported_funcs,
		     sizeof(*instance->own_funcs), report));
	TRY(allocate(&instance->tables, m->ntables, &instance->own_tables,
		     m->ntables - m->nimported_tables,
		     sizeof(*instance->own_tables), report));
	TRY(allocate(&instance->memories, m->nmemories,
		     &instance->own_memories,
		     m->nmemories - m->nimported_memories,
		     sizeof(*instance->own_memories), report));
	return allocate(&instance->globals, m->nglobals,
			&instance->own_globals,
			m->nglobals - m->nimported_globals,
			sizeof(*instance->own_globals), report);
}

/* ---- active segments ---- */

/* An index of 64 bits as one of 32, out of bounds of every table where it does not fit. */
static uint32_t index32(uint64_t index)
{
	return index > UINT32_MAX ? UINT32_MAX : (uint32_t)index;
}

static enum trap apply_elems(struct instance *instance)
{
	const struct module *module = instance->module;
	uint32_t i;

	for (i = 0; i < module->nelems; i++) {
		const struct elem_segment *elem = &module->elems[i];

		if (elem->mode == SEGMENT_PASSIVE)
			continue;
		if (elem->mode == SEGMENT_ACTIVE &&
		    !table_write(instance->tables[elem->table],
				 index32(evaluate(instance, &elem->offset)),
				 instance->elem_values[i], elem->count, 0,
				 elem->count))
			return TRAP_TABLE_BOUNDS;
		instance->dropped_elems[i] = 1;
	}
	return TRAP_NONE;
}

static enum trap apply_datas(struct instance *instance)
{
	const struct module *module = instance->module;
	uint32_t i;

	for (i = 0; i < module->ndatas; i++) {
		const struct data_segment *data = &module->datas[i];
		struct memory *memory;
		uint64_t offset;

		if (data->mode != SEGMENT_ACTIVE)
			continue;
		memory = instance->memories[data->memory];
		offset = evaluate(instance, &data->offset);
		if (!memory_contains(memory, offset, data->length))
			return TRAP_MEMORY_BOUNDS;
		if (data->length > 0)
			memcpy(memory->data + offset, data->bytes,
			       data->length);
		instance->dropped_datas[i] = 1;
	}
	return TRAP_NONE;
}

static enum error build(struct instance *instance, enum instantiation how,
			import_resolver *resolver, void *context,
			struct report *report)
{
	TRY(allocate_spaces(instance, report));
	TRY(make_types(instance, report));
	TRY(link_imports(instance, resolver, context, report));
	make_funcs(instance);
	TRY(make_tables(instance, report));
	TRY(make_memories(instance, how, report));
	make_globals(instance);
	return make_elems(instance, report);
}

static void choose_main_memory(struct instance *instance)
{
	const struct export *export =
		module_find_export(instance->module, "memory", 6);

	if (export != NULL && export->kind == EXTERN_MEMORY)
		instance->main_memory = instance->memories[export->index];
	else if (instance->module->nmemories > 0)
		instance->main_memory = instance->memories[0];
}

enum error instance_new(struct store *store, const struct module *module,
			enum instantiation how, import_resolver *resolver,
			void *context, struct instance **result,
			enum trap *trap, struct report *report)
{
	struct instance *instance = alloc_array(1, sizeof(*instance));
	enum error err;

	if (instance == NULL)
		return report_no_memory(report, sizeof(*instance));
	instance->module = module;
	instance->store = store;
	err = build(instance, how, resolver, context, report);
	if (err != ERR_NONE) {
		instance_free(instance);
		return err;
	}
	choose_main_memory(instance);
	instance->next = store->instances;
	store->instances = instance;
	*trap = TRAP_NONE;
	if (how == INSTANTIATE_RUN) {
		*trap = apply_elems(instance);
		if (*trap == TRAP_NONE)
			*trap = apply_datas(instance);
	}
	*result = instance;
	return ERR_NONE;
}

void instance_free(struct instance *instance)
{
	const struct module *m = instance->module;
	uint32_t i;

	for (i = 0; instance->own_funcs != NULL &&
		    i < m->nfuncs - m->nimported_funcs;
	     i++)
		code_fini(&instance->own_funcs[i].code);
	for (i = 0; instance->own_tables != NULL &&
		    i < m->ntables - m->nimported_tables;
	     i++)
		table_fini(&instance->own_tables[i]);
	for (i = 0; instance->own_memories != NULL &&
		    i < m->nmemories - m->nimported_memories;
	     i++)
		memory_fini(&instance->own_memories[i]);
	for (i = 0; instance->elem_values != NULL && i < m->nelems; i++)
		alloc_free(instance->elem_values[i]);
	alloc_free(instance->funcs);
	alloc_free(instance->tables);
	alloc_free(instance->memories);
	alloc_free(instance->globals);
	alloc_free(instance->own_funcs);
	alloc_free(instance->own_tables);
	alloc_free(instance->own_memories);
	alloc_free(instance->own_globals);
	alloc_free(instance->type_ids);
	alloc_free(instance->elem_values);
	alloc_free(instance->dropped_elems);
	alloc_free(instance->dropped_datas);
	alloc_free(instance);
}

/* ---- look-ups ---- */

struct external instance_external(struct instance *instance,
				  enum extern_kind kind, uint32_t index)
{
	struct external external = {.kind = kind};

	switch (kind) {
	case EXTERN_FUNC:
		external.func = instance->funcs[index];
		break;
	case EXTERN_TABLE:
		external.table = instance->tables[index];
		break;
	case EXTERN_MEMORY:
		external.memory = instance->memories[index];
		break;
	case EXTERN_GLOBAL:
		external.global = instance->globals[index];
		break;
	}
	return external;
}

bool instance_export(struct instance *instance, const char *name,
		     size_t length, enum extern_kind kind,
		     struct external *external)
{
	const struct export *export =
		module_find_export(instance->module, name, length);

	if (export == NULL || export->kind != kind)
		return false;
	*external = instance_external(instance, kind, export->index);
	return true;
}

int func_instance_translate(struct func_instance *func, struct report *report)
{
	struct instance *instance = func->instance;
	struct profile *profile = &instance->store->profile;
	uint64_t began;

	if (func->units != NULL)
		return 0;
	began = instance->store->options.clock == NULL
			? 0
			: instance->store->options.clock();
	if (code_translate(instance->module, func->index,
			   &instance->store->options,
			   (uint32_t)profile->nentries, &func->code,
			   report) != ERR_NONE)
		return -1;
	if (func->code.nsites > 0 &&
	    profile_add(profile, func->index, func->code.sites,
			func->code.nsites, report) != ERR_NONE) {
		code_fini(&func->code);
		return -1;
	}
	func->frame_slots = func->code.frame_slots;
	func->units = func->code.units;
	instance->store->translated++;
	if (instance->store->options.clock != NULL)
		instance->store->translate_ns +=
			instance->store->options.clock() - began;
	return 0;
}
