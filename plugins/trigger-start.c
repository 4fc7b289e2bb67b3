/* trigger-start.c: a snapshot is due before the guest's entry is called.
 *
 * Its start function is done.  Such a snapshot has no frames, so that `chiwawa snapshot
 * to-wasm` makes a module of it.
 */
#include "config.h"

#include "plugin/trigger.h"

const struct trigger_type trigger_start = {
	.name = "start",
	.help = "when the guest is instantiated, before its entry is called",
	.moments = MOMENT_START,
};
