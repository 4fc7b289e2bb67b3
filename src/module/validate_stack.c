/* validate_stack.c: the stack of operand types of a body that is validated. */
#include "config.h"

#include "validator.h"

#include "base/alloc.h"
#include "module/validate.h"

#include <stdio.h>

enum error validator_invalid(struct validator *v, const char *what)
{
	return validate_error(v->module, v->report, v->where, what);
}

enum error validator_unknown(struct validator *v, const char *kind,
			  uint32_t index)
{
	char what[64];

	snprintf(what, sizeof(what), "unknown %s %u", kind, index);
	return validator_invalid(v, what);
}

enum error validator_index(struct validator *v, uint32_t index,
			      uint32_t count, const char *kind)
{
	return index < count ? ERR_NONE : validator_unknown(v, kind, index);
}

enum error validator_push(struct validator *v, uint8_t type)
{
	const struct control_frame *frame = &v->frames[v->nframes - 1];

	if (alloc_grow(&v->operands, &v->operands_capacity, v->noperands + 1,
		       1) != 0)
		return report_no_memory(v->report, v->noperands + 1);
	v->operands[v->noperands++] = type;
	if (!frame->unreachable && v->noperands > v->func->max_height)
		v->func->max_height = (uint32_t)v->noperands;
	return ERR_NONE;
}

enum error validator_mismatch(struct validator *v, uint8_t expected,
			   uint8_t found)
{
	char what[80];

	snprintf(what, sizeof(what), "type mismatch: expected %s, found %s",
		 expected == TYPE_UNKNOWN ? "a value"
					  : value_type_name(expected),
		 found == TYPE_UNKNOWN ? "nothing" : value_type_name(found));
	return validator_invalid(v, what);
}

enum error validator_pop_any(struct validator *v, uint8_t *type)
{
	const struct control_frame *frame = &v->frames[v->nframes - 1];

	if (v->noperands == frame->height) {
		if (!frame->unreachable)
			return validator_mismatch(v, TYPE_UNKNOWN, TYPE_UNKNOWN);
		*type = TYPE_UNKNOWN;
		return ERR_NONE;
	}
	*type = v->operands[--v->noperands];
	return ERR_NONE;
}

enum error validator_pop(struct validator *v, uint8_t expected)
{
	const struct control_frame *frame = &v->frames[v->nframes - 1];
	uint8_t found;

	if (v->noperands == frame->height && !frame->unreachable)
		return validator_mismatch(v, expected, TYPE_UNKNOWN);
	TRY(validator_pop_any(v, &found));
	if (found != expected && found != TYPE_UNKNOWN &&
	    expected != TYPE_UNKNOWN)
		return validator_mismatch(v, expected, found);
	return ERR_NONE;
}
