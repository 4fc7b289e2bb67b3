/* capture.c: execution and instance state to a struct snapshot.
 *
 * Descriptors and clocks are capture_wasi.c's.
 */
#include "config.h"

#include "capture.h"

#include "base/alloc.h"
#include "code/code.h"
#include "exec/trap.h"
#include "snapshot/initial.h"

#include <string.h>

/* ---- values ---- */

/* The index of a function in the instance's module, or -1. */
static int64_t func_index(const struct instance *instance,
			  const struct func_instance *func)
{
	uint32_t i;

	if (func->instance == instance)
		return func->index;
	for (i = 0; i < instance->module->nimported_funcs; i++)
		if (instance->funcs[i] == func)
			return i;
	return -1;
}

static enum error capture_value(const struct instance *instance, uint8_t type,
				uint64_t slot, struct snapshot_value *value,
				struct report *report)
{
	int64_t index;

	value->type = type;
	value->bits = slot;
	if (!value_type_is_reference(type) || slot == 0)
		return ERR_NONE;
	if (type == TYPE_EXTERNREF)
		return report_error(report, ERR_NOT_REPRESENTABLE,
				    "an externref of the host cannot be put "
				    "into a snapshot");
	index = func_index(instance,
			   (const struct func_instance *)(uintptr_t)slot);
	if (index < 0)
		return report_error(report, ERR_NOT_REPRESENTABLE,
				    "a funcref of another instance cannot be "
				    "put into a snapshot");
	value->bits = (uint64_t)index + 1;
	return ERR_NONE;
}

static enum error capture_values(const struct instance *instance,
				 const uint8_t *types, const uint64_t *slots,
				 uint32_t count,
				 struct snapshot_value **values,
				 uint32_t *nvalues, struct report *report)
{
	uint32_t i;

	*values = alloc_array(count, sizeof(**values));
	if (*values == NULL)
		return report_no_memory(report, count * sizeof(**values));
	*nvalues = count;
	for (i = 0; i < count; i++)
		TRY(capture_value(instance, types[i], slots[i], &(*values)[i],
				  report));
	return ERR_NONE;
}

/* ---- frames ---- */

/* The point of a frame: a caller's is a call, the innermost's a safepoint. */
static const struct code_point *find_point(const struct code_map *map,
					   size_t position, bool innermost)
{
	size_t low = 0, high = map->npoints;

	/* Positions ascend; a loop may begin where another point lies. */
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (map->points[middle].position < position)
			low = middle + 1;
		else
			high = middle;
	}
	for (; low < map->npoints && map->points[low].position == position;
	     low++) {
		const struct code_point *point = &map->points[low];

		if (innermost ? code_point_is_safepoint(point)
			      : point->kind == POINT_CALL)
			return point;
	}
	return NULL;
}

/* Operand types of a frame; those of a returned import stand behind the rest. */
static enum error operand_types(const struct module *module,
				const struct code_map *map,
				const struct code_point *point,
				bool has_results, uint8_t **types,
				uint32_t *count,
				struct report *report)
{
	const struct func_type *callee = NULL;
	uint32_t nresults = 0;

	if (has_results && point->kind == POINT_CALL) {
		callee = code_point_callee(module, point);
		nresults = callee->nresults;
	}
	*types = alloc_array((size_t)point->noperands + nresults, 1);
	if (*types == NULL)
		return report_no_memory(report, point->noperands);
	if (point->noperands > 0) /* else map->types may be NULL */
		memcpy(*types, map->types + point->types, point->noperands);
	if (callee != NULL)
		copy_bytes(*types + point->noperands,
			   callee->types + callee->nparams, nresults);
	*count = point->noperands + nresults;
	return ERR_NONE;
}

static enum error capture_locals(const struct instance *instance,
				 const struct exec_frame *frame,
				 struct snapshot_frame *captured,
				 struct report *report)
{
	const struct module *module = instance->module;
	const struct func *func = &module->funcs[frame->func->index];
	uint8_t *types = alloc_array(func->nlocals, 1);
	enum error err;

	if (types == NULL)
		return report_no_memory(report, func->nlocals);
	module_local_types(module, func, types);
	err = capture_values(instance, types, frame->fp, func->nlocals,
			     &captured->locals, &captured->nlocals, report);
	alloc_free(types);
	return err;
}

/* The innermost frame of a guest that trapped, at the instruction that did. */
static enum error capture_trapped_frame(struct instance *instance,
					const struct exec_frame *frame,
					struct snapshot_frame *captured,
					struct report *report)
{
	captured->func = frame->func->index;
	captured->offset = code_offset(
		instance->module, frame->func->index, &instance->store->options,
		(size_t)(frame->pc - frame->func->units));
	TRY(capture_locals(instance, frame, captured, report));
	captured->operands = alloc_array(0, sizeof(*captured->operands));
	return captured->operands == NULL ? report_no_memory(report, 0)
					  : ERR_NONE;
}

static enum error capture_frame(struct instance *instance,
				const struct exec_frame *frame,
				const struct code_map *map, bool innermost,
				struct snapshot_frame *captured,
				struct report *report)
{
	size_t position = (size_t)(frame->pc - frame->func->units);
	const struct code_point *point = find_point(map, position, innermost);
	uint32_t nlocals =
		instance->module->funcs[frame->func->index].nlocals;
	uint32_t count = 0;
	uint8_t *types = NULL;
	enum error err;

	if (point == NULL)
		return report_error(report, ERR_NOT_REPRESENTABLE,
				    "function %u is not at a safepoint",
				    frame->func->index);
	captured->func = frame->func->index;
	captured->offset = point->offset;
	TRY(capture_locals(instance, frame, captured, report));
	TRY(operand_types(instance->module, map, point, innermost, &types,
			  &count, report));
	err = capture_values(instance, types, frame->fp + nlocals, count,
			     &captured->operands, &captured->noperands,
			     report);
	alloc_free(types);
	return err;
}

static enum error count_frames(struct exec *exec, struct instance *instance,
			       uint32_t *count, struct report *report)
{
	struct exec_frame frame;
	bool more;

	*count = 0;
	for (more = exec_first_frame(exec, &frame); more;
	     more = exec_next_frame(exec, &frame)) {
		if (frame.instance != instance)
			return report_error(report, ERR_NOT_REPRESENTABLE,
					    "another instance is running");
		++*count;
	}
	return ERR_NONE;
}

/* Captures the frames from the innermost on; snapshot->frames has room for them. */
static enum error walk_frames(struct exec *exec, struct instance *instance,
			      bool trapped, struct snapshot *snapshot,
			      struct report *report)
{
	struct code_map_cache cache = {.module = instance->module,
				       .options = &instance->store->options};
	/* A frame whose call is still to be made waits like those of its callers. */
	bool is_called = exec->call.func != NULL;
	const struct code_map *map;
	struct exec_frame frame;
	enum error err = ERR_NONE;
	uint32_t count = snapshot->nframes, i;
	bool more = exec_first_frame(exec, &frame);

	for (i = count; more && i > 0 && err == ERR_NONE; i--) {
		struct snapshot_frame *captured = &snapshot->frames[i - 1];

		if (trapped && i == count) {
			err = capture_trapped_frame(instance, &frame, captured,
						    report);
		} else {
			err = code_map_cache_get(&cache, frame.func->index,
						 &map, report);
			if (err == ERR_NONE)
				err = capture_frame(instance, &frame, map,
						    i == count && !is_called,
						    captured, report);
		}
		more = exec_next_frame(exec, &frame);
	}
	code_map_cache_fini(&cache);
	return err;
}

static enum error capture_frames(struct exec *exec, struct instance *instance,
				 bool trapped, struct snapshot *snapshot,
				 struct report *report)
{
	uint32_t count;

	TRY(count_frames(exec, instance, &count, report));
	snapshot->frames = alloc_array(count, sizeof(*snapshot->frames));
	if (snapshot->frames == NULL)
		return report_no_memory(report,
					count * sizeof(*snapshot->frames));
	snapshot->nframes = count;
	return walk_frames(exec, instance, trapped, snapshot, report);
}

/* The host call that is in progress, as one that is still to be made. */
static enum error capture_call(const struct exec *exec,
			       const struct instance *instance,
			       struct snapshot *snapshot,
			       struct report *report)
{
	const struct host_call *call = &exec->call;
	int64_t index;

	if (call->func == NULL)
		return ERR_NONE;
	index = func_index(instance, call->func);
	if (index < 0)
		return report_error(report, ERR_NOT_REPRESENTABLE,
				    "a function that the module does not "
				    "import is being called");
	snapshot->call.is_pending = true;
	snapshot->call.func = (uint32_t)index;
	snapshot->call.begun = call->begun;
	return capture_values(instance, call->func->type->types, call->slots,
			      call->func->type->nparams,
			      &snapshot->call.arguments,
			      &snapshot->call.narguments, report);
}

/* ---- the instance ---- */

static enum error capture_globals(const struct instance *instance,
				  struct snapshot *snapshot,
				  struct report *report)
{
	uint32_t i, n = instance->module->nglobals;

	snapshot->globals = alloc_array(n, sizeof(*snapshot->globals));
	if (snapshot->globals == NULL)
		return report_no_memory(report,
					n * sizeof(*snapshot->globals));
	snapshot->nglobals = n;
	for (i = 0; i < n; i++)
		TRY(capture_value(instance,
				  instance->globals[i]->type.value,
				  instance->globals[i]->value,
				  &snapshot->globals[i], report));
	return ERR_NONE;
}

static enum error capture_table(const struct instance *instance,
				const struct table *table,
				struct snapshot_table *captured,
				struct report *report)
{
	uint32_t i;

	captured->element = table->element;
	captured->elements =
		alloc_array(table->size, sizeof(*captured->elements));
	if (captured->elements == NULL)
		return report_no_memory(report, 4ull * table->size);
	captured->size = table->size;
	for (i = 0; i < table->size; i++) {
		struct snapshot_value value;

		TRY(capture_value(instance, table->element,
				  table->elements[i], &value, report));
		captured->elements[i] = (uint32_t)value.bits;
	}
	return ERR_NONE;
}

static enum error capture_tables(const struct instance *instance,
				 struct snapshot *snapshot,
				 struct report *report)
{
	uint32_t i, n = instance->module->ntables;

	snapshot->tables = alloc_array(n, sizeof(*snapshot->tables));
	if (snapshot->tables == NULL)
		return report_no_memory(report, n * sizeof(*snapshot->tables));
	snapshot->ntables = n;
	for (i = 0; i < n; i++)
		TRY(capture_table(instance, instance->tables[i],
				  &snapshot->tables[i], report));
	return ERR_NONE;
}

static bool is_zero_block(const uint8_t *bytes)
{
	uint64_t words[8];
	size_t i;

	for (i = 0; i < SNAPSHOT_BLOCK_SIZE; i += sizeof(words)) {
		memcpy(words, bytes + i, sizeof(words));
		if ((words[0] | words[1] | words[2] | words[3] | words[4] |
		     words[5] | words[6] | words[7]) != 0)
			return false;
	}
	return true;
}

/* Whether a block is as the memory's base has it. */
static bool is_base_block(const struct initial_image *image, uint32_t block,
			  const uint8_t *bytes)
{
	uint8_t initial[SNAPSHOT_BLOCK_SIZE];

	if (image->count > 0 && initial_image_block(image, block, initial))
		return memcmp(bytes, initial, SNAPSHOT_BLOCK_SIZE) == 0;
	return is_zero_block(bytes);
}

static enum error capture_runs(const struct memory *memory,
			       const struct initial_image *image,
			       struct snapshot_memory *captured,
			       struct report *report)
{
	uint32_t blocks = (uint32_t)(memory->size / SNAPSHOT_BLOCK_SIZE);
	size_t capacity = 0;
	uint32_t block;

	for (block = 0; block < blocks; block++) {
		struct snapshot_run *last;

		if (is_base_block(image, block,
				  memory->data +
					  (size_t)block * SNAPSHOT_BLOCK_SIZE))
			continue;
		last = captured->nruns > 0
			       ? &captured->runs[captured->nruns - 1]
			       : NULL;
		if (last != NULL && last->first + last->count == block) {
			last->count++;
			continue;
		}
		if (alloc_grow(&captured->runs, &capacity,
			       (size_t)captured->nruns + 1,
			       sizeof(*captured->runs)) != 0)
			return report_no_memory(report, captured->nruns);
		captured->runs[captured->nruns++] =
			(struct snapshot_run){block, 1};
	}
	return ERR_NONE;
}

static enum error capture_memory(const struct instance *instance,
				 uint32_t index,
				 struct snapshot_memory *captured,
				 struct report *report)
{
	const struct memory *memory = instance->memories[index];
	struct initial_image image;
	enum error err;

	captured->pages = memory_pages(memory);
	captured->bytes = memory->data;
	TRY(initial_image_make(&image, instance->module, index, report));
	captured->base = image.count > 0 ? BASE_INITIAL : BASE_ZERO;
	err = capture_runs(memory, &image, captured, report);
	initial_image_fini(&image);
	return err;
}

static enum error capture_memories(const struct instance *instance,
				   struct snapshot *snapshot,
				   struct report *report)
{
	uint32_t i, n = instance->module->nmemories;

	snapshot->memories = alloc_array(n, sizeof(*snapshot->memories));
	if (snapshot->memories == NULL)
		return report_no_memory(report, n);
	snapshot->nmemories = n;
	for (i = 0; i < n; i++)
		TRY(capture_memory(instance, i, &snapshot->memories[i],
				   report));
	return ERR_NONE;
}

static enum error capture_segments(const struct instance *instance,
				   struct snapshot *snapshot,
				   struct report *report)
{
	const struct module *module = instance->module;

	snapshot->dropped_elems = alloc_array(module->nelems, 1);
	snapshot->dropped_datas = alloc_array(module->ndatas, 1);
	if (snapshot->dropped_elems == NULL ||
	    snapshot->dropped_datas == NULL)
		return report_no_memory(report, module->nelems);
	snapshot->nelems = module->nelems;
	snapshot->ndatas = module->ndatas;
	copy_bytes(snapshot->dropped_elems, instance->dropped_elems,
		   module->nelems);
	copy_bytes(snapshot->dropped_datas, instance->dropped_datas,
		   module->ndatas);
	return ERR_NONE;
}

static enum error capture_invocation(const struct instance *instance,
				     const struct invocation *invocation,
				     struct snapshot *snapshot,
				     struct report *report)
{
	const struct func_type *type = invocation->func->type;
	/* Once the entry runs, its arguments are locals of its frame. */
	uint32_t count =
		invocation->phase == PHASE_ENTRY ? 0 : type->nparams;

	snapshot->phase = (uint8_t)invocation->phase;
	snapshot->entry =
		alloc_string(invocation->entry, strlen(invocation->entry));
	if (snapshot->entry == NULL)
		return report_no_memory(report, strlen(invocation->entry));
	return capture_values(instance, type->types, invocation->arguments,
			      count, &snapshot->arguments,
			      &snapshot->narguments, report);
}

static enum error capture(struct exec *exec, struct instance *instance,
			  struct wasi *wasi,
			  const struct invocation *invocation,
			  const char *trap, struct snapshot *snapshot,
			  struct report *report)
{
	const struct module *module = instance->module;
	bool trapped = *trap != '\0';

	snapshot_init(snapshot);
	snapshot_hash_module(module->bytes, module->size,
			     snapshot->module_hash);
	snapshot->module_size = module->size;
	snapshot->instructions = exec->instructions;
	snapshot->trap = alloc_string(trap, strlen(trap));
	if (snapshot->trap == NULL)
		return report_no_memory(report, strlen(trap));
	TRY(capture_invocation(instance, invocation, snapshot, report));
	TRY(capture_frames(exec, instance, trapped, snapshot, report));
	if (!trapped)
		TRY(capture_call(exec, instance, snapshot, report));
	TRY(capture_globals(instance, snapshot, report));
	TRY(capture_tables(instance, snapshot, report));
	TRY(capture_segments(instance, snapshot, report));
	TRY(capture_memories(instance, snapshot, report));
	return snapshot_capture_wasi(wasi, snapshot, report);
}

enum error snapshot_capture(struct exec *exec, struct instance *instance,
			    struct wasi *wasi,
			    const struct invocation *invocation,
			    struct snapshot *snapshot, struct report *report)
{
	return capture(exec, instance, wasi, invocation, "", snapshot, report);
}

enum error snapshot_capture_trap(struct exec *exec, struct instance *instance,
				 struct wasi *wasi,
				 const struct invocation *invocation,
				 struct snapshot *snapshot,
				 struct report *report)
{
	return capture(exec, instance, wasi, invocation,
		       trap_message(exec->trap), snapshot, report);
}
