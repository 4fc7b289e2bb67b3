/* tracer-functions.c: example: how many instructions each function executed.
 *
 *   configure --with-plugin=examples/tracer-functions.c
 *   chiwawa guest.wasm --tracer functions
 */
#include "config.h"

#include "plugin/tracer.h"

#include "base/alloc.h"
#include "module/names.h"

#include <inttypes.h>

struct state {
	FILE *output;
	const struct module *module;
	uint64_t *counts; /* by function; NULL until the first instruction */
};

static enum error init(void *state, const struct plugin_choice *choice,
		       uint32_t resources, FILE *output, struct report *report)
{
	struct state *functions = state;

	(void)choice;
	(void)resources;
	(void)report;
	functions->output = output;
	return ERR_NONE;
}

static void instruction(void *state, const struct trace_record *record)
{
	struct state *functions = state;

	if (record->is_after)
		return;
	if (functions->counts == NULL) {
		functions->module = record->module;
		functions->counts = alloc_array(record->module->nfuncs,
						sizeof(*functions->counts));
	}
	if (functions->counts != NULL)
		functions->counts[record->func->index]++;
}

/* Prints what was counted: the last that is called. */
static void fini(void *state)
{
	struct state *functions = state;
	uint32_t i;
	char name[128];

	for (i = 0; functions->counts != NULL && i < functions->module->nfuncs;
	     i++) {
		if (functions->counts[i] == 0)
			continue;
		module_func_name(functions->module, i, name, sizeof(name));
		fprintf(functions->output, "%12" PRIu64 " %s\n",
			functions->counts[i], name);
	}
	alloc_free(functions->counts);
}

const struct tracer_type tracer_functions = {
	.name = "functions",
	.help = "instructions of each function",
	.state_size = sizeof(struct state),
	.init = init,
	.instruction = instruction,
	.fini = fini,
};
