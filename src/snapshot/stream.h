/* stream.h: byte sink and source of snapshot formats.
 *
 * Little-endian numbers, no short writes or reads, and sticky errors: after the
 * first failure every call does nothing (reads give 0), so codecs check once per
 * part.  Both compute the XXH3-128 checksum of all bytes that passed.
 */
#ifndef CHIWAWA_STREAM_H
#define CHIWAWA_STREAM_H

#include "base/report.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define STREAM_CHECKSUM_SIZE 16

/* Takes length bytes; false on failure (errno tells). */
typedef bool stream_write(void *context, const uint8_t *bytes, size_t length);
/* Gives up to length bytes; 0 at the end, -1 on failure. */
typedef long stream_read(void *context, uint8_t *bytes, size_t length);

struct sink;
struct source;

#define STREAM_SECTIONS_MAX 16

struct stream_section {
	const char *name;
	uint64_t bytes;
};

/* A sink over a callback; NULL when out of memory. */
struct sink *sink_new(stream_write *write, void *context,
		      struct report *report);
void sink_free(struct sink *sink);

void sink_bytes(struct sink *sink, const void *bytes, size_t length);
void sink_u8(struct sink *sink, uint8_t value);
void sink_u16(struct sink *sink, uint16_t value);
void sink_u32(struct sink *sink, uint32_t value);
void sink_u64(struct sink *sink, uint64_t value);
/* u32 length and bytes; NULL is written as the empty string. */
void sink_string(struct sink *sink, const char *string);
/* Checksum of everything so far. */
void sink_checksum(struct sink *sink, uint8_t sum[STREAM_CHECKSUM_SIZE]);
/* Bytes written so far. */
uint64_t sink_position(const struct sink *sink);
/* What is written next belongs to that section, until the next call: name is static.
 * Only for sink_sections. */
void sink_section(struct sink *sink, const char *name);
/* The sections with their sizes, in the order of their first bytes; returns how many. */
size_t sink_sections(const struct sink *sink,
		     struct stream_section sections[STREAM_SECTIONS_MAX]);
/* Writes what is buffered.  The first error of all calls. */
enum error sink_flush(struct sink *sink);

struct source *source_new(stream_read *read, void *context,
			  struct report *report);
void source_free(struct source *source);
/* Says how long the stream is, when that is known: no part may be longer than what is
 * left of it. */
void source_set_size(struct source *source, uint64_t size);

void source_bytes(struct source *source, void *bytes, size_t length);
uint8_t source_u8(struct source *source);
uint16_t source_u16(struct source *source);
uint32_t source_u32(struct source *source);
uint64_t source_u64(struct source *source);
/* A string as sink_string writes it, without NUL bytes inside.  NULL on error. */
char *source_string(struct source *source);
void source_checksum(struct source *source, uint8_t sum[STREAM_CHECKSUM_SIZE]);
uint64_t source_position(const struct source *source);
/* The first bytes, without taking them; fewer at the end of the stream. */
size_t source_peek(struct source *source, uint8_t *bytes, size_t length);
/* Whether the stream has ended. */
bool source_at_end(struct source *source);

/* Limits what may be read to a part of length bytes, and back; the end reports
 * bytes that are left over.  A length that the stream cannot have is a bad snapshot;
 * counts are bounded by it, so it bounds allocations.  In a stream of unknown size
 * a count may stand for 256 MiB at most. */
void source_begin_part(struct source *source, const char *name,
		       uint64_t length);
void source_end_part(struct source *source);
/* A count of items of at least size bytes each, checked against what is left of
 * the part, so that it bounds an allocation. */
uint32_t source_count(struct source *source, size_t size);
/* Reports a bad snapshot at the present position and part. */
enum error source_bad(struct source *source, const char *what);
/* Reports that memory ran out. */
enum error source_no_memory(struct source *source, uint64_t size);
/* The first error of all calls. */
enum error source_error(const struct source *source);

#endif
