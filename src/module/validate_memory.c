/* validate_memory.c: validation of what has to do with memories and tables. */
#include "config.h"

#include "validator.h"

enum error validate_table(struct validator *v,
			      const struct instruction *in)
{
	uint8_t element, index;

	TRY(validator_index(v, in->index, v->module->ntables, "table"));
	element = v->module->tables[in->index].element;
	index = validator_table_index(v, in->index);
	switch (in->op) {
	case OP_TABLE_GET:
		TRY(validator_pop(v, index));
		return validator_push(v, element);
	case OP_TABLE_SET:
		TRY(validator_pop(v, element));
		return validator_pop(v, index);
	case OP_TABLE_GROW:
		TRY(validator_pop(v, index));
		TRY(validator_pop(v, element));
		return validator_push(v, index);
	case OP_TABLE_FILL:
		TRY(validator_pop(v, index));
		TRY(validator_pop(v, element));
		return validator_pop(v, index);
	default: /* table.size */
		return validator_push(v, index);
	}
}

/* Of two index types the one for a length that both can hold. */
static uint8_t length_type(uint8_t a, uint8_t b)
{
	return a == TYPE_I64 && b == TYPE_I64 ? TYPE_I64 : TYPE_I32;
}

static enum error check_memory(struct validator *v, uint32_t memory)
{
	return validator_index(v, memory, v->module->nmemories, "memory");
}

enum error validate_indices(struct validator *v,
				const struct instruction *in)
{
	const struct module *module = v->module;

	switch (opcode_infos[in->op].immediate) {
	case IMMEDIATE_MEMARG:
		TRY(check_memory(v, in->index));
		if (in->align > opcode_infos[in->op].align)
			return validator_invalid(v, "alignment must not be larger than "
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
		return validator_index(v, in->index, module->data_count,
				   "data segment");
	case IMMEDIATE_MEMORY:
		return check_memory(v, in->index);
	case IMMEDIATE_MEMORY_MEMORY:
		TRY(check_memory(v, in->index2));
		return check_memory(v, in->index);
	case IMMEDIATE_ELEM_TABLE:
		TRY(validator_index(v, in->index2, module->ntables, "table"));
		TRY(validator_index(v, in->index, module->nelems, "elem segment"));
		if (module->elems[in->index].type !=
		    module->tables[in->index2].element)
			return validator_invalid(v, "type mismatch");
		return ERR_NONE;
	case IMMEDIATE_ELEM:
		return validator_index(v, in->index, module->nelems,
				   "elem segment");
	case IMMEDIATE_TABLE_TABLE:
		TRY(validator_index(v, in->index, module->ntables, "table"));
		TRY(validator_index(v, in->index2, module->ntables, "table"));
		if (module->tables[in->index].element !=
		    module->tables[in->index2].element)
			return validator_invalid(v, "type mismatch");
		return ERR_NONE;
	default:
		return ERR_NONE;
	}
}

enum error validate_bulk(struct validator *v, const struct instruction *in)
{
	uint8_t to, from;

	switch (in->op) {
	case OP_MEMORY_SIZE:
		return validator_push(v, validator_memory_index(v, in->index));
	case OP_MEMORY_GROW:
		to = validator_memory_index(v, in->index);
		TRY(validator_pop(v, to));
		return validator_push(v, to);
	case OP_MEMORY_FILL:
		to = validator_memory_index(v, in->index);
		TRY(validator_pop(v, to));
		TRY(validator_pop(v, TYPE_I32));
		return validator_pop(v, to);
	case OP_MEMORY_INIT:
		TRY(validator_pop(v, TYPE_I32));
		TRY(validator_pop(v, TYPE_I32));
		return validator_pop(v, validator_memory_index(v, in->index2));
	case OP_TABLE_INIT:
		TRY(validator_pop(v, TYPE_I32));
		TRY(validator_pop(v, TYPE_I32));
		return validator_pop(v, validator_table_index(v, in->index2));
	case OP_MEMORY_COPY:
		to = validator_memory_index(v, in->index);
		from = validator_memory_index(v, in->index2);
		break;
	default: /* table.copy */
		to = validator_table_index(v, in->index);
		from = validator_table_index(v, in->index2);
		break;
	}
	TRY(validator_pop(v, length_type(to, from)));
	TRY(validator_pop(v, from));
	return validator_pop(v, to);
}

enum error validate_access(struct validator *v,
			       const struct instruction *in)
{
	const char *signature = opcode_infos[in->op].signature;
	uint8_t index = validator_memory_index(v, in->index);

	if (index == TYPE_I32 && in->offset > UINT32_MAX)
		return validator_invalid(v, "offset out of range");
	if (signature[1] == '>') {
		TRY(validator_pop(v, index));
		return validator_push(v, signature_type(signature[2]));
	}
	TRY(validator_pop(v, signature_type(signature[1])));
	return validator_pop(v, index);
}
