/* trap.h: causes of traps.  A trap is an outcome of execution, not an error. */
#ifndef CHIWAWA_TRAP_H
#define CHIWAWA_TRAP_H

enum trap {
	TRAP_NONE,
#define TRAP_CAUSE(NAME, MESSAGE) TRAP_##NAME,
#include "trap.def"
	TRAP_COUNT
};

/* The specification's wording; static storage. */
const char *trap_message(enum trap trap);

#endif
