/* request.c: see request.h. */
#include "config.h"

#include "request.h"

#include "exec/exec.h"

#define GOES_ON 0
#define WAS_RESTORED 1
#define NO_SNAPSHOT ((uint32_t)-1)

static enum host_outcome snapshot(struct exec *exec, struct instance *caller,
				  void *context, uint64_t *slots)
{
	struct moment_event event = {.moment = MOMENT_REQUEST};

	(void)caller;
	(void)context;
	/* The snapshot must hold the call as done, with the result of a restored guest. */
	exec->call.func = NULL;
	exec->request_was_met = false;
	slots[0] = WAS_RESTORED;
	if (exec_tell(exec, &event))
		return HOST_STOPPED;
	slots[0] = exec->request_was_met ? GOES_ON : NO_SNAPSHOT;
	return HOST_DONE;
}

bool request_provides(const struct name *module, const struct name *field)
{
	return name_equal(module, "chiwawa") && name_equal(field, "snapshot");
}

bool request_resolve(struct store *store, const struct name *module,
		     const struct name *field, struct external *external)
{
	static const uint8_t types[] = {TYPE_I32};
	const struct func_type type = {.types = (uint8_t *)(uintptr_t)types,
				       .nresults = 1};

	if (!request_provides(module, field))
		return false;
	external->kind = EXTERN_FUNC;
	external->func = store_add_host_func(store, &type, snapshot, NULL);
	return external->func != NULL;
}
