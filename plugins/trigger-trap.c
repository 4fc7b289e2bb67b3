/* trigger-trap.c: a snapshot is due when the guest traps, for looking at afterwards.
 */
#include "config.h"

#include "plugin/trigger.h"

const struct trigger_type trigger_trap = {
	.name = "trap",
	.help = "when the guest traps: a snapshot to look at, not to continue",
	.moments = MOMENT_TRAP,
};
