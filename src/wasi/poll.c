/* poll.c: poll_oneoff. */
#include "config.h"

#include "call.h"

#include "base/alloc.h"

#include <string.h>

#define EVENT_SIZE 32

/* Where things stand in a subscription. */
struct subscription_layout {
	size_t size, clock, timeout, flags;
};

static const struct subscription_layout layouts[] = {
	{48, 16, 24, 40},
	{56, 24, 32, 48}, /* wasi_unstable: the clock has an identifier before it */
};

static const struct subscription_layout *layout_of(const struct wasi_call *call)
{
	return &layouts[call->wasi->is_unstable];
}

/* Subscriptions of one call; bounds what is allocated for it. */
#define MAX_SUBSCRIPTIONS 65536

/* Reads one subscription; an error in it becomes an event of its own. */
static void read_subscription(const struct wasi_call *call, const uint8_t *p,
			      struct host_subscription *subscription,
			      struct host_event *event)
{
	const struct subscription_layout *layout = layout_of(call);
	struct fd_entry *entry;

	memset(subscription, 0, sizeof(*subscription));
	memset(event, 0, sizeof(*event));
	subscription->type = p[8];
	if (p[8] > WASI_EVENT_FD_WRITE) {
		event->error = WASI_INVAL;
	} else if (p[8] == WASI_EVENT_CLOCK) {
		uint32_t clock = le_read32(p + layout->clock);

		subscription->timeout = le_read64(p + layout->timeout);
		subscription->absolute =
			(le_read16(p + layout->flags) & WASI_SUBCLOCK_ABSTIME) != 0;
		if (clock >= WASI_CLOCK_COUNT) {
			event->error = WASI_INVAL;
		} else {
			subscription->clock = (uint8_t)clock;
			if (subscription->absolute)
				subscription->timeout -=
					call->wasi->clock_offsets[clock];
		}
	} else {
		event->error = call_fd(call, le_read32(p + 16),
				       WASI_RIGHT_POLL_FD_READWRITE, &entry);
		if (event->error == WASI_SUCCESS)
			subscription->handle = entry->handle;
	}
	event->happened = event->error != WASI_SUCCESS;
}

static uint32_t write_events(const uint8_t *subscriptions, size_t size,
			     uint8_t *out,
			     const struct host_event *events, uint32_t count)
{
	uint32_t i, written = 0;

	for (i = 0; i < count; i++) {
		const uint8_t *in = subscriptions + i * size;
		uint8_t record[EVENT_SIZE] = {0};

		if (!events[i].happened)
			continue;
		memcpy(record, in, 8); /* user data */
		le_write16(record + 8, events[i].error);
		record[10] = in[8];
		le_write64(record + 16, events[i].nbytes);
		le_write16(record + 24, events[i].flags);
		memcpy(out + (size_t)written * EVENT_SIZE, record, EVENT_SIZE);
		written++;
	}
	return written;
}

static wasi_errno poll(struct wasi_call *call, const uint8_t *in,
		       uint32_t count, struct host_subscription *subscriptions,
		       struct host_event *events)
{
	size_t size = layout_of(call)->size;
	bool failed = false;
	uint32_t i;

	for (i = 0; i < count; i++) {
		read_subscription(call, in + i * size,
				  &subscriptions[i], &events[i]);
		failed = failed || events[i].happened;
	}
	return failed ? WASI_SUCCESS
		      : call_wait(call, subscriptions, events, count);
}

wasi_errno wasi_poll_oneoff(struct wasi_call *call)
{
	uint32_t count = call_u32(call, 2);
	size_t size = layout_of(call)->size;
	const uint8_t *in = call_bytes(call, call_u32(call, 0),
				       (uint64_t)count * size);
	uint8_t *out = call_bytes(call, call_u32(call, 1),
				  (uint64_t)count * EVENT_SIZE);
	struct host_subscription *subscriptions;
	struct host_event *events;
	uint32_t written = 0;
	wasi_errno err = WASI_NOMEM;

	if (count == 0 || count > MAX_SUBSCRIPTIONS)
		return WASI_INVAL;
	if (in == NULL || out == NULL)
		return WASI_FAULT;
	call->exec->countdown = 1; /* it waits: ask the triggers after it */
	subscriptions = alloc_array(count, sizeof(*subscriptions));
	events = alloc_array(count, sizeof(*events));
	if (subscriptions != NULL && events != NULL)
		err = poll(call, in, count, subscriptions, events);
	if (err == WASI_SUCCESS && !call->stopped)
		written = write_events(in, size, out, events, count);
	alloc_free(subscriptions);
	alloc_free(events);
	return err != WASI_SUCCESS || call->stopped
		       ? err
		       : call_store32(call, call_u32(call, 3), written);
}
