/* moment.h: moments of a run that somebody outside the interpreter can ask to be told of.
 *
 * They cost nothing unless asked for: the translator marks the functions, calls of the host
 * are out of line anyway.
 */
#ifndef CHIWAWA_MOMENT_H
#define CHIWAWA_MOMENT_H

#include <stdint.h>

/* A set of these is a uint32_t. */
enum moment {
	MOMENT_START = 1,      /* instantiated; the entry was not called yet */
	MOMENT_FUNCTION = 2,   /* a function that was asked for is entered */
	MOMENT_HOST_CALL = 4,  /* the guest calls a function of the host */
	MOMENT_WAIT = 8,       /* that function finds nothing to give and begins to wait */
	MOMENT_REQUEST = 16,   /* the guest calls chiwawa.snapshot */
	MOMENT_TRAP = 32,      /* the guest trapped; it cannot go on */
};

struct moment_event {
	enum moment moment;
	/* MOMENT_HOST_CALL and MOMENT_WAIT: the function by its import, else NULL. */
	const char *module, *function;
	uint32_t func; /* MOMENT_FUNCTION: its index */
};

#endif
