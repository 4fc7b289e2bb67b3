/* trace_event.h: which traced event an instruction is. */
#ifndef CHIWAWA_TRACE_EVENT_H
#define CHIWAWA_TRACE_EVENT_H

#include "code/opcode.h"

#include <stdint.h>

enum trace_event_bit {
#define TRACE_EVENT(NAME, TEXT, HELP) TRACE_BIT_##NAME,
#include "trace_event.def"
	TRACE_EVENT_COUNT
};

enum trace_event {
#define TRACE_EVENT(NAME, TEXT, HELP) TRACE_##NAME = 1 << TRACE_BIT_##NAME,
#include "trace_event.def"
	TRACE_ALL = ((1 << TRACE_EVENT_COUNT) - 1) & ~TRACE_AFTER
};

/* The event of a probe at an instruction: as trace_event_of, but a loop's header and the
 * end of a function are events too. */
uint32_t trace_event_of_probe(enum opcode op);

/* The event of an instruction; 0 for those that only give structure (block,
 * loop, else, end), which do not execute. */
uint32_t trace_event_of(enum opcode op);

#endif
