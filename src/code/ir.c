/* ir.c: table of the IR's operations and its disassembler. */
#include "config.h"

#include "ir.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Units of the operands named by a string of letters. */
#define UNITS_OF(c)                                                            \
	((c) == 'i' || (c) == 'm' || (c) == 'x' || (c) == 't' ? 2              \
	 : (c) == 'l'					      ? 4              \
							      : 1)
#define UNITS_AT(S, I) ((I) + 1 < sizeof(S) ? UNITS_OF((S)[(I) + 1 < sizeof(S) ? (I) : 0]) : 0)
#define LENGTH(S) (1 + UNITS_AT(S, 0) + UNITS_AT(S, 1) + UNITS_AT(S, 2) + UNITS_AT(S, 3))

const struct ir_info ir_infos[IR_COUNT] = {
#define IR(NAME, OPERANDS) [IR_##NAME] = {#NAME, OPERANDS, LENGTH(OPERANDS)},
#include "ir.def"
};

struct text {
	char *buffer;
	size_t size;
	size_t length;
};

static void append(struct text *text, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static void append(struct text *text, const char *format, ...)
{
	size_t left = text->length < text->size ? text->size - text->length : 0;
	va_list arguments;
	int n;

	va_start(arguments, format);
	n = vsnprintf(left > 0 ? text->buffer + text->length : NULL, left,
		      format, arguments);
	va_end(arguments);
	if (n > 0)
		text->length += (size_t)n;
}

static uint32_t read_unit32(const ir_unit *p)
{
	uint32_t value;

	memcpy(&value, p, sizeof(value));
	return value;
}

static void dump_operand(struct text *text, char letter, const ir_unit *p,
			 size_t start)
{
	uint64_t wide;

	switch (letter) {
	case 'd':
	case 's':
	case 'b':
		append(text, " r%u", p[0]);
		break;
	case 'n':
		append(text, " %u", p[0]);
		break;
	case 'i':
		append(text, " #%d", (int32_t)read_unit32(p));
		break;
	case 'm':
		append(text, " +%u", read_unit32(p));
		break;
	case 'x':
		append(text, " $%u", read_unit32(p));
		break;
	case 't':
		append(text, " @%zu", start + (size_t)(int32_t)read_unit32(p));
		break;
	default:
		memcpy(&wide, p, sizeof(wide));
		append(text, " #0x%llx", (unsigned long long)wide);
		break;
	}
}

size_t ir_dump(const ir_unit *units, size_t nunits, char *buffer, size_t size)
{
	struct text text = {buffer, size, 0};
	size_t at = 0;

	if (size > 0)
		buffer[0] = '\0';
	while (at < nunits) {
		const struct ir_info *info = &ir_infos[units[at]];
		const ir_unit *p = &units[at + 1];
		const char *letter;
		uint32_t i, labels;

		append(&text, "%zu: %s", at, info->name);
		for (letter = info->operands; *letter != '\0'; letter++) {
			dump_operand(&text, *letter, p, at);
			p += UNITS_OF(*letter);
		}
		if (units[at] == IR_BR_TABLE) {
			labels = read_unit32(&units[at + 2]) + 1;
			for (i = 0; i < labels; i++, p += 2)
				dump_operand(&text, 't', p, at);
		}
		append(&text, "\n");
		at = (size_t)(p - units);
	}
	return text.length;
}
