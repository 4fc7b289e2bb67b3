/* interp.c: the loop that executes the register IR.
 *
 * Bodies are in bodies.h, written once; this file says what dispatch is (configure
 * --with-dispatch).  With DISPATCH_GOTO each body jumps to the next by a table of labels,
 * with DISPATCH_TAILCALL it calls it, else one switch does.  Hot state is kept in
 * the locals named below; what calls C is out of line and sees struct exec.
 */
#include "config.h"

#include "interp.h"

#include "base/little_endian.h"
#include "exec/interp_calls.h"
#include "exec/numeric.h"
#include "exec/table.h"

#define UNLIKELY(CONDITION) __builtin_expect(!!(CONDITION), 0)

const ir_unit interp_halt_code[2] = {0, IR_HALT};
const ir_unit interp_leave_code[2] = {0, IR_LEAVE_INSTANCE};

static inline uint32_t unit32(const ir_unit *p)
{
	uint32_t value;

	memcpy(&value, p, sizeof(value));
	return value;
}

static inline uint64_t unit64(const ir_unit *p)
{
	uint64_t value;

	memcpy(&value, p, sizeof(value));
	return value;
}

/* Where the hook was asked already: it is not asked again at once. */
static inline void skip_safepoint(struct exec *exec)
{
	if (*exec->pc != IR_SAFEPOINT)
		return;
	exec->instructions += unit32(exec->pc + 1);
	exec->pc += 3;
}

/* Keeps where the first memory is in the hot state. */
#define LOAD_FIRST_MEMORY()                                                    \
	do {                                                                   \
		memory = NULL;                                                 \
		memory_size = 0;                                               \
		if (instance->module->nmemories > 0) {                         \
			memory = instance->memories[0]->data;                  \
			memory_size = instance->memories[0]->size;             \
		}                                                              \
	} while (0)

#ifdef DISPATCH_TAILCALL

/* Each operation is a function that ends by calling the next with the hot state, which the
 * compiler keeps in registers. */
#if __has_attribute(preserve_none) && !defined(__wasm__)
#define OPERATION static __attribute__((preserve_none)) enum outcome
#else
#define OPERATION static enum outcome
#endif
#define UNUSED __attribute__((unused))
#define STATE                                                                  \
	const ir_unit *pc, uint64_t *fp, uint8_t *memory UNUSED,               \
		uint64_t memory_size UNUSED, struct instance *instance,        \
		union return_entry *rp, uint32_t countdown,                    \
		uint64_t instructions, enum trap trap UNUSED,                  \
		struct exec *exec
#define STATE_NOW                                                              \
	pc, fp, memory, memory_size, instance, rp, countdown, instructions,    \
		trap, exec
#define GO(FUNCTION) __attribute__((musttail)) return (FUNCTION)(STATE_NOW)
#define DISPATCH() GO(operations[*pc])
#define TRAPPED() GO(end_trapped)
#define SAFEPOINT_DUE() GO(end_safepoint)
#define RELOAD_MEMORY() GO(end_reload_memory)
#define OP(NAME, ...)                                                          \
	OPERATION operation_##NAME(STATE)                                      \
	{                                                                      \
		__VA_ARGS__                                                    \
	}

#define IR(NAME, OPERANDS) OPERATION operation_##NAME(STATE);
#include "code/ir.def"

typedef __typeof__(operation_UNREACHABLE) operation;
static operation *const operations[IR_COUNT] = {
#define IR(NAME, OPERANDS) operation_##NAME,
#include "code/ir.def"
};

static void save(STATE)
{
	exec->trap = trap;
	exec->instructions = instructions;
	exec->countdown = countdown;
	exec->pc = pc;
	exec->fp = fp;
	exec->rp = rp;
	exec->instance = instance;
}

OPERATION end_trapped(STATE)
{
	save(STATE_NOW);
	return OUTCOME_TRAP;
}

OPERATION end_reload_memory(STATE)
{
	LOAD_FIRST_MEMORY();
	DISPATCH();
}

OPERATION end_safepoint(STATE)
{
	save(STATE_NOW);
	if (interp_safepoint(exec))
		return OUTCOME_STOPPED;
	skip_safepoint(exec);
	exec->reenter = true;
	return OUTCOME_DONE;
}

#include "bodies.h"

enum outcome interp_run(struct exec *exec)
{
	return end_reload_memory(exec->pc, exec->fp, NULL, 0, exec->instance,
				 exec->rp, exec->countdown, exec->instructions,
				 TRAP_NONE, exec);
}

#else

#define TRAPPED() goto trapped
#define SAFEPOINT_DUE() goto safepoint
#define RELOAD_MEMORY() goto reload_memory
#ifdef DISPATCH_GOTO
#define DISPATCH() goto *labels[*pc]
#define OP(NAME, ...)                                                          \
	label_##NAME:                                                          \
	{                                                                      \
		__VA_ARGS__                                                    \
	}
#else
#define DISPATCH() goto dispatch
#define OP(NAME, ...)                                                          \
	case IR_##NAME: {                                                      \
		__VA_ARGS__                                                    \
	}
#endif

enum outcome interp_run(struct exec *exec)
{
	const ir_unit *pc;
	uint64_t *fp;
	uint8_t *memory;
	uint64_t memory_size;
	struct instance *instance;
	union return_entry *rp;
	uint32_t countdown;
	uint64_t instructions;
	enum trap trap;
#ifdef DISPATCH_GOTO
	static const void *const labels[IR_COUNT] = {
#define IR(NAME, OPERANDS) [IR_##NAME] = &&label_##NAME,
#include "code/ir.def"
	};
#endif

	goto reload;

	/* Cold ends that bodies jump to. */
trapped:
	exec->trap = trap;
	exec->instructions = instructions;
	exec->pc = pc;
	exec->fp = fp;
	exec->rp = rp;
	exec->instance = instance;
	return OUTCOME_TRAP;

safepoint:
	exec->instructions = instructions;
	exec->pc = pc;
	exec->fp = fp;
	exec->rp = rp;
	exec->instance = instance;
	if (interp_safepoint(exec))
		return OUTCOME_STOPPED;
	skip_safepoint(exec);
#ifdef INTERP_REENTERS
	exec->reenter = true;
	return OUTCOME_DONE;
#endif

reload:
	pc = exec->pc;
	fp = exec->fp;
	rp = exec->rp;
	instance = exec->instance;
	countdown = exec->countdown;
	instructions = exec->instructions;

reload_memory:
	LOAD_FIRST_MEMORY();
	DISPATCH();

#ifdef DISPATCH_GOTO
#include "bodies.h"
#else
dispatch:
	switch (*pc) {
#include "bodies.h"
	default:
		__builtin_unreachable();
	}
#endif
}

#endif
