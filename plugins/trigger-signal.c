/* trigger-signal.c: SIGUSR1 takes a snapshot and goes on, SIGTERM takes one and stops.
 *
 * The handlers only set flags.  A wait of the guest ends early (wait.c), so that its
 * snapshot does not wait either.  A Wasm build has no signals and says so.
 */
#include "config.h"

#include "plugin/trigger.h"

#ifndef __wasm__
#include <signal.h>
#include <string.h>

static volatile sig_atomic_t usr1_came, term_came;
static struct sigaction old_usr1, old_term;

static const struct {
	int signal;
	volatile sig_atomic_t *came;
	struct sigaction *old;
} watched[] = {{SIGUSR1, &usr1_came, &old_usr1},
	       {SIGTERM, &term_came, &old_term}};

#define WATCHED (sizeof(watched) / sizeof(*watched))

static void handle(int number)
{
	if (number == SIGUSR1)
		usr1_came = 1;
	else
		term_came = 1;
}

static enum error init(void *state, const struct plugin_choice *choice,
		       struct report *report)
{
	struct sigaction action;
	size_t i;

	(void)state;
	(void)choice;
	memset(&action, 0, sizeof(action));
	action.sa_handler = handle;
	/* The guest's own calls must not fail with EINTR. */
	action.sa_flags = SA_RESTART;
	sigemptyset(&action.sa_mask);
	for (i = 0; i < WATCHED; i++)
		if (sigaction(watched[i].signal, &action, watched[i].old) != 0)
			return report_error(report, ERR_IO,
					    "signal: cannot install handlers");
	return ERR_NONE;
}

static enum trigger_verdict poll(void *state, const struct trigger_now *now)
{
	(void)state;
	(void)now;
	if (term_came) {
		/* When the snapshot fails, a second SIGTERM ends the process. */
		term_came = 0;
		(void)sigaction(SIGTERM, &old_term, NULL);
		return TRIGGER_DUE_STOP;
	}
	if (!usr1_came)
		return TRIGGER_NOT_DUE;
	usr1_came = 0;
	return TRIGGER_DUE_GO_ON;
}

static void fini(void *state)
{
	size_t i;

	(void)state;
	for (i = 0; i < WATCHED; i++)
		(void)sigaction(watched[i].signal, watched[i].old, NULL);
}
#else
static enum error init(void *state, const struct plugin_choice *choice,
		       struct report *report)
{
	(void)state;
	(void)choice;
	return report_error(report, ERR_USAGE,
			    "signal: a Wasm build has no signals (try file or "
			    "timer)");
}

static enum trigger_verdict poll(void *state, const struct trigger_now *now)
{
	(void)state;
	(void)now;
	return TRIGGER_NOT_DUE;
}

static void fini(void *state)
{
	(void)state;
}
#endif

const struct trigger_type trigger_signal = {
	.name = "signal",
	.help = "SIGUSR1: a snapshot, and go on; SIGTERM: a snapshot, and stop",
	.state_size = 1,
	.latency = 250000,
	.init = init,
	.poll = poll,
	.fini = fini,
};
