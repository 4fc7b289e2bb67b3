/* snapshot_diff.c: `chiwawa snapshot diff`: how two snapshots of a guest differ. */
#include "config.h"

#include "snapshot_tool.h"

#include "exec/memory.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define EXIT_DIFFERENT 1
#define EXIT_TROUBLE 2

/* Prints the differences of one kind; the count says whether there were any. */
struct difference {
	unsigned long count;
};

static void differ(struct difference *difference, const char *part,
		   uint32_t index, uint64_t a, uint64_t b)
{
	if (a == b)
		return;
	difference->count++;
	printf("%s %u: 0x%" PRIx64 " 0x%" PRIx64 "\n", part, index, a, b);
}

static void diff_values(struct difference *difference, const char *part,
			const struct snapshot_value *a, uint32_t na,
			const struct snapshot_value *b, uint32_t nb)
{
	uint32_t i;

	for (i = 0; i < na && i < nb; i++)
		differ(difference, part, i, a[i].bits, b[i].bits);
	if (na != nb) {
		difference->count++;
		printf("%s: %u and %u of them\n", part, na, nb);
	}
}

static void diff_frames(struct difference *difference,
			const struct snapshot *a, const struct snapshot *b)
{
	uint32_t i;

	if (a->nframes != b->nframes) {
		difference->count++;
		printf("frames: %u and %u of them\n", a->nframes, b->nframes);
	}
	for (i = 0; i < a->nframes && i < b->nframes; i++) {
		const struct snapshot_frame *f = &a->frames[i];
		const struct snapshot_frame *g = &b->frames[i];
		char part[48];

		differ(difference, "function of frame", i, f->func, g->func);
		differ(difference, "offset of frame", i, f->offset, g->offset);
		snprintf(part, sizeof(part), "frame %u local", i);
		diff_values(difference, part, f->locals, f->nlocals, g->locals,
			    g->nlocals);
		snprintf(part, sizeof(part), "frame %u operand", i);
		diff_values(difference, part, f->operands, f->noperands,
			    g->operands, g->noperands);
	}
}

/* Whether a run of the memory covers a block; cursor: ascending. */
static bool is_saved(const struct snapshot_memory *memory, uint32_t *cursor,
		     uint32_t block)
{
	while (*cursor < memory->nruns &&
	       memory->runs[*cursor].first + memory->runs[*cursor].count <=
		       block)
		++*cursor;
	return *cursor < memory->nruns && memory->runs[*cursor].first <= block;
}

static void print_range(struct difference *difference, uint32_t index,
			uint64_t start, uint64_t end, const char *what)
{
	difference->count++;
	printf("memory %u: 0x%" PRIx64 " to 0x%" PRIx64 "%s\n", index, start,
	       end - 1, what);
}

/* The ranges of one block that differ, extended by those of the next. */
static void diff_block(struct difference *difference, uint32_t index,
		       const uint8_t *a, const uint8_t *b, uint64_t position,
		       uint64_t *start)
{
	uint64_t end = position + SNAPSHOT_BLOCK_SIZE;

	if (*start == UINT64_MAX && memcmp(a + position, b + position,
					   SNAPSHOT_BLOCK_SIZE) == 0)
		return;
	for (; position < end; position++) {
		if (a[position] != b[position]) {
			if (*start == UINT64_MAX)
				*start = position;
		} else if (*start != UINT64_MAX) {
			print_range(difference, index, *start, position, "");
			*start = UINT64_MAX;
		}
	}
}

/* Without the module, bytes that are as in the module are not known: a block that only
 * one snapshot saved differs somewhere. */
static void diff_memory(struct difference *difference, uint32_t index,
			const struct snapshot_memory *a,
			const struct snapshot_memory *b, bool is_complete)
{
	uint64_t pages = a->pages < b->pages ? a->pages : b->pages;
	uint32_t blocks = (uint32_t)((pages << PAGE_SIZE_LOG2) /
				     SNAPSHOT_BLOCK_SIZE);
	uint32_t block, at_a = 0, at_b = 0;
	uint64_t start = UINT64_MAX;

	differ(difference, "pages of memory", index, a->pages, b->pages);
	for (block = 0; block < blocks; block++) {
		uint64_t position = (uint64_t)block * SNAPSHOT_BLOCK_SIZE;
		bool in_a = is_saved(a, &at_a, block);
		bool in_b = is_saved(b, &at_b, block);

		if (is_complete || in_a == in_b) {
			diff_block(difference, index, a->bytes, b->bytes,
				   position, &start);
			continue;
		}
		if (start != UINT64_MAX)
			print_range(difference, index, start, position, "");
		start = UINT64_MAX;
		print_range(difference, index, position,
			    position + SNAPSHOT_BLOCK_SIZE,
			    " (somewhere; exact with the module)");
	}
	if (start != UINT64_MAX)
		print_range(difference, index, start,
			    (uint64_t)blocks * SNAPSHOT_BLOCK_SIZE, "");
}

/* Without the module only bases of the same kind can be compared block by block. */
static void diff_memories(struct difference *difference,
			  const struct tool_input *a,
			  const struct tool_input *b)
{
	uint32_t i;

	for (i = 0; i < a->snapshot.nmemories && i < b->snapshot.nmemories;
	     i++) {
		const struct snapshot_memory *m = &a->snapshot.memories[i];
		const struct snapshot_memory *n = &b->snapshot.memories[i];
		bool is_complete =
			(a->module != NULL && b->module != NULL) ||
			(m->base == BASE_ZERO && n->base == BASE_ZERO);

		diff_memory(difference, i, m, n, is_complete);
	}
}

static void diff_fds(struct difference *difference, const struct snapshot *a,
		     const struct snapshot *b)
{
	uint32_t i;

	if (a->nfds != b->nfds) {
		difference->count++;
		printf("descriptors: %u and %u of them\n", a->nfds, b->nfds);
		return;
	}
	for (i = 0; i < a->nfds; i++) {
		const struct snapshot_fd *f = &a->fds[i], *g = &b->fds[i];

		differ(difference, "descriptor", i, f->fd, g->fd);
		differ(difference, "kind of descriptor", f->fd, f->kind,
		       g->kind);
		differ(difference, "position of descriptor", f->fd, f->offset,
		       g->offset);
		differ(difference, "size of descriptor", f->fd, f->size,
		       g->size);
		if (strcmp(f->root, g->root) != 0 ||
		    strcmp(f->path, g->path) != 0) {
			difference->count++;
			printf("descriptor %u: \"%s\" \"%s\"\n", f->fd, f->path,
			       g->path);
		}
	}
}

static void diff_strings(struct difference *difference, const char *part,
			 const struct string_list *a,
			 const struct string_list *b)
{
	size_t i;

	for (i = 0; i < a->count || i < b->count; i++) {
		const char *x = i < a->count ? a->items[i] : "(none)";
		const char *y = i < b->count ? b->items[i] : "(none)";

		if (strcmp(x, y) == 0)
			continue;
		difference->count++;
		printf("%s %zu: \"%s\" \"%s\"\n", part, i, x, y);
	}
}

static void diff_tables(struct difference *difference,
			const struct snapshot *a, const struct snapshot *b)
{
	uint32_t i, j;

	for (i = 0; i < a->ntables && i < b->ntables; i++) {
		const struct snapshot_table *t = &a->tables[i];
		const struct snapshot_table *u = &b->tables[i];
		char part[48];

		differ(difference, "size of table", i, t->size, u->size);
		snprintf(part, sizeof(part), "table %u element", i);
		for (j = 0; j < t->size && j < u->size; j++)
			differ(difference, part, j, t->elements[j],
			       u->elements[j]);
	}
}

unsigned long tool_diff(const struct tool_input *x, const struct tool_input *y)
{
	struct difference counted = {0}, *difference = &counted;
	const struct snapshot *a = &x->snapshot, *b = &y->snapshot;
	uint32_t i;

	if (memcmp(a->module_hash, b->module_hash, sizeof(a->module_hash)) !=
	    0) {
		difference->count++;
		puts("modules differ");
	}
	diff_frames(difference, a, b);
	diff_values(difference, "global", a->globals, a->nglobals, b->globals,
		    b->nglobals);
	diff_tables(difference, a, b);
	for (i = 0; i < a->nelems && i < b->nelems; i++)
		differ(difference, "dropped element segment", i,
		       a->dropped_elems[i], b->dropped_elems[i]);
	for (i = 0; i < a->ndatas && i < b->ndatas; i++)
		differ(difference, "dropped data segment", i,
		       a->dropped_datas[i], b->dropped_datas[i]);
	diff_memories(difference, x, y);
	diff_strings(difference, "argument", &a->program_arguments,
		     &b->program_arguments);
	diff_strings(difference, "environment", &a->environment,
		     &b->environment);
	diff_fds(difference, a, b);
	return counted.count;
}

int snapshot_diff(const struct options *options)
{
	const char *module = tool_word(options, 2);
	struct tool_input a, b;
	int status = EXIT_TROUBLE;

	memset(&b, 0, sizeof(b));
	if (tool_input_read(&a, tool_word(options, 0), module) == 0 &&
	    tool_input_read(&b, tool_word(options, 1), module) == 0)
		status = tool_diff(&a, &b) > 0 ? EXIT_DIFFERENT : 0;
	tool_input_fini(&a);
	tool_input_fini(&b);
	return status;
}
