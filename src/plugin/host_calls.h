/* host_calls.h: calls of the host counted by name, for tracers that report them. */
#ifndef CHIWAWA_HOST_CALLS_H
#define CHIWAWA_HOST_CALLS_H

#include "exec/exec.h"

/* Names that are told apart: more than there are WASI calls. */
#define HOST_CALLS_MAX 64

/* Zero at first. */
struct host_calls {
	struct host_call_count {
		char name[40];
		uint64_t count;
		uint64_t ns; /* of those that returned */
	} calls[HOST_CALLS_MAX];
	size_t count;
};

void host_calls_add(struct host_calls *calls, const struct host_traced *traced);

/* As the bytes that tracer_type.save gives, to be freed with alloc_free, and back.  What is
 * wrong with the bytes is said of the part tracer/NAME. */
enum error host_calls_save(const struct host_calls *calls, uint8_t **bytes,
			   uint32_t *length, struct report *report);
enum error host_calls_load(struct host_calls *calls, const char *name,
			   const uint8_t *bytes, uint32_t length,
			   struct report *report);

#endif
