/* chunks.c: see chunks.h. */
#include "config.h"

#include "chunks.h"

#include "base/alloc.h"
#include "snapshot/compress.h"

#include <string.h>

/* Bytes that are read before more memory is asked for. */
#define PAYLOAD_STEP 65536u

enum error chunk_writer_init(struct chunk_writer *writer,
			     const struct snapshot *snapshot,
			     struct report *report)
{
	size_t room = compress_bound((size_t)CHUNK_BLOCKS *
				     SNAPSHOT_BLOCK_SIZE);

	*writer = (struct chunk_writer){.snapshot = snapshot};
	if (snapshot->compression == COMPRESSION_NONE)
		return ERR_NONE;
	writer->buffer = alloc_array(room, 1);
	return writer->buffer == NULL ? report_no_memory(report, room)
				      : ERR_NONE;
}

void chunk_writer_fini(struct chunk_writer *writer)
{
	alloc_free(writer->buffer);
	writer->buffer = NULL;
}

/* A chunk that does not get smaller is stored. */
static void compress_chunk(struct chunk_writer *writer, struct chunk *chunk)
{
	size_t length;

	if (writer->buffer == NULL)
		return;
	length = compress_bytes(chunk->bytes, chunk->length, writer->buffer,
				chunk->length - 1);
	if (length == 0)
		return;
	chunk->encoding = COMPRESSION_LZ4;
	chunk->bytes = writer->buffer;
	chunk->length = (uint32_t)length;
}

bool chunk_next(struct chunk_writer *writer, struct chunk *chunk)
{
	const struct snapshot *snapshot = writer->snapshot;
	const struct snapshot_memory *memory;
	const struct snapshot_run *run;

	while (writer->memory < snapshot->nmemories &&
	       writer->run == snapshot->memories[writer->memory].nruns) {
		writer->memory++;
		writer->run = 0;
	}
	if (writer->memory >= snapshot->nmemories)
		return false;
	memory = &snapshot->memories[writer->memory];
	run = &memory->runs[writer->run];
	chunk->memory = writer->memory;
	chunk->first = run->first + writer->done;
	chunk->count = run->count - writer->done;
	if (chunk->count > CHUNK_BLOCKS)
		chunk->count = CHUNK_BLOCKS;
	chunk->encoding = COMPRESSION_NONE;
	chunk->bytes = memory->bytes +
		       (size_t)chunk->first * SNAPSHOT_BLOCK_SIZE;
	chunk->length = chunk->count * SNAPSHOT_BLOCK_SIZE;
	writer->done += chunk->count;
	if (writer->done == run->count) {
		writer->run++;
		writer->done = 0;
	}
	compress_chunk(writer, chunk);
	return true;
}

/* Adds blocks to the runs; neighbours become one run. */
static void add_blocks(struct snapshot_memory *memory, uint32_t first,
		       uint32_t count, struct source *source)
{
	struct snapshot_run *last =
		memory->nruns > 0 ? &memory->runs[memory->nruns - 1] : NULL;
	size_t capacity = memory->nruns;

	if (last != NULL && last->first + last->count == first) {
		last->count += count;
		return;
	}
	if (alloc_grow(&memory->runs, &capacity, (size_t)memory->nruns + 1,
		       sizeof(*memory->runs)) != 0) {
		source_no_memory(source, memory->nruns);
		return;
	}
	memory->runs[memory->nruns++] = (struct snapshot_run){first, count};
}

/* Whether a chunk ascends, fits its memory, and has a length for its blocks. */
static bool fits(const struct snapshot *snapshot,
		 const struct chunk_reader *reader, const struct chunk *chunk)
{
	uint64_t end = (uint64_t)chunk->first + chunk->count;
	uint64_t length = (uint64_t)chunk->count * SNAPSHOT_BLOCK_SIZE;

	return chunk->memory >= reader->memory &&
	       chunk->memory < snapshot->nmemories &&
	       (chunk->memory > reader->memory || chunk->first >= reader->next) &&
	       chunk->count > 0 &&
	       end * SNAPSHOT_BLOCK_SIZE <=
		       snapshot->memories[chunk->memory].owned.size &&
	       (chunk->encoding == COMPRESSION_NONE ? chunk->length == length
						    : chunk->length < length);
}

void chunk_put(struct snapshot *snapshot, struct chunk_reader *reader,
	       const struct chunk *chunk, struct source *source)
{
	size_t length = (size_t)chunk->count * SNAPSHOT_BLOCK_SIZE;
	struct snapshot_memory *memory;
	uint8_t *to;

	if (source_error(source) != ERR_NONE)
		return;
	if (!fits(snapshot, reader, chunk)) {
		source_bad(source, "a chunk does not fit");
		return;
	}
	memory = &snapshot->memories[chunk->memory];
	to = memory->owned.data + (size_t)chunk->first * SNAPSHOT_BLOCK_SIZE;
	if (chunk->encoding == COMPRESSION_LZ4) {
		snapshot->compression = COMPRESSION_LZ4;
		if (!expand_bytes(chunk->bytes, chunk->length, to, length))
			source_bad(source,
				   compress_available()
					   ? "a compressed chunk is damaged"
					   : "lz4, which this chiwawa was "
					     "built without");
	} else if (chunk->encoding != COMPRESSION_NONE) {
		source_bad(source, "unknown encoding of a chunk");
	} else if (chunk->bytes == NULL) {
		source_bytes(source, to, length);
	} else {
		memcpy(to, chunk->bytes, length);
	}
	add_blocks(memory, chunk->first, chunk->count, source);
	reader->memory = chunk->memory;
	reader->next = (uint64_t)chunk->first + chunk->count;
}

void chunk_memory_init(struct snapshot_memory *memory, uint64_t pages,
		       uint64_t base, struct source *source,
		       struct report *report)
{
	struct memory_type type = {.limits = {.min = pages}};

	if (pages > MEMORY32_MAX_PAGES)
		source_bad(source, "more than 65536 pages");
	if (base > BASE_INITIAL)
		source_bad(source, "unknown base of a memory");
	if (source_error(source) != ERR_NONE)
		return;
	memory->pages = pages;
	memory->base = (uint8_t)base;
	if (memory_init(&memory->owned, &type, report) != ERR_NONE) {
		source_no_memory(source, pages << PAGE_SIZE_LOG2);
		return;
	}
	memory->is_owned = true;
	memory->bytes = memory->owned.data;
}

void chunk_read_payload(struct source *source, uint64_t length,
			uint8_t **bytes, size_t *capacity)
{
	size_t done = 0;

	while (done < length && source_error(source) == ERR_NONE) {
		size_t step = length - done < PAYLOAD_STEP
				      ? (size_t)(length - done)
				      : PAYLOAD_STEP;

		if (alloc_grow(bytes, capacity, done + step, 1) != 0) {
			source_no_memory(source, done + step);
			return;
		}
		source_bytes(source, *bytes + done, step);
		done += step;
	}
}

/* ---- state of plugins ---- */

void snapshot_add_part(struct snapshot *snapshot,
		       const struct snapshot_part *part, struct source *source)
{
	size_t capacity = snapshot->nparts;

	if (source_error(source) == ERR_NONE && snapshot->nparts > 0 &&
	    strcmp(snapshot->parts[snapshot->nparts - 1].name, part->name) >= 0)
		source_bad(source, "parts are out of order");
	if (source_error(source) == ERR_NONE &&
	    alloc_grow(&snapshot->parts, &capacity,
		       (size_t)snapshot->nparts + 1, sizeof(*part)) != 0)
		source_no_memory(source, sizeof(*part));
	if (source_error(source) != ERR_NONE) {
		alloc_free(part->name);
		alloc_free(part->bytes);
		return;
	}
	snapshot->parts[snapshot->nparts++] = *part;
}

/* ---- names ---- */

static const char *const names[] = {[COMPRESSION_NONE] = "none",
				    [COMPRESSION_LZ4] = "lz4"};

const char *compression_name(uint8_t compression)
{
	return compression <= COMPRESSION_LZ4 ? names[compression] : "?";
}

enum error compression_find(const char *name, uint8_t *compression,
			    struct report *report)
{
	if (strcmp(name, names[COMPRESSION_NONE]) == 0) {
		*compression = COMPRESSION_NONE;
		return ERR_NONE;
	}
	if (strcmp(name, names[COMPRESSION_LZ4]) != 0)
		return report_error(report, ERR_USAGE,
				    "unknown compression \"%s\" (none, lz4)",
				    name);
	if (!compress_available())
		return report_error(report, ERR_USAGE,
				    "compression lz4 is not built in");
	*compression = COMPRESSION_LZ4;
	return ERR_NONE;
}
