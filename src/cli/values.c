/* values.c: see values.h. */
#include "config.h"

#include "cli/values.h"

#include "base/alloc.h"
#include "exec/numeric.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* Longest spelling of one number. */
#define MAX_NUMBER 400

static const struct {
	const char *prefix;
	uint8_t type;
} prefixes[] = {{"I32(", TYPE_I32},
		{"I64(", TYPE_I64},
		{"F32(", TYPE_F32},
		{"F64(", TYPE_F64}};

/* An integer of bits bits: signed or unsigned, decimal or hexadecimal. */
static bool parse_integer(const char *text, unsigned bits, uint64_t *slot)
{
	bool negative = *text == '-';
	unsigned long long value;
	uint64_t limit = bits == 64 ? UINT64_MAX : UINT32_MAX;
	char *end;

	if (*text == '-' || *text == '+')
		text++;
	if (!isdigit((unsigned char)*text))
		return false;
	errno = 0;
	value = strtoull(text, &end,
			 text[0] == '0' && (text[1] | 0x20) == 'x' ? 16 : 10);
	if (*end != '\0' || errno != 0)
		return false;
	if (negative ? value > limit / 2 + 1 : value > limit)
		return false;
	*slot = negative ? (uint64_t)0 - value : value;
	if (bits == 32)
		*slot = (uint32_t)*slot;
	return true;
}

static bool parse_number(const char *text, uint8_t type, uint64_t *slot)
{
	char *end;

	switch (type) {
	case TYPE_I32:
		return parse_integer(text, 32, slot);
	case TYPE_I64:
		return parse_integer(text, 64, slot);
	case TYPE_F32:
		*slot = f32_bits(strtof(text, &end));
		break;
	case TYPE_F64:
		*slot = f64_bits(strtod(text, &end));
		break;
	default:
		return false;
	}
	return end != text && *end == '\0' && !isspace((unsigned char)*text);
}

/* One value: PREFIX(number) or a plain number. */
static enum error parse_value(const char *text, size_t length, uint8_t type,
			      size_t index, uint64_t *slot,
			      struct report *report)
{
	char number[MAX_NUMBER + 1];
	const char *start = text;
	size_t n = length, i;

	for (i = 0; i < sizeof(prefixes) / sizeof(*prefixes); i++) {
		if (length < 5 || strncmp(text, prefixes[i].prefix, 4) != 0 ||
		    text[length - 1] != ')')
			continue;
		if (prefixes[i].type != type)
			return report_error(
				report, ERR_USAGE,
				"--params: argument %zu is %.*s, the function "
				"takes %s",
				index + 1, (int)length, text,
				value_type_name(type));
		start += 4;
		n = length - 5;
	}
	if (n <= MAX_NUMBER) {
		memcpy(number, start, n);
		number[n] = '\0';
		if (parse_number(number, type, slot))
			return ERR_NONE;
	}
	return report_error(report, ERR_USAGE,
			    "--params: argument %zu: \"%.*s\" is not a value "
			    "of type %s",
			    index + 1, (int)length, text,
			    value_type_name(type));
}

static enum error parse_list(const char *list, const struct func_type *type,
			     uint64_t *slots, size_t *count,
			     struct report *report)
{
	for (;;) {
		size_t length;

		list += strspn(list, ", \t");
		length = strcspn(list, ", \t");
		if (length == 0)
			return ERR_NONE;
		if (*count < type->nparams)
			TRY(parse_value(list, length, type->types[*count],
					*count, &slots[*count], report));
		++*count;
		list += length;
	}
}

enum error values_parse(const char *const *lists, size_t nlists,
			const struct func_type *type, uint64_t **slots,
			struct report *report)
{
	uint64_t *parsed = alloc_array(type->nparams, sizeof(*parsed));
	enum error err = ERR_NONE;
	size_t i, count = 0;

	if (parsed == NULL)
		return report_no_memory(report, 8ull * type->nparams);
	for (i = 0; i < nlists && err == ERR_NONE; i++)
		err = parse_list(lists[i], type, parsed, &count, report);
	if (err == ERR_NONE && count != type->nparams)
		err = report_error(report, ERR_USAGE,
				   "the function takes %u arguments, --params "
				   "gives %zu",
				   type->nparams, count);
	if (err != ERR_NONE) {
		alloc_free(parsed);
		return err;
	}
	*slots = parsed;
	return ERR_NONE;
}

/* The fewest digits that read back as the same number. */
static void print_double(FILE *file, double value, bool is_single)
{
	int digits;
	char text[40];

	for (digits = 1; digits <= 17; digits++) {
		snprintf(text, sizeof(text), "%.*g", digits, value);
		if (is_single ? strtof(text, NULL) == (float)value
			      : strtod(text, NULL) == value)
			break;
	}
	fputs(text, file);
}

void value_print(FILE *file, uint8_t type, uint64_t slot)
{
	switch (type) {
	case TYPE_I32:
		fprintf(file, "%" PRId32, (int32_t)(uint32_t)slot);
		break;
	case TYPE_I64:
		fprintf(file, "%" PRId64, (int64_t)slot);
		break;
	case TYPE_F32:
		print_double(file, (double)f32_from_bits((uint32_t)slot),
			     true);
		break;
	case TYPE_F64:
		print_double(file, f64_from_bits(slot), false);
		break;
	default:
		fputs(slot == 0 ? "null" : "reference", file);
		break;
	}
}
