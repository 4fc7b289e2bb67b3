/* wait.c: calls that wait for something outside, without keeping the triggers waiting.
 *
 * The host is asked in slices; between them, nothing having happened, the hook may take a
 * snapshot.  It holds the call as not yet made, and the time when it began, so that whoever
 * continues waits only for the rest.  See doc/safepoints.md.
 */
#include "config.h"

#include "call.h"

#include "base/alloc.h"

#include <string.h>

/* Whether anybody wants to be asked while the guest waits. */
static bool is_watched(const struct exec *exec)
{
	return exec->wait_slice != UINT64_MAX ||
	       (exec->moments & MOMENT_WAIT) != 0 || exec->call.begun != 0;
}

static uint64_t guest_now(const struct wasi_call *call)
{
	uint64_t now = 0;

	(void)wasi_clock_now(call->wasi, WASI_CLOCK_MONOTONIC, 0, &now);
	return now;
}

/* Time since the call was first made, ns. */
static uint64_t waited(struct wasi_call *call)
{
	struct host_call *made = &call->exec->call;
	uint64_t now = guest_now(call);

	if (made->begun == 0)
		made->begun = now == 0 ? 1 : now;
	return now > made->begun ? now - made->begun : 0;
}

/* What is left of a subscription to a clock, ns. */
static uint64_t time_left(struct wasi_call *call,
			  const struct host_subscription *subscription)
{
	uint64_t now = 0;

	if (!subscription->absolute)
		now = waited(call);
	else if (host_clock_time(subscription->clock, 0, &now) != WASI_SUCCESS)
		return 0;
	return now < subscription->timeout ? subscription->timeout - now : 0;
}

/* Copies what is to be polled: descriptors, and one clock for all that the guest waits for
 * and for the slice.  Not every host does several clocks right.  Returns their number. */
static size_t make_slice(struct wasi_call *call,
			 const struct host_subscription *subscriptions,
			 size_t count, uint64_t slice,
			 struct host_subscription *copy)
{
	size_t i, n = 0;

	for (i = 0; i < count; i++) {
		uint64_t left;

		if (subscriptions[i].type != WASI_EVENT_CLOCK) {
			copy[n++] = subscriptions[i];
			continue;
		}
		left = time_left(call, &subscriptions[i]);
		if (left < slice)
			slice = left;
	}
	if (slice != UINT64_MAX)
		copy[n++] = (struct host_subscription){
			.type = WASI_EVENT_CLOCK,
			.clock = WASI_CLOCK_MONOTONIC,
			.timeout = slice};
	return n;
}

/* Translates what was found back to the guest's subscriptions; true when any happened. */
static bool take_events(struct wasi_call *call,
			const struct host_subscription *subscriptions,
			size_t count, const struct host_event *found,
			struct host_event *events)
{
	bool any = false;
	size_t i, n = 0;

	for (i = 0; i < count; i++) {
		if (subscriptions[i].type != WASI_EVENT_CLOCK)
			events[i] = found[n++];
		else
			events[i] = (struct host_event){
				.happened = time_left(call,
						      &subscriptions[i]) == 0};
		any = any || events[i].happened;
	}
	return any;
}

/* Asks the hook; first: the call begins to wait.  True to stop. */
static bool ask(struct wasi_call *call, bool first)
{
	const struct moment_event event = {.moment = MOMENT_WAIT,
					   .module = WASI_MODULE,
					   .function = call->name};
	struct exec *exec = call->exec;

	if (first && !exec->call.is_again && exec_tell(exec, &event))
		return true;
	return exec->wait_slice != UINT64_MAX && exec->safepoint != NULL &&
	       exec->safepoint(exec, exec->safepoint_context);
}

/* copy and found have room for one more than the guest's subscriptions. */
static wasi_errno wait_in_slices(struct wasi_call *call,
				 const struct host_subscription *subscriptions,
				 struct host_event *events, size_t count,
				 struct host_subscription *copy,
				 struct host_event *found)
{
	uint64_t slice = 0;
	bool first = true;

	(void)waited(call); /* begins to count */
	for (;;) {
		size_t n = make_slice(call, subscriptions, count, slice, copy);
		wasi_errno err = host_poll(copy, found, n);

		if (err == WASI_SUCCESS &&
		    take_events(call, subscriptions, count, found, events))
			return WASI_SUCCESS;
		/* After a signal somebody may want a snapshot. */
		if (err != WASI_SUCCESS && err != WASI_INTR)
			return err;
		if (ask(call, first)) {
			call->stopped = true;
			return WASI_SUCCESS;
		}
		first = false;
		slice = call->exec->wait_slice;
	}
}

wasi_errno call_wait(struct wasi_call *call,
		     const struct host_subscription *subscriptions,
		     struct host_event *events, size_t count)
{
	struct host_subscription *copy;
	struct host_event *found;
	wasi_errno err = WASI_NOMEM;

	if (!is_watched(call->exec))
		return host_poll(subscriptions, events, count);
	copy = alloc_array(count + 1, sizeof(*copy));
	found = alloc_array(count + 1, sizeof(*found));
	if (copy != NULL && found != NULL)
		err = wait_in_slices(call, subscriptions, events, count, copy,
				     found);
	alloc_free(copy);
	alloc_free(found);
	return err;
}

bool call_wait_readable(struct wasi_call *call, const struct fd_entry *entry)
{
	struct host_subscription subscription = {.type = WASI_EVENT_FD_READ,
						 .handle = entry->handle};
	struct host_event event = {0};

	if (!is_watched(call->exec) ||
	    entry->filetype == WASI_FILETYPE_REGULAR_FILE ||
	    entry->filetype == WASI_FILETYPE_DIRECTORY ||
	    (entry->flags & WASI_FDFLAG_NONBLOCK) != 0)
		return true;
	/* A host that cannot wait for this kind lets the call itself wait. */
	(void)call_wait(call, &subscription, &event, 1);
	return !call->stopped;
}
