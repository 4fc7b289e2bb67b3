/* host_call_text.c: see host_call_text.h. */
#include "config.h"

#include "host_call_text.h"

#include "base/little_endian.h"
#include "exec/memory.h"
#include "wasi/wasi.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

/* Bytes of a path or buffer that are shown. */
#define SHOWN_BYTES 32

struct text {
	char *bytes;
	size_t used, size;
};

__attribute__((format(printf, 2, 3))) static void
append(struct text *text, const char *format, ...)
{
	va_list arguments;
	int n;

	va_start(arguments, format);
	n = vsnprintf(text->bytes + text->used, text->size - text->used, format,
		      arguments);
	va_end(arguments);
	if (n > 0)
		text->used += (size_t)n < text->size - text->used
				      ? (size_t)n
				      : text->size - text->used - 1;
}

/* Bytes of the guest as a string of C; at most SHOWN_BYTES, then dots. */
static void append_bytes(struct text *text, const struct memory *memory,
			uint32_t address, uint32_t length)
{
	uint32_t i, shown = length < SHOWN_BYTES ? length : SHOWN_BYTES;

	if (memory == NULL || !memory_contains(memory, address, length)) {
		append(text, "0x%x", address);
		return;
	}
	append(text, "\"");
	for (i = 0; i < shown; i++) {
		uint8_t c = memory->data[address + i];

		if (c == '\n')
			append(text, "%s", "\\n");
		else if (c == '"' || c == '\\')
			append(text, "\\%c", c);
		else if (c < 0x20 || c > 0x7e)
			append(text, "\\x%02x", c);
		else
			append(text, "%c", c);
	}
	append(text, "%s", shown < length ? "\"..." : "\"");
}

/* The bytes of an array of (address, length): all of them when they were written, as many
 * as left when they were read. */
static void append_buffers(struct text *text, const struct memory *memory,
			  uint32_t address, uint32_t count, uint64_t left)
{
	uint32_t i;

	if (memory == NULL ||
	    !memory_contains(memory, address, (uint64_t)count * 8)) {
		append(text, "0x%x, %u", address, count);
		return;
	}
	append(text, "[");
	for (i = 0; i < count && i < 4; i++) {
		const uint8_t *p = memory->data + address + (size_t)i * 8;
		uint32_t length = le_read32(p + 4);

		if (i > 0)
			append(text, "%s", ", ");
		if (length > left)
			length = (uint32_t)left;
		left -= length;
		append_bytes(text, memory, le_read32(p), length);
	}
	append(text, "%s", count > 4 ? ", ...]" : "]");
}

/* The value at an address of a result, when the call succeeded. */
static uint64_t result_at(const struct host_traced *traced, uint64_t address,
			  unsigned size)
{
	const struct memory *memory = traced->memory;

	if (memory == NULL || traced->result != WASI_SUCCESS ||
	    !memory_contains(memory, (uint32_t)address, size))
		return 0;
	return size == 4 ? le_read32(memory->data + (uint32_t)address)
			 : le_read64(memory->data + (uint32_t)address);
}

/* How much a read gave: its result is the first 'o' behind the buffers. */
static uint64_t bytes_read(const struct host_traced *traced)
{
	const char *shown;
	size_t n = 0;

	for (shown = traced->shown; *shown != '\0'; shown++) {
		if (*shown == 'o')
			return result_at(traced, traced->arguments[n], 4);
		n += *shown == 'p' || *shown == 'r' || *shown == 'w' ? 2 : 1;
	}
	return 0;
}

/* Appends the argument of a letter; returns how many words it took. */
static size_t append_argument(struct text *text, const struct host_traced *traced,
			     char letter, size_t n)
{
	uint64_t value = traced->arguments[n];
	uint32_t next = (uint32_t)traced->arguments[n + 1];

	switch (letter) {
	case 'p':
		append_bytes(text, traced->memory, (uint32_t)value, next);
		return 2;
	case 'r':
		append_buffers(text, traced->memory, (uint32_t)value, next,
			      bytes_read(traced));
		return 2;
	case 'w':
		append_buffers(text, traced->memory, (uint32_t)value, next,
			      UINT64_MAX);
		return 2;
	case 'o':
		append(text, "[%" PRIu64 "]", result_at(traced, value, 4));
		return 1;
	case 'O':
		append(text, "[%" PRIu64 "]", result_at(traced, value, 8));
		return 1;
	case 's':
		append(text, "%" PRId64, (int64_t)value);
		return 1;
	case 'x':
	case 'a':
		append(text, "0x%" PRIx64, value);
		return 1;
	default: /* f and n */
		append(text, "%" PRIu64, value);
		return 1;
	}
}

void host_call_text(const struct host_traced *traced,
		    char bytes[HOST_CALL_TEXT_SIZE])
{
	struct text text = {bytes, 0, HOST_CALL_TEXT_SIZE};
	const char *shown;
	size_t n = 0;

	append(&text, "%s(", traced->name);
	for (shown = traced->shown; *shown != '\0' && n < traced->narguments;
	     shown++) {
		if (n > 0)
			append(&text, ", ");
		n += append_argument(&text, traced, *shown, n);
	}
	if (!traced->has_returned)
		append(&text, ") = ?");
	else
		append(&text, ") = %u %s", traced->result,
		       wasi_errno_name(traced->result));
}
