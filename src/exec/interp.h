/* interp.h: the interpreter's loop and the code it shares with exec.c. */
#ifndef CHIWAWA_INTERP_H
#define CHIWAWA_INTERP_H

#include "exec/exec.h"

/* Runs from exec->pc until there is an outcome, or exec->reenter is set: then it is to be
 * called again.
 *
 * Hosts such as V8 begin with quick, poor code for a function and replace it by good code
 * from the function's next call on; a loop that never returns would never get it.  So in
 * builds with INTERP_REENTERS (Wasm) the loop returns at each poll. */
enum outcome interp_run(struct exec *exec);

/* Polls until the first one, and to the next when there is no hook. */
#ifdef INTERP_REENTERS
#define INTERP_IDLE_POLLS 100000u
#else
#define INTERP_IDLE_POLLS UINT32_MAX
#endif

/* Return addresses of no function: the end of an invocation, and the return
 * into another instance. */
extern const ir_unit interp_halt_code[2];
extern const ir_unit interp_leave_code[2];
#define INTERP_HALT (&interp_halt_code[1])
#define INTERP_LEAVE (&interp_leave_code[1])

#endif
