/* exec.c: life of an activation stack, invocation and the walk over frames. */
#include "config.h"

#include "exec.h"

#include "base/alloc.h"
#include "exec/interp.h"
#include "exec/interp_calls.h"

#include <string.h>

/* An invocation must fit at least this many slots. */
#define MIN_STACK_SLOTS 1024

struct exec *exec_new(struct store *store, size_t stack_bytes)
{
	struct exec *exec = alloc_array(1, sizeof(*exec));
	size_t slots = stack_bytes / sizeof(uint64_t);
	size_t calls;

	if (exec == NULL)
		return NULL;
	if (slots < MIN_STACK_SLOTS)
		slots = MIN_STACK_SLOTS;
	calls = slots / EXEC_SLOTS_PER_CALL;
	exec->store = store;
	/* Every slot is written before it is read. */
	exec->stack = alloc_uninitialized(slots, sizeof(*exec->stack));
	exec->returns = alloc_uninitialized(calls, sizeof(*exec->returns));
	if (exec->stack == NULL || exec->returns == NULL) {
		exec_free(exec);
		return NULL;
	}
	exec->stack_end = exec->stack + slots;
	exec->returns_end = exec->returns + calls;
	exec->countdown = INTERP_IDLE_POLLS;
	exec->instruction_limit = UINT64_MAX;
	exec->wait_slice = UINT64_MAX;
	exec_reset(exec);
	return exec;
}

void exec_free(struct exec *exec)
{
	if (exec == NULL)
		return;
	alloc_free(exec->stack);
	alloc_free(exec->returns);
	alloc_free(exec);
}

void exec_track_depth(struct exec *exec)
{
	memset(exec->rp, 0,
	       (size_t)(exec->returns_end - exec->rp) * sizeof(*exec->rp));
	exec->tracks_depth = true;
}

/* Return addresses stay where they were. */
uint64_t exec_deepest(const struct exec *exec)
{
	const union return_entry *top = exec->returns_end;

	while (exec->tracks_depth && top > exec->returns && top[-1].pc == NULL)
		top--;
	return exec->tracks_depth ? (uint64_t)(top - exec->returns) : 0;
}

void exec_reset(struct exec *exec)
{
	exec->pc = INTERP_HALT;
	exec->fp = exec->stack;
	exec->rp = exec->returns;
	exec->instance = NULL;
	exec->trap = TRAP_NONE;
	exec->exit_status = 0;
	exec->call = (struct host_call){NULL, NULL, 0, false};
}

/* Two callers have their own loop: an optimiser would put a function that is called in one
 * place only into its caller, and there would be no call to return to. */
#define RUN(EXEC, OUTCOME)                                                     \
	do {                                                                   \
		(EXEC)->reenter = false;                                       \
		(OUTCOME) = interp_run(EXEC);                                  \
	} while ((EXEC)->reenter)

/* A host function called directly, as an export that is an import can be. */
static enum outcome invoke_host(struct exec *exec, struct func_instance *func)
{
	switch (func->host(exec, exec->instance, func->host_context,
			   exec->stack)) {
	case HOST_DONE:
		return OUTCOME_DONE;
	case HOST_EXIT:
		return OUTCOME_EXIT;
	case HOST_STOPPED:
		return OUTCOME_STOPPED;
	case HOST_TRAP:
		break;
	}
	return OUTCOME_TRAP;
}

enum outcome exec_invoke(struct exec *exec, struct func_instance *func,
			 const uint64_t *arguments)
{
	uint32_t slots = func->type->nparams;
	enum outcome outcome;

	exec_reset(exec);
	if (func->type->nresults > slots)
		slots = func->type->nresults;
	if (slots > (size_t)(exec->stack_end - exec->stack)) {
		exec->trap = TRAP_STACK_EXHAUSTED;
		return OUTCOME_TRAP;
	}
	copy_bytes(exec->stack, arguments,
		   func->type->nparams * sizeof(*arguments));
	if (func->host != NULL)
		return invoke_host(exec, func);
	if (exec_push_frame(exec, func, NULL) == NULL) {
		exec->trap = func->units == NULL ? TRAP_NO_MEMORY
						 : TRAP_STACK_EXHAUSTED;
		return OUTCOME_TRAP;
	}
	memset(exec->stack + func->nparams, 0,
	       func->nzeroed * sizeof(*exec->stack));
	RUN(exec, outcome);
	return outcome;
}

bool exec_tell(struct exec *exec, const struct moment_event *event)
{
	return (exec->moments & (uint32_t)event->moment) != 0 &&
	       exec->moment(exec, exec->safepoint_context, event);
}

enum outcome exec_resume(struct exec *exec)
{
	enum outcome outcome;

	/* The moment was told of before the guest stopped there. */
	if (*exec->pc == IR_ENTER)
		exec->pc += ir_infos[IR_ENTER].length;
	if (exec->call.func != NULL) {
		switch (interp_call_again(exec)) {
		case CALL_TRAP:
			return OUTCOME_TRAP;
		case CALL_EXIT:
			return OUTCOME_EXIT;
		case CALL_STOPPED:
			return OUTCOME_STOPPED;
		case CALL_GO_ON:
		case CALL_RETURNED:
			break;
		}
	}
	RUN(exec, outcome);
	return outcome;
}

uint64_t *exec_push_frame(struct exec *exec, struct func_instance *func,
			  const ir_unit *pc)
{
	uint64_t *fp = exec->fp + exec->pc[-1];

	if (func_instance_translate(func, NULL) != 0 ||
	    fp > exec->stack_end ||
	    (size_t)(exec->stack_end - fp) < func->frame_slots ||
	    exec->returns_end - exec->rp < 3)
		return NULL;
	(exec->rp++)->pc = exec->pc;
	if (exec->instance != NULL && exec->instance != func->instance) {
		(exec->rp++)->instance = exec->instance;
		(exec->rp++)->pc = INTERP_LEAVE;
	}
	exec->instance = func->instance;
	exec->fp = fp;
	exec->pc = pc != NULL ? pc : func->units;
	return fp;
}

/* The function whose code contains pc. */
static struct func_instance *find_func(struct instance *instance,
				       const ir_unit *pc)
{
	uint32_t n = instance->module->nfuncs -
		     instance->module->nimported_funcs;
	uint32_t i;

	for (i = 0; i < n; i++) {
		struct func_instance *func = &instance->own_funcs[i];
		uintptr_t start = (uintptr_t)func->code.units;
		uintptr_t end = start + func->code.nunits * sizeof(*pc);

		if (func->code.units != NULL && (uintptr_t)pc >= start &&
		    (uintptr_t)pc < end)
			return func;
	}
	return NULL;
}

bool exec_first_frame(const struct exec *exec, struct exec_frame *frame)
{
	if (exec->rp == exec->returns)
		return false;
	frame->pc = exec->pc;
	frame->fp = exec->fp;
	frame->rp = exec->rp;
	frame->instance = exec->instance;
	frame->func = find_func(frame->instance, frame->pc);
	return frame->func != NULL;
}

bool exec_next_frame(const struct exec *exec, struct exec_frame *frame)
{
	(void)exec;
	frame->pc = (--frame->rp)->pc;
	if (frame->pc == INTERP_LEAVE) {
		frame->instance = frame->rp[-1].instance;
		frame->pc = frame->rp[-2].pc;
		frame->rp -= 2;
	}
	if (frame->pc == INTERP_HALT)
		return false;
	frame->fp -= frame->pc[-1];
	frame->func = find_func(frame->instance, frame->pc);
	return frame->func != NULL;
}
