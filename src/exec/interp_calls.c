/* interp_calls.c: see interp_calls.h. */
#include "config.h"

#include "interp_calls.h"

#include "exec/interp.h"
#include "exec/table.h"

#include <string.h>

/* A call of a host function counts as this many turns of a loop, so that a guest
 * that mostly waits for its host is polled as often as one that computes. */
#define HOST_CALL_POLLS 1000

bool interp_safepoint(struct exec *exec)
{
	exec->countdown = INTERP_IDLE_POLLS;
	return exec->safepoint != NULL &&
	       exec->safepoint(exec, exec->safepoint_context);
}

bool interp_enter(struct exec *exec, uint32_t func)
{
	struct moment_event event = {.moment = MOMENT_FUNCTION, .func = func};

	if (exec_tell(exec, &event))
		return true;
	return exec->instructions >= exec->instruction_limit &&
	       interp_safepoint(exec);
}

static enum call_outcome call_host(struct exec *exec)
{
	struct func_instance *func = exec->call.func;

	exec->countdown = exec->countdown > HOST_CALL_POLLS
				  ? exec->countdown - HOST_CALL_POLLS
				  : 1;
	switch (func->host(exec, exec->instance, func->host_context,
			   exec->call.slots)) {
	case HOST_DONE:
		exec->call.func = NULL;
		return CALL_RETURNED;
	case HOST_EXIT:
		return CALL_EXIT;
	case HOST_STOPPED:
		return CALL_STOPPED;
	case HOST_TRAP:
		break;
	}
	return CALL_TRAP;
}

enum call_outcome interp_call_again(struct exec *exec)
{
	exec->call.is_again = true;
	return call_host(exec);
}

bool interp_translate(struct func_instance *func)
{
	return func_instance_translate(func, NULL) == 0;
}

enum call_outcome interp_call(struct exec *exec, struct func_instance *func,
			      uint32_t base)
{
	uint64_t *fp = exec->fp + base;

	if (func->host != NULL) {
		exec->call = (struct host_call){func, fp, 0, false};
		return call_host(exec);
	}
	if (func_instance_translate(func, NULL) != 0) {
		exec->trap = TRAP_NO_MEMORY;
		return CALL_TRAP;
	}
	if ((size_t)(exec->stack_end - fp) < func->frame_slots ||
	    exec->returns_end - exec->rp < 3) {
		exec->trap = TRAP_STACK_EXHAUSTED;
		return CALL_TRAP;
	}
	(exec->rp++)->pc = exec->pc;
	if (func->instance != exec->instance) {
		(exec->rp++)->instance = exec->instance;
		(exec->rp++)->pc = INTERP_LEAVE;
		exec->instance = func->instance;
	}
	memset(fp + func->nparams, 0, func->nzeroed * sizeof(*fp));
	exec->fp = fp;
	exec->pc = func->units;
	return CALL_GO_ON;
}

enum trap interp_memory_fill(struct memory *memory, uint64_t *slots)
{
	uint32_t start = (uint32_t)slots[0], count = (uint32_t)slots[2];

	if (!memory_contains(memory, start, count))
		return TRAP_MEMORY_BOUNDS;
	if (count > 0)
		memset(memory->data + start, (uint8_t)slots[1], count);
	return TRAP_NONE;
}

enum trap interp_memory_copy(struct memory *to_memory,
			     struct memory *from_memory, uint64_t *slots)
{
	uint32_t to = (uint32_t)slots[0], from = (uint32_t)slots[1];
	uint32_t count = (uint32_t)slots[2];

	if (!memory_contains(to_memory, to, count) ||
	    !memory_contains(from_memory, from, count))
		return TRAP_MEMORY_BOUNDS;
	if (count > 0)
		memmove(to_memory->data + to, from_memory->data + from, count);
	return TRAP_NONE;
}

enum trap interp_memory_init(struct instance *instance, uint32_t segment,
			     struct memory *memory, uint64_t *slots)
{
	const struct data_segment *data = &instance->module->datas[segment];
	uint32_t to = (uint32_t)slots[0], from = (uint32_t)slots[1];
	uint32_t count = (uint32_t)slots[2];
	uint32_t length =
		instance->dropped_datas[segment] ? 0 : data->length;

	if (!memory_contains(memory, to, count) ||
	    (uint64_t)from + count > length)
		return TRAP_MEMORY_BOUNDS;
	if (count > 0)
		memcpy(memory->data + to, data->bytes + from, count);
	return TRAP_NONE;
}

enum trap interp_table_fill(struct instance *instance, uint32_t table,
			    uint64_t *slots)
{
	return table_fill(instance->tables[table], (uint32_t)slots[0],
			  slots[1], (uint32_t)slots[2])
		       ? TRAP_NONE
		       : TRAP_TABLE_BOUNDS;
}

enum trap interp_table_copy(struct instance *instance, uint32_t to,
			    uint32_t from, uint64_t *slots)
{
	return table_copy(instance->tables[to], (uint32_t)slots[0],
			  instance->tables[from], (uint32_t)slots[1],
			  (uint32_t)slots[2])
		       ? TRAP_NONE
		       : TRAP_TABLE_BOUNDS;
}

enum trap interp_table_init(struct instance *instance, uint32_t segment,
			    uint32_t table, uint64_t *slots)
{
	uint32_t count = instance->dropped_elems[segment]
				 ? 0
				 : instance->module->elems[segment].count;

	return table_write(instance->tables[table], (uint32_t)slots[0],
			   instance->elem_values[segment], count,
			   (uint32_t)slots[1], (uint32_t)slots[2])
		       ? TRAP_NONE
		       : TRAP_TABLE_BOUNDS;
}

void interp_table_grow(struct instance *instance, uint32_t table,
		       uint64_t *slots)
{
	uint32_t old = table_grow(instance->tables[table], (uint32_t)slots[1],
				  slots[0]);

	slots[0] = old == UINT32_MAX && instance->tables[table]->limits.is64
			   ? UINT64_MAX
			   : old;
}

void interp_memory_grow(struct memory *memory, uint64_t *result, uint64_t delta)
{
	int64_t old = memory_grow(memory, (uint32_t)delta);

	*result = memory->type.limits.is64 ? (uint64_t)old : (uint32_t)old;
}
