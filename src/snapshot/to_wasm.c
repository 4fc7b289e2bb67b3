/* to_wasm.c: see to_wasm.h.
 *
 * Segments keep their indices: one that was dropped becomes an empty passive data
 * segment or a declarative element segment, which behave alike; active segments with the
 * snapshot's state follow them.
 */
#include "config.h"

#include "to_wasm.h"

#include "base/alloc.h"
#include "base/little_endian.h"
#include "code/opcode.h"

#include <string.h>

enum section_id {
	ID_CUSTOM = 0,
	ID_TABLE = 4,
	ID_MEMORY = 5,
	ID_GLOBAL = 6,
	ID_START = 8,
	ID_ELEM = 9,
	ID_CODE = 10,
	ID_DATA = 11,
	ID_DATA_COUNT = 12,
	ID_COUNT = 13,
};

/* Order of sections in a file (5.5.2). */
static const uint8_t section_order[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 10, 11};

#define HEADER_SIZE 8

#define END 0x0b
#define CONST_I32 0x41
#define CONST_I64 0x42
#define CONST_F32 0x43
#define CONST_F64 0x44
#define CONST_NULL 0xd0
#define CONST_FUNC 0xd2

struct output {
	uint8_t *bytes;
	size_t size, capacity;
	bool failed; /* out of memory */
};

/* One section of the original: its content, or that of a custom section. */
struct section {
	const uint8_t *start, *end; /* whole, with id and size */
};

/* ---- bytes ---- */

static void put(struct output *output, const void *bytes, size_t length)
{
	if (output->failed ||
	    alloc_grow(&output->bytes, &output->capacity,
		       output->size + length, 1) != 0) {
		output->failed = true;
		return;
	}
	copy_bytes(output->bytes + output->size, bytes, length);
	output->size += length;
}

static void put_byte(struct output *output, uint8_t byte)
{
	put(output, &byte, 1);
}

static void put_u32(struct output *output, uint32_t value)
{
	for (; value >= 0x80; value >>= 7)
		put_byte(output, (uint8_t)(value | 0x80));
	put_byte(output, (uint8_t)value);
}

static void put_s64(struct output *output, int64_t value)
{
	while (value < -0x40 || value > 0x3f) {
		put_byte(output, (uint8_t)((value & 0x7f) | 0x80));
		value >>= 7;
	}
	put_byte(output, (uint8_t)(value & 0x7f));
}

static void put_expr(struct output *output, const struct const_expr *expr)
{
	put(output, expr->start, (size_t)(expr->end - expr->start));
}

static void put_u64(struct output *output, uint64_t value)
{
	for (; value > 0x7f; value >>= 7)
		put_byte(output, (uint8_t)(value | 0x80));
	put_byte(output, (uint8_t)value);
}

/* Flag of limits (5.3.15). */
#define LIMITS_64 4

static void put_offset(struct output *output, const struct limits *limits,
		       uint64_t offset)
{
	put_byte(output, limits->is64 ? CONST_I64 : CONST_I32);
	put_s64(output, limits->is64 ? (int64_t)offset
				     : (int32_t)(uint32_t)offset);
	put_byte(output, END);
}

static void put_limits(struct output *output, uint64_t min,
		       const struct limits *limits)
{
	put_byte(output,
		 (uint8_t)(limits->has_max | (limits->is64 ? LIMITS_64 : 0)));
	put_u64(output, min);
	if (limits->has_max)
		put_u64(output, limits->max);
}

/* ---- tables, memories, globals ---- */

static void put_tables(struct output *output, const struct snapshot *snapshot,
		       const struct module *module)
{
	uint32_t i;

	put_u32(output, module->ntables);
	for (i = 0; i < module->ntables; i++) {
		put_byte(output, module->tables[i].element);
		put_limits(output, snapshot->tables[i].size,
			   &module->tables[i].limits);
	}
}

static void put_memories(struct output *output,
			 const struct snapshot *snapshot,
			 const struct module *module)
{
	uint32_t i;

	put_u32(output, module->nmemories);
	for (i = 0; i < module->nmemories; i++)
		put_limits(output, snapshot->memories[i].pages,
			   &module->memories[i].limits);
}

static void put_value(struct output *output, const struct snapshot_value *value)
{
	uint8_t bytes[8];

	le_write64(bytes, value->bits);
	switch (value->type) {
	case TYPE_I32:
		put_byte(output, CONST_I32);
		put_s64(output, (int32_t)(uint32_t)value->bits);
		break;
	case TYPE_I64:
		put_byte(output, CONST_I64);
		put_s64(output, (int64_t)value->bits);
		break;
	case TYPE_F32:
		put_byte(output, CONST_F32);
		put(output, bytes, 4);
		break;
	case TYPE_F64:
		put_byte(output, CONST_F64);
		put(output, bytes, 8);
		break;
	default: /* references */
		if (value->bits == 0) {
			put_byte(output, CONST_NULL);
			put_byte(output, value->type);
		} else {
			put_byte(output, CONST_FUNC);
			put_u32(output, (uint32_t)(value->bits - 1));
		}
		break;
	}
	put_byte(output, END);
}

static void put_globals(struct output *output, const struct snapshot *snapshot,
			const struct module *module)
{
	uint32_t i;

	put_u32(output, module->nglobals);
	for (i = 0; i < module->nglobals; i++) {
		put_byte(output, module->globals[i].type.value);
		put_byte(output, module->globals[i].type.is_mutable);
		put_value(output, &snapshot->globals[i]);
	}
}

/* ---- element segments ---- */

/* A passive segment, or a declarative one in place of one that is dropped. */
static void put_elem(struct output *output, const struct elem_segment *elem,
		     bool is_dropped)
{
	uint32_t i;

	put_u32(output, (elem->items != NULL ? 5u : 1u) + (is_dropped ? 2 : 0));
	put_byte(output, elem->items != NULL ? elem->type : 0);
	put_u32(output, elem->count);
	for (i = 0; i < elem->count; i++) {
		if (elem->items != NULL)
			put_expr(output, &elem->items[i]);
		else
			put_u32(output, elem->funcs[i]);
	}
}

/* The next run of elements that are not null, from *first on; its length, or 0. */
static uint32_t next_elements(const struct snapshot_table *table,
			      uint32_t *first)
{
	uint32_t count = 0;

	while (*first < table->size && table->elements[*first] == 0)
		++*first;
	while (*first + count < table->size &&
	       table->elements[*first + count] != 0)
		count++;
	return count;
}

/* Appends segments for a table's functions to output; NULL: only counts. */
static uint32_t put_table_state(struct output *output,
				const struct snapshot_table *table,
				const struct limits *limits, uint32_t index)
{
	uint32_t first = 0, segments = 0, count, i;

	while ((count = next_elements(table, &first)) > 0) {
		segments++;
		if (output != NULL) {
			put_u32(output, 2); /* active, with a table index */
			put_u32(output, index);
			put_offset(output, limits, first);
			put_byte(output, 0); /* functions */
			put_u32(output, count);
			for (i = 0; i < count; i++)
				put_u32(output, table->elements[first + i] - 1);
		}
		first += count;
	}
	return segments;
}

static void put_elems(struct output *output, const struct snapshot *snapshot,
		      const struct module *module)
{
	uint32_t count = module->nelems, i;

	for (i = 0; i < snapshot->ntables; i++)
		count += put_table_state(NULL, &snapshot->tables[i],
					 &module->tables[i].limits, i);
	put_u32(output, count);
	for (i = 0; i < module->nelems; i++)
		put_elem(output, &module->elems[i],
			 module->elems[i].mode != SEGMENT_PASSIVE ||
				 snapshot->dropped_elems[i]);
	for (i = 0; i < snapshot->ntables; i++)
		put_table_state(output, &snapshot->tables[i],
				&module->tables[i].limits, i);
}

/* ---- data segments ---- */

static bool is_zero(const uint8_t *bytes, size_t length)
{
	return length == 0 ||
	       (bytes[0] == 0 && memcmp(bytes, bytes + 1, length - 1) == 0);
}

/* Appends segments for a memory's blocks that are not zero; output NULL: counts. */
static uint32_t put_memory_state(struct output *output,
				 const struct snapshot_memory *memory,
				 const struct limits *limits, uint32_t index)
{
	uint64_t size = memory->pages << PAGE_SIZE_LOG2;
	uint64_t start = 0, end;
	uint32_t segments = 0;

	while (start < size) {
		if (is_zero(memory->bytes + start, SNAPSHOT_BLOCK_SIZE)) {
			start += SNAPSHOT_BLOCK_SIZE;
			continue;
		}
		for (end = start + SNAPSHOT_BLOCK_SIZE;
		     end < size &&
		     !is_zero(memory->bytes + end, SNAPSHOT_BLOCK_SIZE);
		     end += SNAPSHOT_BLOCK_SIZE)
			;
		segments++;
		if (output != NULL) {
			put_u32(output, index == 0 ? 0 : 2);
			if (index != 0)
				put_u32(output, index);
			put_offset(output, limits, start);
			put_u32(output, (uint32_t)(end - start));
			put(output, memory->bytes + start,
			    (size_t)(end - start));
		}
		start = end;
	}
	return segments;
}

static uint32_t count_datas(const struct snapshot *snapshot,
			    const struct module *module)
{
	uint32_t count = module->ndatas, i;

	for (i = 0; i < snapshot->nmemories; i++)
		count += put_memory_state(NULL, &snapshot->memories[i],
					  &module->memories[i].limits, i);
	return count;
}

static void put_datas(struct output *output, const struct snapshot *snapshot,
		      const struct module *module)
{
	uint32_t i;

	put_u32(output, count_datas(snapshot, module));
	for (i = 0; i < module->ndatas; i++) {
		const struct data_segment *data = &module->datas[i];
		bool is_kept = data->mode == SEGMENT_PASSIVE &&
			       !snapshot->dropped_datas[i];

		put_u32(output, 1); /* passive */
		put_u32(output, is_kept ? data->length : 0);
		if (is_kept)
			put(output, data->bytes, data->length);
	}
	for (i = 0; i < snapshot->nmemories; i++)
		put_memory_state(output, &snapshot->memories[i],
				 &module->memories[i].limits, i);
}

/* ---- sections ---- */

static const uint8_t *skip_section(const struct module *module,
				   const uint8_t *p, uint8_t *id)
{
	uint32_t size = 0;
	unsigned shift = 0;

	(void)module; /* valid, so that nothing needs a check */
	*id = *p++;
	do
		size |= (uint32_t)(*p & 0x7f) << shift;
	while (shift += 7, (*p++ & 0x80) != 0);
	return p + size;
}

/* Copies the custom sections that stand at p in the original. */
static const uint8_t *put_customs(struct output *output,
				  const struct module *module,
				  const uint8_t *p)
{
	while (p < module->bytes + module->size && *p == ID_CUSTOM) {
		uint8_t id;
		const uint8_t *end = skip_section(module, p, &id);

		put(output, p, (size_t)(end - p));
		p = end;
	}
	return p;
}

static void put_content(struct output *content, uint8_t id,
			const struct snapshot *snapshot,
			const struct module *module)
{
	if (id == ID_TABLE && module->ntables > 0)
		put_tables(content, snapshot, module);
	else if (id == ID_MEMORY && module->nmemories > 0)
		put_memories(content, snapshot, module);
	else if (id == ID_GLOBAL && module->nglobals > 0)
		put_globals(content, snapshot, module);
	else if (id == ID_ELEM && (module->ntables > 0 || module->nelems > 0))
		put_elems(content, snapshot, module);
	else if (id == ID_DATA_COUNT && module->has_data_count)
		put_u32(content, count_datas(snapshot, module));
	else if (id == ID_DATA && (module->nmemories > 0 || module->ndatas > 0))
		put_datas(content, snapshot, module);
}

static bool is_made_anew(uint8_t id)
{
	return id == ID_TABLE || id == ID_MEMORY || id == ID_GLOBAL ||
	       id == ID_START || id == ID_ELEM || id == ID_DATA_COUNT ||
	       id == ID_DATA;
}

static void put_section(struct output *output, uint8_t id,
			const struct section *original,
			const struct snapshot *snapshot,
			const struct module *module)
{
	struct output content = {0};

	if (!is_made_anew(id)) {
		if (original->start != NULL)
			put(output, original->start,
			    (size_t)(original->end - original->start));
		return;
	}
	put_content(&content, id, snapshot, module);
	if (content.size > 0) {
		put_byte(output, id);
		put_u32(output, (uint32_t)content.size);
		put(output, content.bytes, content.size);
	}
	output->failed |= content.failed || content.size > UINT32_MAX;
	alloc_free(content.bytes);
}

enum error snapshot_to_wasm(const struct snapshot *snapshot,
			    const struct module *module, uint8_t **bytes,
			    size_t *size, struct report *report)
{
	struct section sections[ID_COUNT] = {{NULL, NULL}};
	struct output output = {0};
	const uint8_t *p = module->bytes + HEADER_SIZE;
	size_t i;

	if (module->nimported_tables > 0 || module->nimported_memories > 0 ||
	    module->nimported_globals > 0)
		return report_error(report, ERR_NOT_REPRESENTABLE,
				    "the module imports a table, memory or "
				    "global");
	put(&output, module->bytes, HEADER_SIZE);
	p = put_customs(&output, module, p);
	while (p < module->bytes + module->size) {
		const uint8_t *start = p;
		uint8_t id;

		p = skip_section(module, p, &id);
		sections[id] = (struct section){start, p};
		while (p < module->bytes + module->size && *p == ID_CUSTOM)
			p = skip_section(module, p, &id);
	}
	for (i = 0; i < sizeof(section_order); i++) {
		const struct section *original = &sections[section_order[i]];

		put_section(&output, section_order[i], original, snapshot,
			    module);
		if (original->start != NULL)
			(void)put_customs(&output, module, original->end);
	}
	*bytes = output.bytes;
	*size = output.size;
	return output.failed ? report_no_memory(report, output.size)
			     : ERR_NONE;
}
