/* trace_event.c: see trace_event.h. */
#include "config.h"

#include "trace_event.h"

uint32_t trace_event_of_probe(enum opcode op)
{
	if (op == OP_LOOP)
		return TRACE_LOOP;
	/* Ends of blocks are never probed. */
	return op == OP_END ? TRACE_RETURN : trace_event_of(op);
}

uint32_t trace_event_of(enum opcode op)
{
	switch (op) {
	case OP_BLOCK:
	case OP_LOOP:
	case OP_ELSE:
	case OP_END:
		return 0;
	case OP_CALL:
	case OP_CALL_INDIRECT:
	case OP_RETURN_CALL:
	case OP_RETURN_CALL_INDIRECT:
		return TRACE_CALL;
	case OP_RETURN:
		return TRACE_RETURN;
	case OP_GLOBAL_SET:
		return TRACE_GLOBAL;
	case OP_TABLE_SET:
	case OP_TABLE_GROW:
	case OP_TABLE_FILL:
	case OP_TABLE_COPY:
	case OP_TABLE_INIT:
		return TRACE_TABLE;
	case OP_MEMORY_GROW:
		return TRACE_GROW;
	case OP_BR:
	case OP_BR_IF:
	case OP_BR_TABLE:
	case OP_IF:
		return TRACE_BRANCH;
	case OP_MEMORY_FILL:
	case OP_MEMORY_COPY:
	case OP_MEMORY_INIT:
		return TRACE_STORE;
	default:
		break;
	}
	if (opcode_infos[op].immediate != IMMEDIATE_MEMARG)
		return TRACE_OTHER;
	/* A load has a result: its signature does not end in '>'. */
	return opcode_infos[op].signature[1] == '>' ? TRACE_LOAD : TRACE_STORE;
}
