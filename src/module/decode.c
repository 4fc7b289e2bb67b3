/* decode.c: binary format of modules (core specification 5.5) to struct module.
 *
 * Checks the binary format only; what the parts mean is validate.c's business.
 * Function bodies are located and their locals read, their instructions are
 * left to validation.
 */
#include "config.h"

#include "module.h"

#include "base/alloc.h"
#include "code/instruction.h"

#include <string.h>

/* Most locals of a function, parameters included.  Frame slots are numbered in
 * 16 bits (code/ir.h); engines for the web stop at 50000 as well. */
#define MAX_LOCALS 50000

enum section_id {
	SECTION_CUSTOM,
	SECTION_TYPE,
	SECTION_IMPORT,
	SECTION_FUNCTION,
	SECTION_TABLE,
	SECTION_MEMORY,
	SECTION_GLOBAL,
	SECTION_EXPORT,
	SECTION_START,
	SECTION_ELEMENT,
	SECTION_CODE,
	SECTION_DATA,
	SECTION_DATA_COUNT,
	SECTION_LIMIT
};

/* Position of each section in a module (5.5.16); custom ones may stand anywhere. */
static const uint8_t section_order[SECTION_LIMIT] = {
	[SECTION_TYPE] = 1,	  [SECTION_IMPORT] = 2,	 [SECTION_FUNCTION] = 3,
	[SECTION_TABLE] = 4,	  [SECTION_MEMORY] = 5,	 [SECTION_GLOBAL] = 6,
	[SECTION_EXPORT] = 7,	  [SECTION_START] = 8,	 [SECTION_ELEMENT] = 9,
	[SECTION_DATA_COUNT] = 10, [SECTION_CODE] = 11,	 [SECTION_DATA] = 12,
};

/* Sizes *items for more entries behind the nold that are there (imports come
 * first in an index space).  New entries are zero. */
static enum error extend(struct reader *reader, void *items, uint32_t nold,
			 uint32_t more, size_t size)
{
	void **slot = items;
	uint64_t total = (uint64_t)nold + more;
	void *grown;

	if (total > UINT32_MAX)
		return reader_malformed(reader, "too many definitions");
	grown = alloc_array((size_t)total, size);
	if (grown == NULL)
		return report_no_memory(reader->report, total * size);
	if (nold > 0)
		memcpy(grown, *slot, nold * size);
	alloc_free(*slot);
	*slot = grown;
	return ERR_NONE;
}

/* Makes room for one more entry; doubles, so that many imports stay linear. */
static enum error extend_by_one(struct reader *reader, void *items,
				uint32_t nold, size_t size)
{
	if ((nold & (nold - 1)) != 0)
		return ERR_NONE;
	return extend(reader, items, nold, nold == 0 ? 1 : nold, size);
}

#define LIMITS_HAS_MAX 1
#define LIMITS_SHARED 2
#define LIMITS_64 4

/* With memory64 all limits may be that long; whether they may be so large is for validation. */
static enum error read_limit(struct reader *reader, uint64_t *value)
{
	uint32_t narrow;

	if ((reader->features & FEATURE_MEMORY64) != 0)
		return read_u64(reader, value);
	TRY(read_u32(reader, &narrow));
	*value = narrow;
	return ERR_NONE;
}

static enum error read_limits(struct reader *reader, struct limits *limits)
{
	const uint8_t *start = reader->p;
	bool may_be64 = (reader->features & FEATURE_MEMORY64) != 0;
	uint8_t flags;

	TRY(read_byte(reader, &flags));
	if ((flags & ~(LIMITS_HAS_MAX | (may_be64 ? LIMITS_64 : 0))) != 0) {
		reader->p = start;
		return reader_malformed(
			reader,
			flags > 7 ? "malformed limits flags"
			: (flags & LIMITS_SHARED) != 0
				? "malformed limits flags (shared memories "
				  "belong to threads, which are not supported)"
				: "malformed limits flags (64 bits need the "
				  "feature memory64)");
	}
	limits->is64 = (flags & LIMITS_64) != 0;
	limits->has_max = (flags & LIMITS_HAS_MAX) != 0;
	limits->max = 0;
	TRY(read_limit(reader, &limits->min));
	return limits->has_max ? read_limit(reader, &limits->max) : ERR_NONE;
}

static enum error read_table_type(struct reader *reader,
				  struct table_type *type)
{
	TRY(read_reference_type(reader, &type->element));
	return read_limits(reader, &type->limits);
}

static enum error read_global_type(struct reader *reader,
				   struct global_type *type)
{
	const uint8_t *start;
	uint8_t mutability;

	TRY(read_value_type(reader, &type->value));
	start = reader->p;
	TRY(read_byte(reader, &mutability));
	if (mutability > 1) {
		reader->p = start;
		return reader_malformed(reader, "malformed mutability");
	}
	type->is_mutable = mutability == 1;
	return ERR_NONE;
}

static enum error read_const_expr(struct reader *reader,
				  struct const_expr *expr)
{
	struct instruction in;

	expr->start = reader->p;
	do {
		TRY(instruction_read(reader, &in));
		/* Nested blocks cannot be constant: leave them to validation,
		 * which stops at the first instruction that is not. */
	} while (in.op != OP_END);
	expr->end = reader->p;
	return ERR_NONE;
}

static enum error decode_types(struct reader *reader, struct module *module)
{
	uint32_t count, i;

	TRY(read_count(reader, &count));
	TRY(extend(reader, &module->types, 0, count, sizeof(*module->types)));
	for (i = 0; i < count; i++) {
		struct func_type *type = &module->types[i];
		const uint8_t *start = reader->p;
		struct reader results;
		uint32_t nparams, nresults, j;
		uint8_t form, ignored;
		uint8_t *types;

		TRY(read_byte(reader, &form));
		if (form != 0x60) {
			reader->p = start;
			return reader_malformed(
				reader, "integer representation too long: "
					"malformed function type");
		}
		TRY(read_count(reader, &nparams));
		start = reader->p;
		for (j = 0; j < nparams; j++)
			TRY(read_value_type(reader, &ignored));
		results = *reader;
		TRY(read_count(reader, &nresults));
		results.p = reader->p;
		for (j = 0; j < nresults; j++)
			TRY(read_value_type(reader, &ignored));
		types = alloc_array((size_t)nparams + nresults, 1);
		if (types == NULL)
			return report_no_memory(reader->report,
						(size_t)nparams + nresults);
		copy_bytes(types, start, nparams);
		copy_bytes(types + nparams, results.p, nresults);
		type->types = types;
		type->nparams = nparams;
		type->nresults = nresults;
		module->ntypes = i + 1;
	}
	return ERR_NONE;
}

static enum error decode_import(struct reader *reader, struct module *module,
				struct import *import)
{
	const uint8_t *start;
	uint8_t kind;

	TRY(read_name(reader, &import->module));
	TRY(read_name(reader, &import->field));
	start = reader->p;
	TRY(read_byte(reader, &kind));
	import->kind = (enum extern_kind)kind;
	switch (kind) {
	case EXTERN_FUNC:
		TRY(extend_by_one(reader, &module->funcs, module->nfuncs,
				  sizeof(*module->funcs)));
		TRY(read_u32(reader, &module->funcs[module->nfuncs].type));
		module->nimported_funcs++;
		import->index = module->nfuncs++;
		return ERR_NONE;
	case EXTERN_TABLE:
		TRY(extend_by_one(reader, &module->tables, module->ntables,
				  sizeof(*module->tables)));
		TRY(read_table_type(reader, &module->tables[module->ntables]));
		module->nimported_tables++;
		import->index = module->ntables++;
		return ERR_NONE;
	case EXTERN_MEMORY:
		TRY(extend_by_one(reader, &module->memories, module->nmemories,
				  sizeof(*module->memories)));
		TRY(read_limits(reader,
				&module->memories[module->nmemories].limits));
		module->nimported_memories++;
		import->index = module->nmemories++;
		return ERR_NONE;
	case EXTERN_GLOBAL:
		TRY(extend_by_one(reader, &module->globals, module->nglobals,
				  sizeof(*module->globals)));
		TRY(read_global_type(reader,
				     &module->globals[module->nglobals].type));
		module->nimported_globals++;
		import->index = module->nglobals++;
		return ERR_NONE;
	default:
		reader->p = start;
		return reader_malformed(reader, "malformed import kind");
	}
}

static enum error decode_imports(struct reader *reader, struct module *module)
{
	uint32_t count, i;

	TRY(read_count(reader, &count));
	TRY(extend(reader, &module->imports, 0, count,
		   sizeof(*module->imports)));
	for (i = 0; i < count; i++) {
		TRY(decode_import(reader, module, &module->imports[i]));
		module->nimports = i + 1;
	}
	return ERR_NONE;
}

static enum error decode_functions(struct reader *reader,
				   struct module *module)
{
	uint32_t count, i;

	TRY(read_count(reader, &count));
	TRY(extend(reader, &module->funcs, module->nfuncs, count,
		   sizeof(*module->funcs)));
	for (i = 0; i < count; i++) {
		TRY(read_u32(reader, &module->funcs[module->nfuncs].type));
		module->nfuncs++;
	}
	return ERR_NONE;
}

static enum error decode_tables(struct reader *reader, struct module *module)
{
	uint32_t count, i;

	TRY(read_count(reader, &count));
	TRY(extend(reader, &module->tables, module->ntables, count,
		   sizeof(*module->tables)));
	for (i = 0; i < count; i++) {
		TRY(read_table_type(reader, &module->tables[module->ntables]));
		module->ntables++;
	}
	return ERR_NONE;
}

static enum error decode_memories(struct reader *reader, struct module *module)
{
	uint32_t count, i;

	TRY(read_count(reader, &count));
	TRY(extend(reader, &module->memories, module->nmemories, count,
		   sizeof(*module->memories)));
	for (i = 0; i < count; i++) {
		TRY(read_limits(reader,
				&module->memories[module->nmemories].limits));
		module->nmemories++;
	}
	return ERR_NONE;
}

static enum error decode_globals(struct reader *reader, struct module *module)
{
	uint32_t count, i;

	TRY(read_count(reader, &count));
	TRY(extend(reader, &module->globals, module->nglobals, count,
		   sizeof(*module->globals)));
	for (i = 0; i < count; i++) {
		struct global *global = &module->globals[module->nglobals];

		TRY(read_global_type(reader, &global->type));
		TRY(read_const_expr(reader, &global->init));
		module->nglobals++;
	}
	return ERR_NONE;
}

static enum error decode_exports(struct reader *reader, struct module *module)
{
	uint32_t count, i;

	TRY(read_count(reader, &count));
	TRY(extend(reader, &module->exports, 0, count,
		   sizeof(*module->exports)));
	for (i = 0; i < count; i++) {
		struct export *export = &module->exports[i];
		const uint8_t *start;
		uint8_t kind;

		TRY(read_name(reader, &export->name));
		start = reader->p;
		TRY(read_byte(reader, &kind));
		if (kind > EXTERN_GLOBAL) {
			reader->p = start;
			return reader_malformed(reader,
						"malformed export kind");
		}
		export->kind = (enum extern_kind)kind;
		TRY(read_u32(reader, &export->index));
		module->nexports = i + 1;
	}
	return ERR_NONE;
}

static enum error decode_start(struct reader *reader, struct module *module)
{
	TRY(read_u32(reader, &module->start));
	module->has_start = true;
	return ERR_NONE;
}

static enum error read_elem_items(struct reader *reader,
				  struct elem_segment *elem, bool expressions)
{
	uint32_t i, count;

	TRY(read_count(reader, &count));
	if (expressions)
		elem->items = alloc_array(count, sizeof(*elem->items));
	else
		elem->funcs = alloc_array(count, sizeof(*elem->funcs));
	if (elem->items == NULL && elem->funcs == NULL)
		return report_no_memory(reader->report,
					count * sizeof(*elem->items));
	for (i = 0; i < count; i++) {
		if (expressions)
			TRY(read_const_expr(reader, &elem->items[i]));
		else
			TRY(read_u32(reader, &elem->funcs[i]));
	}
	elem->count = count;
	return ERR_NONE;
}

/* The eight forms of 5.5.12: bit 0 passive or declarative, bit 1 explicit index
 * (or declarative), bit 2 expressions instead of function indices. */
static enum error decode_elem(struct reader *reader, struct elem_segment *elem)
{
	const uint8_t *start = reader->p;
	uint32_t flags;
	uint8_t kind;

	TRY(read_u32(reader, &flags));
	if (flags > 7) {
		reader->p = start;
		return reader_malformed(reader,
					"malformed elements segment kind");
	}
	elem->type = TYPE_FUNCREF;
	if ((flags & 1) == 0) {
		elem->mode = SEGMENT_ACTIVE;
		if (flags & 2)
			TRY(read_u32(reader, &elem->table));
		TRY(read_const_expr(reader, &elem->offset));
	} else {
		elem->mode = flags & 2 ? SEGMENT_DECLARATIVE : SEGMENT_PASSIVE;
	}
	if ((flags & 3) != 0) {
		if (flags & 4) {
			TRY(read_reference_type(reader, &elem->type));
		} else {
			start = reader->p;
			TRY(read_byte(reader, &kind));
			if (kind != 0) {
				reader->p = start;
				return reader_malformed(
					reader, "malformed element kind");
			}
		}
	}
	return read_elem_items(reader, elem, (flags & 4) != 0);
}

static enum error decode_elems(struct reader *reader, struct module *module)
{
	uint32_t count, i;

	TRY(read_count(reader, &count));
	TRY(extend(reader, &module->elems, 0, count, sizeof(*module->elems)));
	for (i = 0; i < count; i++) {
		module->nelems = i + 1;
		TRY(decode_elem(reader, &module->elems[i]));
	}
	return ERR_NONE;
}

static enum error decode_data_count(struct reader *reader,
				    struct module *module)
{
	TRY(read_u32(reader, &module->data_count));
	module->has_data_count = true;
	return ERR_NONE;
}

static enum error decode_datas(struct reader *reader, struct module *module)
{
	uint32_t count, i;

	TRY(read_count(reader, &count));
	TRY(extend(reader, &module->datas, 0, count, sizeof(*module->datas)));
	for (i = 0; i < count; i++) {
		struct data_segment *data = &module->datas[i];
		const uint8_t *start = reader->p;
		uint32_t flags;

		TRY(read_u32(reader, &flags));
		if (flags > 2) {
			reader->p = start;
			return reader_malformed(reader,
						"malformed data segment kind");
		}
		data->mode = flags == 1 ? SEGMENT_PASSIVE : SEGMENT_ACTIVE;
		if (flags == 2)
			TRY(read_u32(reader, &data->memory));
		if (flags != 1)
			TRY(read_const_expr(reader, &data->offset));
		TRY(read_bytes(reader, &data->bytes, &data->length));
		module->ndatas = i + 1;
	}
	return ERR_NONE;
}

static enum error decode_locals(struct reader *reader, struct module *module,
				struct func *func)
{
	uint64_t nlocals = module->types[func->type].nparams;
	uint32_t count, i;

	TRY(read_count(reader, &count));
	func->runs = alloc_array(count, sizeof(*func->runs));
	if (func->runs == NULL)
		return report_no_memory(reader->report,
					count * sizeof(*func->runs));
	for (i = 0; i < count; i++) {
		const uint8_t *start = reader->p;
		struct local_run *run = &func->runs[i];

		TRY(read_u32(reader, &run->count));
		nlocals += run->count;
		if (nlocals > UINT32_MAX) {
			reader->p = start;
			return reader_malformed(reader, "too many locals");
		}
		TRY(read_value_type(reader, &run->type));
		func->nruns = i + 1;
	}
	if (nlocals > MAX_LOCALS)
		return report_error(reader->report, ERR_LIMIT,
				    "offset 0x%zx: too many locals: %llu "
				    "(at most %d)",
				    reader_offset(reader),
				    (unsigned long long)nlocals, MAX_LOCALS);
	func->nlocals = (uint32_t)nlocals;
	return ERR_NONE;
}

static enum error decode_code(struct reader *reader, struct module *module)
{
	uint32_t count, i;

	TRY(read_count(reader, &count));
	if (count != module->nfuncs - module->nimported_funcs)
		return reader_malformed(reader, "function and code section "
						"have inconsistent lengths");
	for (i = 0; i < count; i++) {
		struct func *func = &module->funcs[module->nimported_funcs + i];
		struct reader body = *reader;
		const uint8_t *bytes;
		uint32_t length;

		if (func->type >= module->ntypes)
			return report_error(reader->report, ERR_INVALID,
					    "function %u: unknown type %u",
					    module->nimported_funcs + i,
					    func->type);
		TRY(read_bytes(reader, &bytes, &length));
		body.p = bytes;
		body.end = bytes + length;
		TRY(decode_locals(&body, module, func));
		func->body = body.p;
		func->end = body.end;
	}
	return ERR_NONE;
}

static enum error decode_custom(struct reader *reader, struct module *module)
{
	struct custom_section *custom;

	if (alloc_grow(&module->customs, &module->customs_capacity,
		       (size_t)module->ncustoms + 1, sizeof(*custom)) != 0)
		return report_no_memory(reader->report, sizeof(*custom));
	custom = &module->customs[module->ncustoms];
	TRY(read_name(reader, &custom->name));
	custom->bytes = reader->p;
	custom->length = (uint32_t)(reader->end - reader->p);
	reader->p = reader->end;
	module->ncustoms++;
	return ERR_NONE;
}

typedef enum error section_decoder(struct reader *reader,
				   struct module *module);

static section_decoder *const section_decoders[SECTION_LIMIT] = {
	[SECTION_CUSTOM] = decode_custom,
	[SECTION_TYPE] = decode_types,
	[SECTION_IMPORT] = decode_imports,
	[SECTION_FUNCTION] = decode_functions,
	[SECTION_TABLE] = decode_tables,
	[SECTION_MEMORY] = decode_memories,
	[SECTION_GLOBAL] = decode_globals,
	[SECTION_EXPORT] = decode_exports,
	[SECTION_START] = decode_start,
	[SECTION_ELEMENT] = decode_elems,
	[SECTION_CODE] = decode_code,
	[SECTION_DATA] = decode_datas,
	[SECTION_DATA_COUNT] = decode_data_count,
};

static enum error decode_section(struct reader *reader, struct module *module,
				 uint8_t *last)
{
	const uint8_t *start = reader->p;
	struct reader section = *reader;
	const uint8_t *bytes;
	uint32_t length;
	uint8_t id;

	TRY(read_byte(reader, &id));
	if (id >= SECTION_LIMIT) {
		reader->p = start;
		return reader_malformed(reader, "malformed section id");
	}
	if (id != SECTION_CUSTOM) {
		if (section_order[id] <= *last) {
			reader->p = start;
			return reader_malformed(
				reader, "unexpected content after last section "
					"(section twice or out of order)");
		}
		*last = section_order[id];
	}
	section.p = reader->p;
	if (read_bytes(&section, &bytes, &length) != ERR_NONE) {
		/* "length out of bounds" is the specification's wording. */
		return ERR_MALFORMED;
	}
	reader->p = section.p;
	section.p = bytes;
	section.end = bytes + length;
	TRY(section_decoders[id](&section, module));
	if (section.p != section.end)
		return reader_malformed(&section, "section size mismatch");
	return ERR_NONE;
}

static enum error check_consistency(struct reader *reader,
				    struct module *module)
{
	uint32_t i;

	for (i = module->nimported_funcs; i < module->nfuncs; i++)
		if (module->funcs[i].body == NULL)
			return reader_malformed(reader,
						"function and code section "
						"have inconsistent lengths");
	if (module->has_data_count && module->data_count != module->ndatas)
		return reader_malformed(reader, "data count and data section "
						"have inconsistent lengths");
	return ERR_NONE;
}

enum error module_decode(struct module *module, struct report *report)
{
	static const uint8_t magic[4] = {0x00, 0x61, 0x73, 0x6d};
	static const uint8_t version[4] = {0x01, 0x00, 0x00, 0x00};
	struct reader reader = {.features = module->features,
				.base = module->bytes,
				.p = module->bytes,
				.end = module->bytes + module->size,
				.report = report};
	uint8_t last = 0;

	if (module->size < 4)
		return reader_malformed(&reader, "unexpected end");
	if (memcmp(reader.p, magic, 4) != 0)
		return reader_malformed(&reader,
					"magic header not detected");
	reader.p += 4;
	if (module->size < 8)
		return reader_malformed(&reader, "unexpected end");
	if (memcmp(reader.p, version, 4) != 0)
		return reader_malformed(&reader, "unknown binary version");
	reader.p += 4;
	while (reader.p < reader.end)
		TRY(decode_section(&reader, module, &last));
	return check_consistency(&reader, module);
}

static enum error decode_body(const struct module *module,
			      const struct func *func, struct report *report)
{
	struct reader body = {.features = module->features,
			      .base = module->bytes,
			      .p = func->body,
			      .end = func->end,
			      .report = report};
	uint32_t depth = 1; /* blocks that are open, the body's own included */

	while (depth > 0) {
		struct instruction in;

		TRY(instruction_read(&body, &in));
		if (in.op == OP_BLOCK || in.op == OP_LOOP || in.op == OP_IF)
			depth++;
		else if (in.op == OP_END)
			depth--;
	}
	return ERR_NONE;
}

enum error module_decode_bodies(const struct module *module,
				struct report *report)
{
	uint32_t i;

	for (i = module->nimported_funcs; i < module->nfuncs; i++)
		TRY(decode_body(module, &module->funcs[i], report));
	return ERR_NONE;
}
