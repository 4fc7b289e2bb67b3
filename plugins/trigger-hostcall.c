/* trigger-hostcall.c: a snapshot is due when the guest calls chiwawa.snapshot.
 *
 * Like fork: the call gives 0 when the guest goes on, 1 when it was restored, and -1 when
 * no snapshot was taken.
 */
#include "config.h"

#include "plugin/trigger.h"

const struct trigger_type trigger_hostcall = {
	.name = "hostcall",
	.help = "when the guest asks: it imports chiwawa.snapshot() -> i32",
	.moments = MOMENT_REQUEST,
};
