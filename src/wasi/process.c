/* process.c: WASI calls about the process: arguments, environment, clocks,
 * random numbers, exit, signals, scheduling.
 */
#include "config.h"

#include "call.h"

#include <string.h>

/* Writes the strings of a list and the table of their addresses. */
static wasi_errno store_strings(struct wasi_call *call,
				const struct string_list *list, uint32_t table,
				uint32_t buffer)
{
	size_t i;

	for (i = 0; i < list->count; i++) {
		size_t length = strlen(list->items[i]) + 1;
		uint8_t *bytes = call_bytes(call, buffer, length);

		if (bytes == NULL)
			return WASI_FAULT;
		WASI_TRY(call_store32(call, table, buffer));
		memcpy(bytes, list->items[i], length);
		table += 4;
		buffer += (uint32_t)length;
	}
	return WASI_SUCCESS;
}

static wasi_errno store_sizes(struct wasi_call *call,
			      const struct string_list *list)
{
	size_t i, size = 0;

	for (i = 0; i < list->count; i++)
		size += strlen(list->items[i]) + 1;
	WASI_TRY(call_store32(call, call_u32(call, 0), (uint32_t)list->count));
	return call_store32(call, call_u32(call, 1), (uint32_t)size);
}

wasi_errno wasi_args_get(struct wasi_call *call)
{
	return store_strings(call, &call->wasi->arguments, call_u32(call, 0),
			     call_u32(call, 1));
}

wasi_errno wasi_args_sizes_get(struct wasi_call *call)
{
	return store_sizes(call, &call->wasi->arguments);
}

wasi_errno wasi_environ_get(struct wasi_call *call)
{
	return store_strings(call, &call->wasi->environment, call_u32(call, 0),
			     call_u32(call, 1));
}

wasi_errno wasi_environ_sizes_get(struct wasi_call *call)
{
	return store_sizes(call, &call->wasi->environment);
}

wasi_errno wasi_clock_now(const struct wasi *wasi, uint8_t clock,
			  uint64_t precision, uint64_t *ns)
{
	WASI_TRY(host_clock_time(clock, precision, ns));
	*ns += wasi->clock_offsets[clock];
	return WASI_SUCCESS;
}

wasi_errno wasi_clock_res_get(struct wasi_call *call)
{
	uint64_t ns;

	if (call_u32(call, 0) >= WASI_CLOCK_COUNT)
		return WASI_INVAL;
	WASI_TRY(host_clock_resolution((uint8_t)call_u32(call, 0), &ns));
	return call_store64(call, call_u32(call, 1), ns);
}

wasi_errno wasi_clock_time_get(struct wasi_call *call)
{
	uint64_t ns;

	if (call_u32(call, 0) >= WASI_CLOCK_COUNT)
		return WASI_INVAL;
	WASI_TRY(wasi_clock_now(call->wasi, (uint8_t)call_u32(call, 0),
				call_u64(call, 1), &ns));
	return call_store64(call, call_u32(call, 2), ns);
}

wasi_errno wasi_proc_exit(struct wasi_call *call)
{
	(void)call; /* wasi.c ends the run */
	return WASI_SUCCESS;
}

wasi_errno wasi_proc_raise(struct wasi_call *call)
{
	(void)call; /* the guest has no signals; hosts have dropped the call */
	return WASI_NOTSUP;
}

wasi_errno wasi_sched_yield(struct wasi_call *call)
{
	(void)call;
	return host_yield();
}

wasi_errno wasi_random_get(struct wasi_call *call)
{
	uint32_t length = call_u32(call, 1);
	uint8_t *bytes = call_bytes(call, call_u32(call, 0), length);

	return bytes == NULL ? WASI_FAULT : host_random(bytes, length);
}
