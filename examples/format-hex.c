/* format-hex.c: example: the raw format in hexadecimal, for channels that carry only text.
 *
 * A line of magic, then lines of 32 bytes.  It shows how one format is built on another: raw
 * writes to a sink, and reads from a source, that this file provides.
 *
 *   configure --with-plugin=examples/format-hex.c
 */
#include "config.h"

#include "plugin/format.h"

#include <string.h>

#define MAGIC "chiwawa snapshot in hexadecimal\n"
#define MAGIC_LENGTH (sizeof(MAGIC) - 1)
#define LINE 32 /* bytes */

extern const struct format_type format_raw;

struct encoder {
	struct sink *sink;
	unsigned column; /* bytes of the line */
};

static bool write_hex(void *context, const uint8_t *bytes, size_t length)
{
	static const char digits[] = "0123456789abcdef";
	struct encoder *encoder = context;

	for (; length > 0; length--, bytes++) {
		sink_u8(encoder->sink, (uint8_t)digits[*bytes >> 4]);
		sink_u8(encoder->sink, (uint8_t)digits[*bytes & 15]);
		if (++encoder->column % LINE == 0)
			sink_u8(encoder->sink, '\n');
	}
	return true;
}

static enum error encode(const struct snapshot *snapshot,
			 const struct plugin_choice *choice, struct sink *sink,
			 struct report *report)
{
	struct encoder encoder = {.sink = sink};
	struct sink *inner = sink_new(write_hex, &encoder, report);
	enum error err;

	if (inner == NULL)
		return report_no_memory(report, sizeof(encoder));
	sink_bytes(sink, MAGIC, MAGIC_LENGTH);
	err = format_raw.encode(snapshot, choice, inner, report);
	if (err == ERR_NONE)
		err = sink_flush(inner);
	sink_free(inner);
	return err;
}

static int digit(uint8_t c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return -1;
}

/* Gives bytes until the outer source ends; -1 for what is no digit. */
static long read_hex(void *context, uint8_t *bytes, size_t length)
{
	struct source *source = context;
	long count = 0;

	while ((size_t)count < length && !source_at_end(source)) {
		int high, low;
		uint8_t c = source_u8(source);

		if (c == '\n')
			continue;
		high = digit(c);
		low = digit(source_u8(source));
		if (high < 0 || low < 0 || source_error(source) != ERR_NONE) {
			source_bad(source, "not two hexadecimal digits");
			return -1;
		}
		bytes[count++] = (uint8_t)(high << 4 | low);
	}
	return count;
}

static enum error decode(struct source *source, struct snapshot *snapshot,
			 struct report *report)
{
	uint8_t magic[MAGIC_LENGTH];
	struct source *inner;
	enum error err;

	source_bytes(source, magic, sizeof(magic));
	if (memcmp(magic, MAGIC, sizeof(magic)) != 0)
		return source_bad(source, "not a snapshot in hexadecimal");
	inner = source_new(read_hex, source, report);
	if (inner == NULL)
		return report_no_memory(report, sizeof(magic));
	err = format_raw.decode(inner, snapshot, report);
	source_free(inner);
	return err;
}

static bool detect(const uint8_t *bytes, size_t length)
{
	return length >= FORMAT_DETECT_SIZE &&
	       memcmp(bytes, MAGIC, FORMAT_DETECT_SIZE) == 0;
}

const struct format_type format_hex = {
	.name = "hex",
	.help = "raw in hexadecimal, for channels that carry only text",
	.detect = detect,
	.encode = encode,
	.decode = decode,
};
