/* initial.c: see initial.h. */
#include "config.h"

#include "initial.h"

#include "base/alloc.h"
#include "code/instruction.h"
#include "exec/memory.h"

#include <stdlib.h>
#include <string.h>

/* The value of `i32.const N end`, or i64.const; false for any other expression. */
static bool constant_offset(const struct const_expr *expr, uint32_t *offset)
{
	struct instruction in;
	const uint8_t *next = instruction_next(expr->start, &in);

	*offset = (uint32_t)in.value;
	return (in.op == OP_I32_CONST ||
		(in.op == OP_I64_CONST && in.value <= UINT32_MAX)) &&
	       next + 1 == expr->end;
}

static int compare_ranges(const void *a, const void *b)
{
	const struct initial_range *x = a, *y = b;

	return x->start < y->start ? -1 : x->start > y->start;
}

/* Collects the ranges; false when the memory has no image. */
static bool collect(struct initial_image *image, const struct module *module,
		    uint32_t memory)
{
	uint64_t size = module->memories[memory].limits.min << PAGE_SIZE_LOG2;
	uint64_t end = 0;
	size_t i;

	for (i = 0; i < module->ndatas; i++) {
		const struct data_segment *data = &module->datas[i];
		uint32_t start;

		if (data->mode != SEGMENT_ACTIVE || data->memory != memory)
			continue;
		if (!constant_offset(&data->offset, &start))
			return false;
		if (data->length == 0)
			continue;
		image->ranges[image->count++] = (struct initial_range){
			start, (uint64_t)start + data->length, data->bytes};
	}
	if (image->count > 0)
		qsort(image->ranges, image->count, sizeof(*image->ranges),
		      compare_ranges);
	for (i = 0; i < image->count; i++) {
		if (image->ranges[i].start < end ||
		    image->ranges[i].end > size)
			return false;
		end = image->ranges[i].end;
	}
	return true;
}

enum error initial_image_make(struct initial_image *image,
			      const struct module *module, uint32_t memory,
			      struct report *report)
{
	image->count = 0;
	image->ranges = alloc_array(module->ndatas, sizeof(*image->ranges));
	if (image->ranges == NULL)
		return report_no_memory(report, module->ndatas *
							sizeof(*image->ranges));
	/* An imported memory belongs to another module. */
	if (memory < module->nimported_memories ||
	    !collect(image, module, memory))
		image->count = 0;
	return ERR_NONE;
}

void initial_image_fini(struct initial_image *image)
{
	alloc_free(image->ranges);
	image->ranges = NULL;
	image->count = 0;
}

/* Index of the first range that ends behind position. */
static size_t find_range(const struct initial_image *image, uint64_t position)
{
	size_t low = 0, high = image->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (image->ranges[middle].end <= position)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

bool initial_image_block(const struct initial_image *image, uint32_t block,
			 uint8_t *to)
{
	uint64_t start = (uint64_t)block * SNAPSHOT_BLOCK_SIZE;
	uint64_t end = start + SNAPSHOT_BLOCK_SIZE;
	size_t i = find_range(image, start);

	if (i == image->count || image->ranges[i].start >= end)
		return false;
	memset(to, 0, SNAPSHOT_BLOCK_SIZE);
	for (; i < image->count && image->ranges[i].start < end; i++) {
		const struct initial_range *range = &image->ranges[i];
		uint64_t from = range->start > start ? range->start : start;
		uint64_t until = range->end < end ? range->end : end;

		memcpy(to + (from - start),
		       range->bytes + (from - range->start),
		       (size_t)(until - from));
	}
	return true;
}

/* Walks the blocks that the image touches, from ascending ranges and runs. */
static void fill_memory(struct snapshot_memory *memory,
			const struct initial_image *image)
{
	uint64_t next = 0; /* first block not yet looked at */
	uint32_t run = 0;
	size_t i;

	for (i = 0; i < image->count; i++) {
		uint64_t block = image->ranges[i].start / SNAPSHOT_BLOCK_SIZE;
		uint64_t last =
			(image->ranges[i].end - 1) / SNAPSHOT_BLOCK_SIZE;

		for (block = block < next ? next : block; block <= last;
		     block++) {
			while (run < memory->nruns &&
			       memory->runs[run].first +
					       (uint64_t)memory->runs[run].count <=
				       block)
				run++;
			if (run < memory->nruns &&
			    memory->runs[run].first <= block)
				continue;
			(void)initial_image_block(
				image, (uint32_t)block,
				memory->owned.data +
					block * SNAPSHOT_BLOCK_SIZE);
		}
		next = last + 1;
	}
}

enum error initial_fill(struct snapshot *snapshot, const struct module *module,
			struct report *report)
{
	uint32_t i;

	for (i = 0; i < snapshot->nmemories; i++) {
		struct snapshot_memory *memory = &snapshot->memories[i];
		struct initial_image image;

		if (memory->base != BASE_INITIAL || !memory->is_owned)
			continue;
		TRY(initial_image_make(&image, module, i, report));
		if (image.count > 0)
			fill_memory(memory, &image);
		initial_image_fini(&image);
	}
	return ERR_NONE;
}
