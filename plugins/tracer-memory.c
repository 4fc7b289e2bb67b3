/* tracer-memory.c: which pages of memory are loaded from and stored to, and how often, as a
 * table with bars.
 */
#include "config.h"

#include "plugin/tracer.h"

#include "base/alloc.h"
#include "base/little_endian.h"
#include "exec/memory.h"

#include <inttypes.h>
#include <string.h>

/* Columns of the longest bar. */
#define BAR 40

/* As bytes: u32 version 1, and for each page that was touched, ascending: u32 page, u64
 * loads, u64 stores. */
#define PART_VERSION 1
#define HEADER_SIZE 4
#define ENTRY_SIZE 20

struct page {
	uint64_t loads, stores;
};

struct state {
	FILE *output;
	struct page *pages;
	size_t npages, capacity;
	bool out_of_memory;
};

static enum error init(void *state, const struct plugin_choice *choice,
		       uint32_t resources, FILE *output, struct report *report)
{
	struct state *memory = state;

	(void)choice;
	(void)resources;
	(void)report;
	memory->output = output;
	return ERR_NONE;
}

static struct page *page_at(struct state *memory, uint64_t page)
{
	size_t index = (size_t)page;

	if (page >= MEMORY32_MAX_PAGES)
		return NULL;
	if (index >= memory->npages) {
		if (alloc_grow(&memory->pages, &memory->capacity, index + 1,
			       sizeof(*memory->pages)) != 0) {
			memory->out_of_memory = true;
			return NULL;
		}
		memset(memory->pages + memory->npages, 0,
		       (index + 1 - memory->npages) * sizeof(*memory->pages));
		memory->npages = index + 1;
	}
	return &memory->pages[index];
}

/* An access counts for the page that it begins in; bulk ones for each page. */
static void touch(struct state *memory, uint64_t address, uint64_t length,
		  bool is_store)
{
	uint64_t index = address / WASM_PAGE_SIZE;
	uint64_t last = (address + length - 1) / WASM_PAGE_SIZE;

	for (; length > 0 && index <= last; index++) {
		struct page *page = page_at(memory, index);

		if (page == NULL)
			return;
		if (is_store)
			page->stores++;
		else
			page->loads++;
	}
}

static void instruction(void *state, const struct trace_record *record)
{
	const struct opcode_info *info =
		&opcode_infos[record->instruction.op];
	bool is_store = trace_event_of(record->instruction.op) == TRACE_STORE;
	uint32_t depth = is_store ? 2 : 1;
	const uint64_t *top = record->operands + record->noperands;
	const struct memory *memory;

	if (record->module->nmemories == 0 || record->is_after)
		return;
	memory = record->instance->memories[0];
	if (info->immediate == IMMEDIATE_MEMARG && record->noperands >= depth) {
		uint64_t address = (uint32_t)top[-(int)depth] +
				   record->instruction.offset;

		/* What is out of bounds traps, and touches nothing. */
		if (memory_contains(memory, address, (uint64_t)1 << info->align))
			touch(state, address, 1, is_store);
	} else if (is_store && record->noperands >= 3 &&
		   memory_contains(memory, (uint32_t)top[-3],
				   (uint32_t)top[-1])) {
		touch(state, (uint32_t)top[-3], (uint32_t)top[-1], true);
	}
}

static void finish(void *state, const struct trace_end *end)
{
	const struct state *memory = state;
	uint64_t most = 1;
	size_t i;

	(void)end;
	for (i = 0; i < memory->npages; i++)
		if (memory->pages[i].loads + memory->pages[i].stores > most)
			most = memory->pages[i].loads + memory->pages[i].stores;
	fprintf(memory->output, "%-10s %14s %14s\n", "page", "loads", "stores");
	for (i = 0; i < memory->npages; i++) {
		const struct page *page = &memory->pages[i];
		uint64_t both = page->loads + page->stores;
		int bar = (int)(both * BAR / most);

		if (both == 0)
			continue;
		fprintf(memory->output,
			"0x%08" PRIx64 " %14" PRIu64 " %14" PRIu64 " %.*s\n",
			(uint64_t)i * WASM_PAGE_SIZE, page->loads, page->stores,
			bar > 0 ? bar : 1,
			"########################################");
	}
	if (memory->out_of_memory)
		fputs("chiwawa: memory: out of memory: pages are missing\n",
		      memory->output);
}

static enum error save(void *state, uint8_t **bytes, uint32_t *length,
		       struct report *report)
{
	const struct state *memory = state;
	size_t i, n = 0;
	uint8_t *p;

	*bytes = alloc_array(HEADER_SIZE + memory->npages * ENTRY_SIZE, 1);
	if (*bytes == NULL)
		return report_no_memory(report, memory->npages * ENTRY_SIZE);
	le_write32(*bytes, PART_VERSION);
	p = *bytes + HEADER_SIZE;
	for (i = 0; i < memory->npages; i++) {
		const struct page *page = &memory->pages[i];

		if (page->loads + page->stores == 0)
			continue;
		le_write32(p, (uint32_t)i);
		le_write64(p + 4, page->loads);
		le_write64(p + 12, page->stores);
		p += ENTRY_SIZE;
		n++;
	}
	*length = (uint32_t)(HEADER_SIZE + n * ENTRY_SIZE);
	return ERR_NONE;
}

static enum error load(void *state, const uint8_t *bytes, uint32_t length,
		       struct report *report)
{
	struct state *memory = state;
	uint32_t i;

	if (length < HEADER_SIZE || (length - HEADER_SIZE) % ENTRY_SIZE != 0 ||
	    le_read32(bytes) != PART_VERSION)
		return report_error(report, ERR_BAD_SNAPSHOT,
				    "part tracer/memory: its length or version "
				    "is wrong");
	for (i = HEADER_SIZE; i < length; i += ENTRY_SIZE) {
		struct page *page = page_at(memory, le_read32(bytes + i));

		if (page == NULL)
			return report_error(report, ERR_BAD_SNAPSHOT,
					    "part tracer/memory: a page is out "
					    "of range");
		page->loads = le_read64(bytes + i + 4);
		page->stores = le_read64(bytes + i + 12);
	}
	return ERR_NONE;
}

static void fini(void *state)
{
	struct state *memory = state;

	alloc_free(memory->pages);
}

const struct tracer_type tracer_memory = {
	.name = "memory",
	.help = "loads and stores of each page of memory",
	.state_size = sizeof(struct state),
	.events = TRACE_LOAD | TRACE_STORE,
	.init = init,
	.instruction = instruction,
	.finish = finish,
	.save = save,
	.load = load,
	.fini = fini,
};
