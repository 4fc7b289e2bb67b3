/* tracer-memory.c: which pages of memory are loaded from and stored to, and how often, as a
 * table with bars.
 */
#include "config.h"

#include "plugin/tracer.h"

#include "exec/memory.h"
#include "plugin/page_accesses.h"

#include <inttypes.h>

/* Columns of the longest bar. */
#define BAR 40

struct state {
	FILE *output;
	struct page_accesses accesses;
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

/* An access counts for the page that it begins in; bulk ones for each page. */
static void touch(struct state *memory, uint64_t address, uint64_t length,
		  bool is_store)
{
	uint64_t index = address / WASM_PAGE_SIZE;
	uint64_t last = (address + length - 1) / WASM_PAGE_SIZE;

	for (; length > 0 && index <= last; index++) {
		struct page_access *page =
			page_accesses_at(&memory->accesses, index);

		if (page == NULL) {
			memory->out_of_memory = true;
			return;
		}
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
	/* The map is of the first memory. */
	if ((record->instruction.op == OP_MEMORY_INIT
		     ? record->instruction.index2
		     : record->instruction.index) != 0)
		return;
	memory = record->instance->memories[0];
	if (info->immediate == IMMEDIATE_MEMARG && record->noperands >= depth) {
		uint64_t address = top[-(int)depth] +
				   record->instruction.offset;

		/* What is out of bounds traps, and touches nothing. */
		if (memory_contains(memory, address, (uint64_t)1 << info->align))
			touch(state, address, 1, is_store);
	} else if (is_store && record->noperands >= 3 &&
		   memory_contains(memory, top[-3], top[-1])) {
		touch(state, top[-3], top[-1], true);
	}
}

static uint64_t both(const struct page_access *page)
{
	return page->loads + page->stores;
}

static void finish(void *state, const struct trace_end *end)
{
	const struct state *memory = state;
	const struct page_accesses *accesses = &memory->accesses;
	uint64_t most = 1;
	size_t i;

	(void)end;
	for (i = 0; i < accesses->count; i++)
		if (both(&accesses->pages[i]) > most)
			most = both(&accesses->pages[i]);
	fprintf(memory->output, "%-10s %14s %14s\n", "page", "loads", "stores");
	for (i = 0; i < accesses->count; i++) {
		const struct page_access *page = &accesses->pages[i];
		int bar = (int)(both(page) * BAR / most);

		if (both(page) == 0)
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

	return page_accesses_save(&memory->accesses, bytes, length, report);
}

static enum error load(void *state, const uint8_t *bytes, uint32_t length,
		       struct report *report)
{
	struct state *memory = state;

	return page_accesses_load(&memory->accesses, bytes, length, report);
}

static void fini(void *state)
{
	struct state *memory = state;

	page_accesses_fini(&memory->accesses);
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
