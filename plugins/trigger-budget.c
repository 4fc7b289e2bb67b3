/* trigger-budget.c: a snapshot is due after a number of Wasm instructions.
 *
 * Exact: it fires at the first safepoint at or past the count, which is the same on
 * every host, build and dispatch.  The count begins where this process took the
 * guest up, so a restored run goes as far again.
 */
#include "config.h"

#include "plugin/trigger.h"

struct state {
	uint64_t after; /* instructions from the start of the run to the first */
	uint64_t every; /* 0: once */
	uint64_t next;	/* count to fire at; UINT64_MAX: never again */
};

static const struct plugin_option options[] = {
	{"after", "Wasm instructions to execute before it fires"},
	{"every", "fires again after each further N instructions"},
	{NULL, NULL},
};

static enum error init(void *state, const struct plugin_choice *choice,
		       struct report *report)
{
	struct state *budget = state;

	TRY(plugin_choice_number(choice, "every", false, INT64_MAX, 0,
				 &budget->every, report));
	TRY(plugin_choice_number(choice, "after", true, INT64_MAX,
				 budget->every, &budget->after, report));
	if (plugin_choice_get(choice, "after", true) == NULL &&
	    budget->every == 0)
		return report_error(report, ERR_USAGE,
				    "budget: say after how many instructions "
				    "(budget:N or budget:every=N)");
	if (budget->after == 0)
		return report_error(report, ERR_USAGE,
				    "budget: after: instructions are counted "
				    "from 1");
	return ERR_NONE;
}

static void start(void *state, const struct trigger_now *now)
{
	struct state *budget = state;

	budget->next = now->instructions + budget->after;
}

static enum trigger_verdict poll(void *state, const struct trigger_now *now)
{
	struct state *budget = state;

	if (now->instructions < budget->next)
		return TRIGGER_NOT_DUE;
	budget->next = budget->every == 0 ? UINT64_MAX
					  : now->instructions + budget->every;
	return TRIGGER_DUE;
}

static uint64_t instruction_limit(void *state)
{
	struct state *budget = state;

	return budget->next;
}

const struct trigger_type trigger_budget = {
	.name = "budget",
	.help = "after a number of Wasm instructions, exact everywhere",
	.options = options,
	.state_size = sizeof(struct state),
	.counts_instructions = true,
	.init = init,
	.start = start,
	.poll = poll,
	.instruction_limit = instruction_limit,
};
