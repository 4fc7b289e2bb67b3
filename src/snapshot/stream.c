/* stream.c: see stream.h. */
#include "config.h"

#include "stream.h"

#include "base/alloc.h"
#include "base/little_endian.h"

#include <errno.h>
#include <string.h>
#include <xxhash.h>

#define BUFFER_SIZE 16384

/* Bytes that a count may stand for in a stream of unknown size. */
#define MAX_PART ((uint64_t)256 << 20)

struct sink {
	stream_write *write;
	void *context;
	struct report *report;
	enum error err;
	XXH3_state_t *hash;
	uint64_t position;
	struct stream_section sections[STREAM_SECTIONS_MAX];
	size_t nsections;
	struct stream_section *section; /* NULL: none yet */
	uint64_t section_began;
	size_t used;
	uint8_t buffer[BUFFER_SIZE];
};

struct source {
	stream_read *read;
	void *context;
	struct report *report;
	enum error err;
	XXH3_state_t *hash;
	uint64_t position;
	uint64_t size;	  /* of the stream; UINT64_MAX: not known */
	const char *part; /* name of the part being read, or NULL */
	uint64_t left;	  /* of the part */
	size_t start, used; /* bytes of the buffer: [start, used) */
	uint8_t buffer[BUFFER_SIZE];
};

static void checksum(const XXH3_state_t *hash,
		     uint8_t sum[STREAM_CHECKSUM_SIZE])
{
	XXH128_canonical_t canonical;

	XXH128_canonicalFromHash(&canonical, XXH3_128bits_digest(hash));
	memcpy(sum, canonical.digest, STREAM_CHECKSUM_SIZE);
}

/* ---- sink ---- */

struct sink *sink_new(stream_write *write, void *context,
		      struct report *report)
{
	struct sink *sink = alloc_array(1, sizeof(*sink));

	if (sink == NULL)
		return NULL;
	sink->hash = XXH3_createState();
	if (sink->hash == NULL) {
		alloc_free(sink);
		return NULL;
	}
	XXH3_128bits_reset(sink->hash);
	sink->write = write;
	sink->context = context;
	sink->report = report;
	return sink;
}

void sink_free(struct sink *sink)
{
	if (sink == NULL)
		return;
	XXH3_freeState(sink->hash);
	alloc_free(sink);
}

static void write_out(struct sink *sink, const uint8_t *bytes, size_t length)
{
	if (sink->err == ERR_NONE && length > 0 &&
	    !sink->write(sink->context, bytes, length))
		sink->err = report_error(sink->report, ERR_IO,
					 "cannot write the snapshot: %s",
					 strerror(errno));
}

void sink_bytes(struct sink *sink, const void *bytes, size_t length)
{
	if (sink->err != ERR_NONE || length == 0)
		return;
	XXH3_128bits_update(sink->hash, bytes, length);
	sink->position += length;
	if (length > BUFFER_SIZE - sink->used) {
		write_out(sink, sink->buffer, sink->used);
		sink->used = 0;
	}
	if (length >= BUFFER_SIZE) {
		write_out(sink, bytes, length);
		return;
	}
	memcpy(sink->buffer + sink->used, bytes, length);
	sink->used += length;
}

static void end_section(struct sink *sink)
{
	if (sink->section != NULL)
		sink->section->bytes += sink->position - sink->section_began;
	sink->section_began = sink->position;
}

void sink_section(struct sink *sink, const char *name)
{
	size_t i = 0;

	end_section(sink);
	while (i < sink->nsections && strcmp(sink->sections[i].name, name) != 0)
		i++;
	sink->section = NULL;
	if (i == STREAM_SECTIONS_MAX)
		return;
	if (i == sink->nsections)
		sink->sections[sink->nsections++] =
			(struct stream_section){name, 0};
	sink->section = &sink->sections[i];
}

size_t sink_sections(const struct sink *sink,
		     struct stream_section sections[STREAM_SECTIONS_MAX])
{
	size_t i;

	for (i = 0; i < sink->nsections; i++) {
		sections[i] = sink->sections[i];
		if (sink->section == &sink->sections[i])
			sections[i].bytes +=
				sink->position - sink->section_began;
	}
	return sink->nsections;
}

void sink_u8(struct sink *sink, uint8_t value)
{
	sink_bytes(sink, &value, 1);
}

void sink_u16(struct sink *sink, uint16_t value)
{
	uint8_t bytes[2];

	le_write16(bytes, value);
	sink_bytes(sink, bytes, sizeof(bytes));
}

void sink_u32(struct sink *sink, uint32_t value)
{
	uint8_t bytes[4];

	le_write32(bytes, value);
	sink_bytes(sink, bytes, sizeof(bytes));
}

void sink_u64(struct sink *sink, uint64_t value)
{
	uint8_t bytes[8];

	le_write64(bytes, value);
	sink_bytes(sink, bytes, sizeof(bytes));
}

void sink_string(struct sink *sink, const char *string)
{
	size_t length = string == NULL ? 0 : strlen(string);

	sink_u32(sink, (uint32_t)length);
	sink_bytes(sink, string, length);
}

void sink_checksum(struct sink *sink, uint8_t sum[STREAM_CHECKSUM_SIZE])
{
	checksum(sink->hash, sum);
}

uint64_t sink_position(const struct sink *sink)
{
	return sink->position;
}

enum error sink_flush(struct sink *sink)
{
	write_out(sink, sink->buffer, sink->used);
	sink->used = 0;
	return sink->err;
}

/* ---- source ---- */

struct source *source_new(stream_read *read, void *context,
			  struct report *report)
{
	struct source *source = alloc_array(1, sizeof(*source));

	if (source == NULL)
		return NULL;
	source->hash = XXH3_createState();
	if (source->hash == NULL) {
		alloc_free(source);
		return NULL;
	}
	XXH3_128bits_reset(source->hash);
	source->read = read;
	source->context = context;
	source->report = report;
	source->size = UINT64_MAX;
	return source;
}

void source_set_size(struct source *source, uint64_t size)
{
	source->size = size;
}

void source_free(struct source *source)
{
	if (source == NULL)
		return;
	XXH3_freeState(source->hash);
	alloc_free(source);
}

enum error source_bad(struct source *source, const char *what)
{
	if (source->err != ERR_NONE)
		return source->err;
	source->err = report_error(
		source->report, ERR_BAD_SNAPSHOT, "offset 0x%llx%s%s: %s",
		(unsigned long long)source->position,
		source->part != NULL ? ", section " : "",
		source->part != NULL ? source->part : "", what);
	return source->err;
}

enum error source_no_memory(struct source *source, uint64_t size)
{
	if (source->err == ERR_NONE)
		source->err = report_no_memory(source->report, size);
	return source->err;
}

enum error source_error(const struct source *source)
{
	return source->err;
}

/* Reads into the buffer until it holds length bytes or the stream ends. */
static void fill(struct source *source, size_t length)
{
	if (source->start > 0) {
		memmove(source->buffer, source->buffer + source->start,
			source->used - source->start);
		source->used -= source->start;
		source->start = 0;
	}
	while (source->used < length) {
		long n = source->read(source->context,
				      source->buffer + source->used,
				      BUFFER_SIZE - source->used);

		if (n < 0 && source->err == ERR_NONE)
			source->err = report_error(
				source->report, ERR_IO,
				"cannot read the snapshot: %s",
				strerror(errno));
		if (n <= 0)
			return;
		source->used += (size_t)n;
	}
}

size_t source_peek(struct source *source, uint8_t *bytes, size_t length)
{
	size_t available;

	fill(source, length);
	available = source->used - source->start;
	if (available > length)
		available = length;
	memcpy(bytes, source->buffer + source->start, available);
	return available;
}

bool source_at_end(struct source *source)
{
	uint8_t byte;

	return source_peek(source, &byte, 1) == 0;
}

/* Takes what the buffer holds, up to length bytes; 0 at the end. */
static size_t take(struct source *source, uint8_t *bytes, size_t length)
{
	size_t n = source->used - source->start;

	if (n == 0 && length >= BUFFER_SIZE) {
		long direct = source->read(source->context, bytes, length);

		return direct > 0 ? (size_t)direct : 0;
	}
	if (n == 0) {
		fill(source, 1);
		n = source->used - source->start;
	}
	if (n > length)
		n = length;
	memcpy(bytes, source->buffer + source->start, n);
	source->start += n;
	return n;
}

void source_bytes(struct source *source, void *bytes, size_t length)
{
	uint8_t *p = bytes;

	if (source->err == ERR_NONE && source->part != NULL &&
	    length > source->left)
		source_bad(source, "ends too early");
	if (source->err == ERR_NONE && source->part != NULL)
		source->left -= length;
	while (length > 0 && source->err == ERR_NONE) {
		size_t n = take(source, p, length);

		if (n == 0) {
			source_bad(source, "the file ends too early");
			break;
		}
		XXH3_128bits_update(source->hash, p, n);
		source->position += n;
		p += n;
		length -= n;
	}
	/* What is not read is 0, not whatever was there. */
	memset(p, 0, length);
}

uint8_t source_u8(struct source *source)
{
	uint8_t value;

	source_bytes(source, &value, 1);
	return value;
}

uint16_t source_u16(struct source *source)
{
	uint8_t bytes[2];

	source_bytes(source, bytes, sizeof(bytes));
	return le_read16(bytes);
}

uint32_t source_u32(struct source *source)
{
	uint8_t bytes[4];

	source_bytes(source, bytes, sizeof(bytes));
	return le_read32(bytes);
}

uint64_t source_u64(struct source *source)
{
	uint8_t bytes[8];

	source_bytes(source, bytes, sizeof(bytes));
	return le_read64(bytes);
}

char *source_string(struct source *source)
{
	uint32_t length = source_count(source, 1);
	char *string;

	if (source->err != ERR_NONE)
		return NULL;
	string = alloc_array((size_t)length + 1, 1);
	if (string == NULL) {
		source_no_memory(source, length);
		return NULL;
	}
	source_bytes(source, string, length);
	if (source->err == ERR_NONE && strlen(string) == length)
		return string;
	source_bad(source, "a string holds a NUL byte");
	alloc_free(string);
	return NULL;
}

void source_checksum(struct source *source, uint8_t sum[STREAM_CHECKSUM_SIZE])
{
	checksum(source->hash, sum);
}

uint64_t source_position(const struct source *source)
{
	return source->position;
}

void source_begin_part(struct source *source, const char *name,
		       uint64_t length)
{
	source->part = name;
	source->left = length;
	if (source->err == ERR_NONE && source->size != UINT64_MAX &&
	    length > source->size - source->position)
		source_bad(source, "its length exceeds the file's");
}

void source_end_part(struct source *source)
{
	if (source->err == ERR_NONE && source->left > 0)
		source_bad(source, "bytes are left over");
	source->part = NULL;
}

uint32_t source_count(struct source *source, size_t size)
{
	uint32_t count = source_u32(source);

	if (source->err == ERR_NONE &&
	    (count > source->left / size ||
	     (source->size == UINT64_MAX && count > MAX_PART / size)))
		source_bad(source, "a count exceeds the section's size");
	return source->err == ERR_NONE ? count : 0;
}
