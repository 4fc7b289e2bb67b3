/* tracer-strace.c: the calls of the host, a line each, as strace(1) shows system calls. */
#include "config.h"

#include "plugin/tracer.h"

#include "plugin/host_call_text.h"

struct state {
	FILE *output;
	uint64_t first; /* time of the first call, ns */
};

static enum error init(void *state, const struct plugin_choice *choice,
		       uint32_t resources, FILE *output, struct report *report)
{
	struct state *strace = state;

	(void)choice;
	(void)resources;
	(void)report;
	strace->output = output;
	return ERR_NONE;
}

static void host_call(void *state, const struct host_traced *traced)
{
	struct state *strace = state;
	char text[HOST_CALL_TEXT_SIZE];

	if (strace->first == 0)
		strace->first = traced->began;
	host_call_text(traced, text);
	fprintf(strace->output, "%12.6f %s",
		(double)(traced->began - strace->first) / 1e9, text);
	if (traced->has_returned)
		fprintf(strace->output, " <%.6f>",
			(double)(traced->ended - traced->began) / 1e9);
	putc('\n', strace->output);
}

const struct tracer_type tracer_strace = {
	.name = "strace",
	.help = "calls of the host with arguments, results and times",
	.state_size = sizeof(struct state),
	.init = init,
	.host_call = host_call,
};
