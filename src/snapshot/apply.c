/* apply.c: puts a checked snapshot into an instance and its stack. */
#include "config.h"

#include "restore.h"

#include "base/alloc.h"
#include "exec/table.h"
#include "snapshot/initial.h"

#include <string.h>

uint64_t snapshot_slot(const struct instance *instance,
		       const struct snapshot_value *value)
{
	if (value->type != TYPE_FUNCREF || value->bits == 0)
		return value->bits;
	return (uint64_t)(uintptr_t)instance->funcs[value->bits - 1];
}

static void apply_values(const struct instance *instance,
			 const struct snapshot_value *values, uint32_t count,
			 uint64_t *slots)
{
	uint32_t i;

	for (i = 0; i < count; i++)
		slots[i] = snapshot_slot(instance, &values[i]);
}

static enum error apply_frame(const struct snapshot_frame *frame,
			      struct exec *exec, struct instance *instance,
			      const struct code_map *map,
			      struct report *report)
{
	struct func_instance *func = instance->funcs[frame->func];
	const struct code_point *point =
		snapshot_find_point(map, frame->offset);
	uint64_t *slots;

	if (func_instance_translate(func, report) != 0)
		return ERR_NO_MEMORY;
	slots = exec_push_frame(exec, func, func->units + point->position);
	if (slots == NULL)
		return report_error(report, ERR_LIMIT,
				    "the snapshot's frames do not fit the "
				    "stack (see --max-stack)");
	apply_values(instance, frame->locals, frame->nlocals, slots);
	apply_values(instance, frame->operands, frame->noperands,
		     slots + frame->nlocals);
	return ERR_NONE;
}

static enum error apply_frames(const struct snapshot *snapshot,
			       struct exec *exec, struct instance *instance,
			       struct report *report)
{
	struct code_map_cache cache = {.module = instance->module,
				       .options = &instance->store->options};
	const struct code_map *map;
	enum error err = ERR_NONE;
	uint32_t i;

	exec_reset(exec);
	for (i = 0; i < snapshot->nframes && err == ERR_NONE; i++) {
		const struct snapshot_frame *frame = &snapshot->frames[i];

		err = code_map_cache_get(&cache, frame->func, &map, report);
		if (err == ERR_NONE)
			err = apply_frame(frame, exec, instance, map, report);
	}
	code_map_cache_fini(&cache);
	return err;
}

/* Behind the operands of the innermost frame, where its call expects them. */
static void apply_call(const struct snapshot *snapshot, struct exec *exec,
		       struct instance *instance)
{
	const struct snapshot_call *call = &snapshot->call;
	const struct snapshot_frame *frame;

	if (!call->is_pending)
		return;
	frame = &snapshot->frames[snapshot->nframes - 1];
	exec->call.func = instance->funcs[call->func];
	exec->call.slots = exec->fp + frame->nlocals + frame->noperands;
	exec->call.begun = call->begun;
	apply_values(instance, call->arguments, call->narguments,
		     exec->call.slots);
}

static enum error apply_tables(const struct snapshot *snapshot,
			       struct instance *instance,
			       struct report *report)
{
	uint32_t i, j;

	for (i = 0; i < snapshot->ntables; i++) {
		const struct snapshot_table *captured = &snapshot->tables[i];
		struct table *table = instance->tables[i];

		if (captured->size > table->size &&
		    table_grow(table, captured->size - table->size, 0) ==
			    UINT32_MAX)
			return report_no_memory(report, 8ull * captured->size);
		for (j = 0; j < captured->size; j++) {
			struct snapshot_value value = {captured->element,
						       captured->elements[j]};

			table->elements[j] = snapshot_slot(instance, &value);
		}
	}
	return ERR_NONE;
}

static void apply_memories(struct snapshot *snapshot,
			   struct instance *instance)
{
	uint32_t i;

	for (i = 0; i < snapshot->nmemories; i++) {
		struct memory *memory = instance->memories[i];
		struct memory_type type = memory->type;

		memory_fini(memory);
		*memory = snapshot->memories[i].owned;
		memory->type = type;
		snapshot->memories[i].is_owned = false;
	}
}

enum error snapshot_apply(struct snapshot *snapshot, struct exec *exec,
			  struct instance *instance, struct report *report)
{
	uint32_t i;

	TRY(initial_fill(snapshot, instance->module, report));
	TRY(apply_frames(snapshot, exec, instance, report));
	apply_call(snapshot, exec, instance);
	TRY(apply_tables(snapshot, instance, report));
	for (i = 0; i < snapshot->nglobals; i++)
		instance->globals[i]->value =
			snapshot_slot(instance, &snapshot->globals[i]);
	copy_bytes(instance->dropped_elems, snapshot->dropped_elems,
		   snapshot->nelems);
	copy_bytes(instance->dropped_datas, snapshot->dropped_datas,
		   snapshot->ndatas);
	apply_memories(snapshot, instance);
	exec->instructions = snapshot->instructions;
	return ERR_NONE;
}
