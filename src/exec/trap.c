/* trap.c: texts of trap.def. */
#include "config.h"

#include "trap.h"

const char *trap_message(enum trap trap)
{
	static const char *const messages[TRAP_COUNT] = {
		[TRAP_NONE] = "no trap",
#define TRAP_CAUSE(NAME, MESSAGE) [TRAP_##NAME] = MESSAGE,
#include "trap.def"
	};

	return trap < TRAP_COUNT ? messages[trap] : "unknown trap";
}
