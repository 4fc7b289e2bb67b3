/* trigger-call.c: a snapshot is due when a function is called for the n-th time: one of the
 * guest, by name or #index, or one of WASI, as wasi:fd_read.
 */
#include "config.h"

#include "plugin/trigger.h"

#include "base/alloc.h"
#include "wasi/wasi.h"

#include <string.h>

#define WASI_PREFIX "wasi:"

struct state {
	char *function;
	uint64_t left; /* calls until it fires; 0: never again */
	uint64_t every;
};

static const struct plugin_option options[] = {
	{"function", "function of the guest, #index, or wasi:NAME"},
	{"nth", "which call since the run began or was continued (default 1)"},
	{"every", "fires again at each further n-th call"},
	{NULL, NULL},
};

static enum error init(void *state, const struct plugin_choice *choice,
		       struct report *report)
{
	const char *function = plugin_choice_get(choice, "function", true);
	struct state *call = state;

	TRY(plugin_choice_number(choice, "every", false, INT64_MAX, 0,
				 &call->every, report));
	TRY(plugin_choice_number(choice, "nth", false, INT64_MAX,
				 call->every > 0 ? call->every : 1, &call->left,
				 report));
	if (function == NULL || *function == '\0')
		return report_error(report, ERR_USAGE,
				    "call: say which function "
				    "(call:NAME, call:#N, call:wasi:NAME)");
	if (call->left == 0)
		return report_error(report, ERR_USAGE,
				    "call: nth: calls are counted from 1");
	if (strncmp(function, WASI_PREFIX, strlen(WASI_PREFIX)) == 0 &&
	    !wasi_has_function(function + strlen(WASI_PREFIX)))
		return report_error(report, ERR_USAGE,
				    "call: WASI has no function \"%s\"",
				    function + strlen(WASI_PREFIX));
	call->function = alloc_string(function, strlen(function));
	return call->function == NULL
		       ? report_no_memory(report, strlen(function))
		       : ERR_NONE;
}

static bool is_wasi(const struct state *call)
{
	return strncmp(call->function, WASI_PREFIX, strlen(WASI_PREFIX)) == 0;
}

static const char *function(void *state)
{
	struct state *call = state;

	return is_wasi(call) ? NULL : call->function;
}

static enum trigger_verdict moment(void *state,
				   const struct moment_event *event,
				   const struct trigger_now *now)
{
	struct state *call = state;

	(void)now;
	if (event->moment == MOMENT_HOST_CALL &&
	    (!is_wasi(call) || strcmp(call->function + strlen(WASI_PREFIX),
				      event->function) != 0))
		return TRIGGER_NOT_DUE;
	if (call->left == 0 || --call->left > 0)
		return TRIGGER_NOT_DUE;
	call->left = call->every;
	return TRIGGER_DUE;
}

static void fini(void *state)
{
	struct state *call = state;

	alloc_free(call->function);
}

const struct trigger_type trigger_call = {
	.name = "call",
	.help = "when a function of the guest or of WASI is called",
	.options = options,
	.state_size = sizeof(struct state),
	.moments = MOMENT_FUNCTION | MOMENT_HOST_CALL,
	.init = init,
	.moment = moment,
	.function = function,
	.fini = fini,
};
