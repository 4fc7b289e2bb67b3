/* interp.c: the loop that executes the register IR.
 *
 * Bodies are in bodies.h, written once; this file says what dispatch is.  With
 * DISPATCH_GOTO (configure --with-dispatch=goto, native builds) each body jumps
 * to the next by a table of labels, else one switch does.  Hot state is kept in
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
	if (*pc == IR_SAFEPOINT) {
		/* Asked already: do not ask again at once. */
		exec->instructions += unit32(pc + 1);
		exec->pc += 3;
	}
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
	memory = NULL;
	memory_size = 0;
	if (instance->module->nmemories > 0) {
		memory = instance->memories[0]->data;
		memory_size = instance->memories[0]->size;
	}
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
