/* guest.c: see guest.h. */
#include "config.h"

#include "guest.h"

#include "base/alloc.h"
#include "cli/cli.h"
#include "cli/overrides.h"
#include "cli/values.h"
#include "snapshot/request.h"

#include <stdio.h>
#include <string.h>

static bool resolve(void *context, const struct name *module,
		    const struct name *field, enum extern_kind kind,
		    const struct func_type *type, struct external *external)
{
	struct guest *guest = context;

	(void)kind;
	(void)type;
	return wasi_resolve(guest->wasi, module, field, external) ||
	       request_resolve(guest->store, module, field, external);
}

/* ---- loading ---- */

static enum error choose_directories(struct guest *guest,
				     struct report *report)
{
	const struct option_values *chosen =
		&guest->options->given[OPTION_DIR];
	size_t i;

	if (chosen->count == 0)
		return wasi_add_host_directories(guest->wasi, report);
	for (i = 0; i < chosen->count; i++)
		TRY(wasi_add_directory(guest->wasi, chosen->values[i],
				       report));
	return ERR_NONE;
}

enum error guest_make_machine(struct guest *guest, struct report *report)
{
	uint64_t stack;

	TRY(options_number(guest->options, OPTION_MAX_STACK, SIZE_MAX / 2,
			   EXEC_STACK_BYTES, &stack, report));
	guest->store = store_new(&guest->code_options);
	if (guest->store != NULL) {
		guest->wasi = wasi_new(guest->store);
		guest->exec = exec_new(guest->store, (size_t)stack);
	}
	if (guest->wasi == NULL || guest->exec == NULL)
		return report_no_memory(report, stack);
	return choose_directories(guest, report);
}

enum error guest_load(struct guest *guest, const struct options *options,
		      const char *path, struct report *report)
{
	uint32_t features;

	guest->options = options;
	guest->path = path;
	TRY(options_features(options, &features, report));
	return cli_load_module(path, features, &guest->bytes, &guest->size,
			       &guest->module, report);
}

void guest_fini(struct guest *guest)
{
	exec_free(guest->exec);
	wasi_free(guest->wasi);
	store_free(guest->store);
	module_free(guest->module);
	alloc_free(guest->bytes);
	alloc_free(guest->entry);
	alloc_free(guest->arguments);
}

static enum error find_entry(struct guest *guest, const char *name,
			     struct report *report)
{
	struct external external;

	if (!instance_export(guest->instance, name, strlen(name), EXTERN_FUNC,
			     &external))
		return report_error(report, ERR_USAGE,
				    "the module exports no function \"%s\"%s",
				    name,
				    strcmp(name, "_start") == 0
					    ? " (see --invoke)"
					    : "");
	guest->invocation.func = external.func;
	guest->entry = alloc_string(name, strlen(name));
	if (guest->entry == NULL)
		return report_no_memory(report, strlen(name));
	guest->invocation.entry = guest->entry;
	return ERR_NONE;
}

/* ---- from the beginning ---- */

static enum error choose_arguments(struct guest *guest, struct report *report)
{
	const struct options *options = guest->options;
	const struct option_values *app = &options->given[OPTION_APP_ARGS];
	const struct option_values *environment = &options->given[OPTION_ENV];
	size_t i;

	TRY(string_list_add(&guest->wasi->arguments, guest->path,
			    strlen(guest->path), report));
	for (i = 0; i < app->count; i++)
		TRY(split_arguments(app->values[i], &guest->wasi->arguments,
				    report));
	for (i = 0; i < options->nguest_arguments; i++)
		TRY(string_list_add(&guest->wasi->arguments,
				    options->guest_arguments[i],
				    strlen(options->guest_arguments[i]),
				    report));
	for (i = 0; i < environment->count; i++) {
		const char *variable = environment->values[i];

		if (strchr(variable, '=') == NULL || *variable == '=')
			return report_error(report, ERR_USAGE,
					    "--env %s: not NAME=VALUE",
					    variable);
		TRY(string_list_add(&guest->wasi->environment, variable,
				    strlen(variable), report));
	}
	return ERR_NONE;
}

enum error guest_start(struct guest *guest, struct report *report)
{
	const struct option_values *params =
		&guest->options->given[OPTION_PARAMS];
	const char *name = options_value(guest->options, OPTION_INVOKE);
	enum trap trap;

	TRY(choose_arguments(guest, report));
	TRY(wasi_open_standard(guest->wasi, report));
	TRY(instance_new(guest->store, guest->module, INSTANTIATE_RUN, resolve,
			 guest, &guest->instance, &trap, report));
	if (trap != TRAP_NONE)
		return report_error(report, ERR_UNLINKABLE,
				    "instantiation: %s", trap_message(trap));
	TRY(find_entry(guest, name != NULL ? name : "_start", report));
	TRY(values_parse(params->values, params->count,
			 guest->invocation.func->type, &guest->arguments,
			 report));
	guest->invocation.arguments = guest->arguments;
	guest->invocation.phase = PHASE_START;
	return ERR_NONE;
}

/* ---- from a snapshot ---- */

static void warn(void *context, const char *text)
{
	const struct guest *guest = context;

	fprintf(stderr, "chiwawa: %s: warning: %s\n", guest->path, text);
}

static enum error choose_policy(struct guest *guest,
				struct restore_policy *policy,
				struct report *report)
{
	static const char *const changed[] = {"refuse", "warn", "truncate",
					      NULL};
	static const char *const clocks[] = {"freeze", "host", NULL};
	unsigned file, clock;

	TRY(options_choice(guest->options, OPTION_ON_CHANGED_FILE, changed,
			   &file, report));
	TRY(options_choice(guest->options, OPTION_CLOCK, clocks, &clock,
			   report));
	policy->changed_file = (enum changed_file)file;
	policy->clock_follows_host = clock == 1;
	policy->warn = warn;
	policy->context = guest;
	return ERR_NONE;
}

static enum error apply_invocation(struct guest *guest,
				   const struct snapshot *snapshot,
				   struct report *report)
{
	uint32_t i;

	TRY(find_entry(guest, snapshot->entry, report));
	guest->arguments = alloc_array(snapshot->narguments, sizeof(uint64_t));
	if (guest->arguments == NULL)
		return report_no_memory(report, snapshot->narguments);
	for (i = 0; i < snapshot->narguments; i++)
		guest->arguments[i] = snapshot_slot(guest->instance,
						    &snapshot->arguments[i]);
	guest->invocation.arguments = guest->arguments;
	guest->invocation.phase = (enum snapshot_phase)snapshot->phase;
	return ERR_NONE;
}

enum error guest_restore(struct guest *guest, struct snapshot *snapshot,
			 struct report *report)
{
	struct restore_policy policy;
	enum trap trap;

	TRY(choose_policy(guest, &policy, report));
	TRY(snapshot_check(snapshot, guest->module, &guest->code_options,
			   report));
	TRY(overrides_apply(guest->options, snapshot, report));
	TRY(instance_new(guest->store, guest->module, INSTANTIATE_RESTORE,
			 resolve, guest, &guest->instance, &trap, report));
	TRY(apply_invocation(guest, snapshot, report));
	TRY(snapshot_apply(snapshot, guest->exec, guest->instance, report));
	return snapshot_apply_wasi(snapshot, guest->wasi, &policy, report);
}
