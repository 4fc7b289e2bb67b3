/* host_calls.c: see host_calls.h. */
#include "config.h"

#include "host_calls.h"

#include "base/alloc.h"
#include "base/little_endian.h"

#include <stdio.h>
#include <string.h>

/* u32 version 1, and for each name: 40 bytes with it, ended by 0, u64 count, u64 ns. */
#define PART_VERSION 1
#define HEADER_SIZE 4
#define ENTRY_SIZE 56

void host_calls_add(struct host_calls *calls, const struct host_traced *traced)
{
	struct host_call_count *call;
	size_t i;

	for (i = 0; i < calls->count; i++)
		if (strcmp(calls->calls[i].name, traced->name) == 0)
			break;
	if (i == HOST_CALLS_MAX)
		return;
	call = &calls->calls[i];
	if (i == calls->count) {
		calls->count++;
		snprintf(call->name, sizeof(call->name), "%s", traced->name);
	}
	call->count++;
	if (traced->has_returned)
		call->ns += traced->ended - traced->began;
}

enum error host_calls_save(const struct host_calls *calls, uint8_t **bytes,
			   uint32_t *length, struct report *report)
{
	size_t i;

	*length = (uint32_t)(HEADER_SIZE + calls->count * ENTRY_SIZE);
	*bytes = alloc_array(*length, 1);
	if (*bytes == NULL)
		return report_no_memory(report, *length);
	le_write32(*bytes, PART_VERSION);
	for (i = 0; i < calls->count; i++) {
		uint8_t *p = *bytes + HEADER_SIZE + i * ENTRY_SIZE;

		memcpy(p, calls->calls[i].name, sizeof(calls->calls[i].name));
		le_write64(p + 40, calls->calls[i].count);
		le_write64(p + 48, calls->calls[i].ns);
	}
	return ERR_NONE;
}

enum error host_calls_load(struct host_calls *calls, const char *name,
			   const uint8_t *bytes, uint32_t length,
			   struct report *report)
{
	size_t i;

	if (length < HEADER_SIZE || (length - HEADER_SIZE) % ENTRY_SIZE != 0 ||
	    (length - HEADER_SIZE) / ENTRY_SIZE > HOST_CALLS_MAX ||
	    le_read32(bytes) != PART_VERSION)
		return report_error(report, ERR_BAD_SNAPSHOT,
				    "part tracer/%s: its length or version is "
				    "wrong",
				    name);
	calls->count = (length - HEADER_SIZE) / ENTRY_SIZE;
	for (i = 0; i < calls->count; i++) {
		const uint8_t *p = bytes + HEADER_SIZE + i * ENTRY_SIZE;
		struct host_call_count *call = &calls->calls[i];

		memcpy(call->name, p, sizeof(call->name));
		call->name[sizeof(call->name) - 1] = '\0';
		call->count = le_read64(p + 40);
		call->ns = le_read64(p + 48);
	}
	return ERR_NONE;
}
