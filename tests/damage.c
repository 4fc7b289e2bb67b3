/* damage.c: decodes every truncation and every flipped bit of a snapshot; native and Wasm.
 *
 * usage: damage FILE.  Each must be refused with a message.  Prints a count; status 1 when
 * one was accepted.
 */
#include "config.h"

#include "base/alloc.h"
#include "cli/cli.h"
#include "plugin/registry.h"

#include <stdio.h>
#include <string.h>

struct bytes {
	const uint8_t *data;
	size_t length, position;
};

static long take(void *context, uint8_t *to, size_t length)
{
	struct bytes *bytes = context;
	size_t left = bytes->length - bytes->position;

	if (length > left)
		length = left;
	memcpy(to, bytes->data + bytes->position, length);
	bytes->position += length;
	return (long)length;
}

/* Whether the bytes are refused, and with words. */
static bool is_refused(const uint8_t *data, size_t length,
		       const struct format_type *format)
{
	struct bytes bytes = {data, length, 0};
	struct snapshot snapshot;
	struct source *source;
	struct report report;
	enum error err;

	report_init(&report);
	snapshot_init(&snapshot);
	source = source_new(take, &bytes, &report);
	if (source == NULL)
		return false;
	source_set_size(source, length);
	err = format->decode(source, &snapshot, &report);
	source_free(source);
	snapshot_fini(&snapshot);
	return err != ERR_NONE && report.text[0] != '\0';
}

int main(int argc, char **argv)
{
	const struct format_type *format;
	unsigned long refused = 0, accepted = 0;
	struct report report;
	uint8_t *data;
	size_t size, i;

	report_init(&report);
	if (argc != 2 ||
	    cli_read_file(argv[1], &data, &size, &report) != ERR_NONE) {
		fprintf(stderr, "damage: %s\n", report.text);
		return 2;
	}
	format = format_detect(data, size);
	if (format == NULL || is_refused(data, size, format)) {
		fputs("damage: not a good snapshot\n", stderr);
		return 2;
	}
	for (i = 0; i < size; i++)
		is_refused(data, i, format) ? refused++ : accepted++;
	for (i = 0; i < 8 * size; i++) {
		data[i / 8] ^= (uint8_t)(1 << i % 8);
		is_refused(data, size, format) ? refused++ : accepted++;
		data[i / 8] ^= (uint8_t)(1 << i % 8);
	}
	printf("%s: %lu refused, %lu accepted\n", format->name, refused,
	       accepted);
	alloc_free(data);
	return accepted > 0;
}
