/* test_module.c: see test_module.h. */
#include "test_module.h"

#include <string.h>

static size_t put(uint8_t *out, size_t at, const void *bytes, size_t length)
{
	memcpy(out + at, bytes, length);
	return at + length;
}

/* Two-byte LEB128, so that sizes need no care. */
static size_t put_size(uint8_t *out, size_t at, size_t size)
{
	out[at] = (uint8_t)(size & 0x7f) | 0x80;
	out[at + 1] = (uint8_t)(size >> 7);
	return at + 2;
}

size_t test_module(uint8_t *out, const uint8_t *locals, size_t nlocals,
		   const uint8_t *body, size_t nbody)
{
	static const uint8_t head[] = {
		0, 'a', 's', 'm', 1, 0, 0, 0,
		1, 7, 1, 0x60, 2, 0x7f, 0x7f, 1, 0x7f, /* type */
		3, 2, 1, 0,			       /* function */
		5, 3, 1, 0, 1,			       /* memory */
		6, 6, 1, 0x7f, 1, 0x41, 5, 0x0b,       /* global */
		7, 5, 1, 1, 'f', 0, 0,		       /* export */
		10,				       /* code */
	};
	size_t at = put(out, 0, head, sizeof(head));

	at = put_size(out, at, nlocals + nbody + 3);
	out[at++] = 1;
	at = put_size(out, at, nlocals + nbody);
	at = put(out, at, locals, nlocals);
	return put(out, at, body, nbody);
}
