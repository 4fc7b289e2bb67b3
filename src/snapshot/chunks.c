/* chunks.c: see chunks.h. */
#include "config.h"

#include "chunks.h"

#include "base/alloc.h"

#include <string.h>

/* Bytes that are read before more memory is asked for. */
#define PAYLOAD_STEP 65536u

bool chunk_next(const struct snapshot *snapshot, struct chunk_cursor *cursor,
		struct chunk *chunk)
{
	const struct snapshot_memory *memory;
	const struct snapshot_run *run;

	while (cursor->memory < snapshot->nmemories &&
	       cursor->run == snapshot->memories[cursor->memory].nruns) {
		cursor->memory++;
		cursor->run = 0;
	}
	if (cursor->memory >= snapshot->nmemories)
		return false;
	memory = &snapshot->memories[cursor->memory];
	run = &memory->runs[cursor->run];
	chunk->memory = cursor->memory;
	chunk->first = run->first + (uint32_t)cursor->next;
	chunk->count = run->count - (uint32_t)cursor->next;
	if (chunk->count > CHUNK_BLOCKS)
		chunk->count = CHUNK_BLOCKS;
	cursor->next += chunk->count;
	if (cursor->next == run->count) {
		cursor->run++;
		cursor->next = 0;
	}
	return true;
}

const uint8_t *chunk_bytes(const struct snapshot *snapshot,
			   const struct chunk *chunk)
{
	return snapshot->memories[chunk->memory].bytes +
	       (size_t)chunk->first * SNAPSHOT_BLOCK_SIZE;
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

void chunk_put(struct snapshot *snapshot, struct chunk_cursor *cursor,
	       uint64_t memory, uint64_t first, const void *bytes,
	       size_t length, struct source *source)
{
	uint64_t count = length / SNAPSHOT_BLOCK_SIZE;
	struct snapshot_memory *target;

	if (memory != cursor->memory)
		cursor->next = 0;
	if (memory < cursor->memory || memory >= snapshot->nmemories ||
	    first < cursor->next || first > UINT32_MAX || count == 0 ||
	    length % SNAPSHOT_BLOCK_SIZE != 0 ||
	    (first + count) * SNAPSHOT_BLOCK_SIZE >
		    snapshot->memories[memory].owned.size) {
		source_bad(source, "a chunk does not fit");
		return;
	}
	target = &snapshot->memories[memory];
	memcpy(target->owned.data + (size_t)first * SNAPSHOT_BLOCK_SIZE, bytes,
	       length);
	add_blocks(target, (uint32_t)first, (uint32_t)count, source);
	cursor->memory = (uint32_t)memory;
	cursor->next = first + count;
}

void chunk_memory_init(struct snapshot_memory *memory, uint64_t pages,
		       struct source *source, struct report *report)
{
	struct memory_type type = {{pages, 0, false}};

	if (pages > MEMORY32_MAX_PAGES)
		source_bad(source, "more than 65536 pages");
	if (source_error(source) != ERR_NONE)
		return;
	memory->pages = pages;
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
