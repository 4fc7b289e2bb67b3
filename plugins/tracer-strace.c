/* tracer-strace.c: the calls of the host, a line each, as strace(1) shows system calls. */
#include "config.h"

#include "plugin/tracer.h"

#include "base/little_endian.h"
#include "exec/memory.h"
#include "wasi/wasi.h"

#include <inttypes.h>

/* Bytes of a path or buffer that are shown. */
#define SHOWN_BYTES 32

struct state {
	FILE *output;
	uint64_t first; /* time of the first call, ns */
};

static enum error init(void *state, const struct plugin_choice *choice,
		       uint32_t resources, FILE *output, struct report *report)
{
	struct state *strace = state;

	(void)choice;
	(void)resources;
	(void)report;
	strace->output = output;
	return ERR_NONE;
}

/* Bytes of the guest as a string of C; at most SHOWN_BYTES, then dots. */
static void print_bytes(FILE *file, const struct memory *memory,
			uint32_t address, uint32_t length)
{
	uint32_t i, shown = length < SHOWN_BYTES ? length : SHOWN_BYTES;

	if (memory == NULL || !memory_contains(memory, address, length)) {
		fprintf(file, "0x%x", address);
		return;
	}
	putc('"', file);
	for (i = 0; i < shown; i++) {
		uint8_t c = memory->data[address + i];

		if (c == '\n')
			fputs("\\n", file);
		else if (c == '"' || c == '\\')
			fprintf(file, "\\%c", c);
		else if (c < 0x20 || c > 0x7e)
			fprintf(file, "\\x%02x", c);
		else
			putc(c, file);
	}
	fputs(shown < length ? "\"..." : "\"", file);
}

/* The bytes of an array of (address, length): all of them when they were written, as many
 * as left when they were read. */
static void print_buffers(FILE *file, const struct memory *memory,
			  uint32_t address, uint32_t count, uint64_t left)
{
	uint32_t i;

	if (memory == NULL ||
	    !memory_contains(memory, address, (uint64_t)count * 8)) {
		fprintf(file, "0x%x, %u", address, count);
		return;
	}
	putc('[', file);
	for (i = 0; i < count && i < 4; i++) {
		const uint8_t *p = memory->data + address + (size_t)i * 8;
		uint32_t length = le_read32(p + 4);

		if (i > 0)
			fputs(", ", file);
		if (length > left)
			length = (uint32_t)left;
		left -= length;
		print_bytes(file, memory, le_read32(p), length);
	}
	fputs(count > 4 ? ", ...]" : "]", file);
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

/* Prints the argument of a letter; returns how many words it took. */
static size_t print_argument(FILE *file, const struct host_traced *traced,
			     char letter, size_t n)
{
	uint64_t value = traced->arguments[n];
	uint32_t next = (uint32_t)traced->arguments[n + 1];

	switch (letter) {
	case 'p':
		print_bytes(file, traced->memory, (uint32_t)value, next);
		return 2;
	case 'r':
		print_buffers(file, traced->memory, (uint32_t)value, next,
			      bytes_read(traced));
		return 2;
	case 'w':
		print_buffers(file, traced->memory, (uint32_t)value, next,
			      UINT64_MAX);
		return 2;
	case 'o':
		fprintf(file, "[%" PRIu64 "]", result_at(traced, value, 4));
		return 1;
	case 'O':
		fprintf(file, "[%" PRIu64 "]", result_at(traced, value, 8));
		return 1;
	case 's':
		fprintf(file, "%" PRId64, (int64_t)value);
		return 1;
	case 'x':
	case 'a':
		fprintf(file, "0x%" PRIx64, value);
		return 1;
	default: /* f and n */
		fprintf(file, "%" PRIu64, value);
		return 1;
	}
}

static void host_call(void *state, const struct host_traced *traced)
{
	struct state *strace = state;
	const char *shown;
	size_t n = 0;

	if (strace->first == 0)
		strace->first = traced->began;
	fprintf(strace->output, "%12.6f %s(",
		(double)(traced->began - strace->first) / 1e9, traced->name);
	for (shown = traced->shown; *shown != '\0' && n < traced->narguments;
	     shown++) {
		if (n > 0)
			fputs(", ", strace->output);
		n += print_argument(strace->output, traced, *shown, n);
	}
	if (!traced->has_returned)
		fputs(") = ?\n", strace->output);
	else
		fprintf(strace->output, ") = %u %s <%.6f>\n", traced->result,
			wasi_errno_name(traced->result),
			(double)(traced->ended - traced->began) / 1e9);
}

const struct tracer_type tracer_strace = {
	.name = "strace",
	.help = "calls of the host with arguments, results and times",
	.state_size = sizeof(struct state),
	.init = init,
	.host_call = host_call,
};
