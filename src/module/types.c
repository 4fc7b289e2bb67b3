/* types.c: see types.h. */
#include "config.h"

#include "types.h"

#include <string.h>

const char *value_type_name(uint8_t type)
{
	switch (type) {
	case TYPE_I32:
		return "i32";
	case TYPE_I64:
		return "i64";
	case TYPE_F32:
		return "f32";
	case TYPE_F64:
		return "f64";
	case TYPE_V128:
		return "v128";
	case TYPE_FUNCREF:
		return "funcref";
	case TYPE_EXTERNREF:
		return "externref";
	default:
		return "unknown";
	}
}

bool value_type_is_reference(uint8_t type)
{
	return type == TYPE_FUNCREF || type == TYPE_EXTERNREF;
}

bool value_type_is_valid(uint8_t code)
{
	return (code >= TYPE_F64 && code <= TYPE_I32) ||
	       value_type_is_reference(code);
}

bool func_type_equal(const struct func_type *a, const struct func_type *b)
{
	return a->nparams == b->nparams && a->nresults == b->nresults &&
	       memcmp(a->types, b->types,
		      (size_t)a->nparams + a->nresults) == 0;
}

bool func_results_equal(const struct func_type *a, const struct func_type *b)
{
	return a->nresults == b->nresults &&
	       (a->nresults == 0 ||
		memcmp(a->types + a->nparams, b->types + b->nparams,
		       a->nresults) == 0);
}

bool limits_match(const struct limits *provided, const struct limits *required)
{
	if (provided->is64 != required->is64 || provided->min < required->min)
		return false;
	if (!required->has_max)
		return true;
	return provided->has_max && provided->max <= required->max;
}
