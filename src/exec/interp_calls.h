/* interp_calls.h: what the interpreter's bodies call out of line.
 *
 * Cold or long work; none of it is inlined into the loop.
 */
#ifndef CHIWAWA_INTERP_CALLS_H
#define CHIWAWA_INTERP_CALLS_H

#include "exec/exec.h"

/* Calls the hook; true to stop. */
bool interp_safepoint(struct exec *exec);

/* Calls a function that is a host's, of another instance, or not translated yet.
 * exec->pc is the return address and exec->fp the caller's frame; base is the
 * callee's frame above it.  Leaves exec ready to go on, or says how it
 * ended. */
enum call_outcome {
	CALL_GO_ON,   /* a Wasm function was entered: poll and go on */
	CALL_RETURNED, /* a host function returned: poll and go on */
	CALL_TRAP,
	CALL_EXIT,
	CALL_STOPPED, /* the hook asked to stop, inside a host function */
};
enum call_outcome interp_call(struct exec *exec, struct func_instance *func,
			      uint32_t base);

/* Translates a function that is not yet; false when memory runs out. */
bool interp_translate(struct func_instance *func);

/* Makes the host call exec->call, which was stopped, again. */
enum call_outcome interp_call_again(struct exec *exec);

/* A marked function is entered; true to stop. */
bool interp_enter(struct exec *exec, uint32_t func);

/* Bodies of bulk and table instructions: operands lie from slots on, results go
 * to slots[0].  TRAP_NONE on success. */
enum trap interp_memory_fill(struct memory *memory, uint64_t *slots);
enum trap interp_memory_copy(struct memory *to_memory,
			     struct memory *from_memory, uint64_t *slots);
enum trap interp_memory_init(struct instance *instance, uint32_t segment,
			     struct memory *memory, uint64_t *slots);
enum trap interp_table_fill(struct instance *instance, uint32_t table,
			    uint64_t *slots);
enum trap interp_table_copy(struct instance *instance, uint32_t to,
			    uint32_t from, uint64_t *slots);
enum trap interp_table_init(struct instance *instance, uint32_t segment,
			    uint32_t table, uint64_t *slots);
void interp_table_grow(struct instance *instance, uint32_t table,
		       uint64_t *slots);
void interp_memory_grow(struct memory *memory, uint64_t *result,
			uint64_t delta);

#endif
