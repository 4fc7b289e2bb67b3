/* interp.h: the interpreter's loop and the code it shares with exec.c. */
#ifndef CHIWAWA_INTERP_H
#define CHIWAWA_INTERP_H

#include "exec/exec.h"

/* Runs from exec->pc until there is an outcome. */
enum outcome interp_run(struct exec *exec);

/* Return addresses of no function: the end of an invocation, and the return
 * into another instance. */
extern const ir_unit interp_halt_code[2];
extern const ir_unit interp_leave_code[2];
#define INTERP_HALT (&interp_halt_code[1])
#define INTERP_LEAVE (&interp_leave_code[1])

#endif
