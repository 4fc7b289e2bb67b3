/* validate.c: validation of a decoded module, bodies apart (core spec 3.1-3.5).
 *
 * Function bodies are validate_body.c's.  All of it runs before anything else
 * looks at the module, so that later passes may trust every index.
 */
#include "config.h"

#include "validate.h"

#include "base/alloc.h"

#include <string.h>

enum error validate_error(const struct module *module, struct report *report,
			  const uint8_t *where, const char *what)
{
	return report_error(report, ERR_INVALID, "offset 0x%zx: %s",
			    (size_t)(where - module->bytes), what);
}

static enum error check_limits(const struct limits *limits, uint64_t range,
			       struct report *report, const char *kind,
			       const char *range_message)
{
	if (limits->min > range || (limits->has_max && limits->max > range))
		return report_error(report, ERR_INVALID, "%s: %s", kind,
				    range_message);
	if (limits->has_max && limits->min > limits->max)
		return report_error(report, ERR_INVALID,
				    "%s: size minimum must not be greater "
				    "than maximum",
				    kind);
	return ERR_NONE;
}

static enum error check_index(uint32_t index, uint32_t count, const char *kind,
			      struct report *report)
{
	if (index < count)
		return ERR_NONE;
	return report_error(report, ERR_INVALID, "unknown %s %u", kind, index);
}

/* Marks func as declared outside of bodies, which ref.func asks for. */
static enum error declare_func(struct module *module, uint32_t func,
			       struct report *report)
{
	TRY(check_index(func, module->nfuncs, "function", report));
	module->declared_funcs[func] = 1;
	return ERR_NONE;
}

static enum error check_constant(struct module *module,
				 const struct instruction *in,
				 uint32_t nglobals, const uint8_t *where,
				 struct report *report, uint8_t *type)
{
	switch (in->op) {
	case OP_I32_CONST:
	case OP_I64_CONST:
	case OP_F32_CONST:
	case OP_F64_CONST:
		*type = signature_type(opcode_infos[in->op].signature[1]);
		return ERR_NONE;
	case OP_REF_NULL:
		*type = in->type;
		return ERR_NONE;
	case OP_REF_FUNC:
		*type = TYPE_FUNCREF;
		return declare_func(module, in->index, report);
	case OP_GLOBAL_GET:
		TRY(check_index(in->index, nglobals, "global", report));
		if (module->globals[in->index].type.is_mutable)
			break;
		*type = module->globals[in->index].type.value;
		return ERR_NONE;
	default:
		break;
	}
	return validate_error(module, report, where,
			      "constant expression required");
}

/* Integer arithmetic of extended constant expressions; false for anything else. */
static bool is_const_arithmetic(enum opcode op)
{
	switch (op) {
	case OP_I32_ADD:
	case OP_I32_SUB:
	case OP_I32_MUL:
	case OP_I64_ADD:
	case OP_I64_SUB:
	case OP_I64_MUL:
		return true;
	default:
		return false;
	}
}

/* Two operands of its type become one. */
static enum error check_const_arithmetic(struct module *module,
					 enum opcode op, const uint8_t *where,
					 uint8_t *types, uint32_t *ntypes,
					 struct report *report)
{
	uint8_t type = opcode_result_type(op);

	if ((module->features & FEATURE_EXTENDED_CONST) == 0)
		return validate_error(module, report, where,
				      "constant expression required (arithmetic "
				      "needs the feature extended-const)");
	if (*ntypes < 2 || types[*ntypes - 1] != type ||
	    types[*ntypes - 2] != type)
		return validate_error(module, report, where, "type mismatch");
	(*ntypes)--;
	return ERR_NONE;
}

/* A constant expression of exactly one value of the given type (3.4.7). */
static enum error check_const_expr(struct module *module,
				   const struct const_expr *expr, uint8_t type,
				   uint32_t nglobals, struct report *report)
{
	uint8_t types[CONST_EXPR_DEPTH];
	const uint8_t *p = expr->start;
	uint32_t ntypes = 0;

	for (;;) {
		const uint8_t *where = p;
		struct instruction in;

		p = instruction_next(p, &in);
		if (in.op == OP_END)
			break;
		if (is_const_arithmetic(in.op)) {
			TRY(check_const_arithmetic(module, in.op, where, types,
						   &ntypes, report));
			continue;
		}
		if (ntypes == CONST_EXPR_DEPTH)
			return report_error(report, ERR_LIMIT,
					    "offset 0x%zx: constant expression "
					    "of more than %d operands",
					    (size_t)(where - module->bytes),
					    CONST_EXPR_DEPTH);
		TRY(check_constant(module, &in, nglobals, where, report,
				   &types[ntypes++]));
	}
	if (ntypes != 1 || types[0] != type)
		return validate_error(module, report, expr->start,
				      "type mismatch");
	return ERR_NONE;
}

static enum error check_types(struct module *module, struct report *report)
{
	uint32_t i;

	for (i = 0; i < module->nfuncs; i++)
		TRY(check_index(module->funcs[i].type, module->ntypes, "type",
				report));
	for (i = 0; i < module->ntables; i++)
		TRY(check_limits(&module->tables[i].limits,
				 module->tables[i].limits.is64 ? UINT64_MAX
							       : UINT32_MAX,
				 report, "table", "table size"));
	for (i = 0; i < module->nmemories; i++)
		TRY(check_limits(&module->memories[i].limits,
				 module->memories[i].limits.is64
					 ? MEMORY64_MAX_PAGES
					 : MEMORY32_MAX_PAGES,
				 report, "memory",
				 module->memories[i].limits.is64
					 ? "memory size must be at most 2^48 "
					   "pages"
					 : "memory size must be at most 65536 "
					   "pages (4GiB)"));
	if (module->nmemories > 1 &&
	    (module->features & FEATURE_MULTI_MEMORY) == 0)
		return report_error(report, ERR_INVALID,
				    "multiple memories need the feature "
				    "multi-memory");
	return ERR_NONE;
}

/* How many globals a constant expression may name where the first ones up to defined are
 * there: only imported ones without extended-const. */
static uint32_t visible_globals(const struct module *module, uint32_t defined)
{
	return (module->features & FEATURE_EXTENDED_CONST) != 0
		       ? defined
		       : module->nimported_globals;
}

static enum error check_globals(struct module *module, struct report *report)
{
	uint32_t i;

	for (i = module->nimported_globals; i < module->nglobals; i++)
		TRY(check_const_expr(module, &module->globals[i].init,
				     module->globals[i].type.value,
				     visible_globals(module, i), report));
	return ERR_NONE;
}

static uint32_t space_size(const struct module *module, enum extern_kind kind)
{
	switch (kind) {
	case EXTERN_FUNC:
		return module->nfuncs;
	case EXTERN_TABLE:
		return module->ntables;
	case EXTERN_MEMORY:
		return module->nmemories;
	case EXTERN_GLOBAL:
		return module->nglobals;
	}
	return 0;
}

static int compare_names(const struct name *a, const struct name *b)
{
	uint32_t length = a->length < b->length ? a->length : b->length;
	int order = memcmp(a->bytes, b->bytes, length);

	if (order != 0)
		return order;
	return (a->length > b->length) - (a->length < b->length);
}

/* Merge sort of export indices by name: duplicates become neighbours, in time
 * that a hostile module cannot make quadratic. */
static void sort_exports(const struct module *module, uint32_t *items,
			 uint32_t *spare, uint32_t count)
{
	uint32_t half = count / 2, i = 0, j = half, k = 0;

	if (count < 2)
		return;
	sort_exports(module, items, spare, half);
	sort_exports(module, items + half, spare, count - half);
	while (i < half && j < count)
		spare[k++] = compare_names(&module->exports[items[i]].name,
					   &module->exports[items[j]].name) <= 0
				     ? items[i++]
				     : items[j++];
	while (i < half)
		spare[k++] = items[i++];
	memcpy(items, spare, k * sizeof(*items));
}

static enum error check_export_names(struct module *module,
				     struct report *report)
{
	uint32_t *order = alloc_array(2 * (size_t)module->nexports,
				      sizeof(*order));
	enum error err = ERR_NONE;
	uint32_t i;

	if (order == NULL)
		return report_no_memory(report, 8ull * module->nexports);
	for (i = 0; i < module->nexports; i++)
		order[i] = i;
	sort_exports(module, order, order + module->nexports,
		     module->nexports);
	for (i = 1; i < module->nexports && err == ERR_NONE; i++) {
		const struct name *name = &module->exports[order[i]].name;

		if (compare_names(&module->exports[order[i - 1]].name, name) ==
		    0)
			err = report_error(report, ERR_INVALID,
					   "duplicate export name \"%.*s\"",
					   (int)name->length, name->bytes);
	}
	alloc_free(order);
	return err;
}

static enum error check_exports(struct module *module, struct report *report)
{
	static const char *const kinds[] = {"function", "table", "memory",
					    "global"};
	uint32_t i;

	for (i = 0; i < module->nexports; i++) {
		const struct export *export = &module->exports[i];

		TRY(check_index(export->index, space_size(module, export->kind),
				kinds[export->kind], report));
		if (export->kind == EXTERN_FUNC)
			module->declared_funcs[export->index] = 1;
	}
	return check_export_names(module, report);
}

static enum error check_start(struct module *module, struct report *report)
{
	const struct func_type *type;

	if (!module->has_start)
		return ERR_NONE;
	TRY(check_index(module->start, module->nfuncs, "function", report));
	type = module_func_type(module, module->start);
	if (type->nparams != 0 || type->nresults != 0)
		return report_error(report, ERR_INVALID,
				    "start function: type must be [] -> []");
	return ERR_NONE;
}

static enum error check_elems(struct module *module, struct report *report)
{
	uint32_t i, j;

	for (i = 0; i < module->nelems; i++) {
		struct elem_segment *elem = &module->elems[i];

		if (elem->mode == SEGMENT_ACTIVE) {
			TRY(check_index(elem->table, module->ntables, "table",
					report));
			if (module->tables[elem->table].element != elem->type)
				return report_error(
					report, ERR_INVALID,
					"element segment %u: type mismatch", i);
			TRY(check_const_expr(module, &elem->offset,
					     limits_index_type(
						     &module->tables[elem->table]
							      .limits),
					     visible_globals(module,
							     module->nglobals),
					     report));
		}
		for (j = 0; j < elem->count; j++) {
			if (elem->funcs != NULL)
				TRY(declare_func(module, elem->funcs[j],
						 report));
			else
				TRY(check_const_expr(
					module, &elem->items[j], elem->type,
					visible_globals(module,
							module->nglobals),
					report));
		}
	}
	return ERR_NONE;
}

static enum error check_datas(struct module *module, struct report *report)
{
	uint32_t i;

	for (i = 0; i < module->ndatas; i++) {
		struct data_segment *data = &module->datas[i];

		if (data->mode != SEGMENT_ACTIVE)
			continue;
		TRY(check_index(data->memory, module->nmemories, "memory",
				report));
		TRY(check_const_expr(module, &data->offset,
				     limits_index_type(
					     &module->memories[data->memory]
						      .limits),
				     visible_globals(module, module->nglobals),
				     report));
	}
	return ERR_NONE;
}

enum error module_validate(struct module *module, struct report *report)
{
	module->declared_funcs = alloc_array(module->nfuncs, 1);
	if (module->declared_funcs == NULL)
		return report_no_memory(report, module->nfuncs);
	TRY(check_types(module, report));
	TRY(check_globals(module, report));
	TRY(check_exports(module, report));
	TRY(check_start(module, report));
	TRY(check_elems(module, report));
	TRY(check_datas(module, report));
	return validate_bodies(module, report);
}
