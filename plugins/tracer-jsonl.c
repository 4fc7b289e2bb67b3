/* tracer-jsonl.c: one JSON object a line for each instruction, before it executes.
 *
 * Written by hand: a library would take longer than the guest.  All strings are mnemonics or
 * names, which need escapes only for quotes, backslashes and control characters.
 */
#include "config.h"

#include "plugin/tracer.h"

#include "base/alloc.h"
#include "code/branch_targets.h"
#include "exec/memory.h"
#include "exec/table.h"
#include "module/names.h"
#include "plugin/host_call_text.h"
#include "plugin/json_text.h"

#include <inttypes.h>
#include <string.h>

struct state {
	FILE *output;
	uint32_t resources;
	const struct func_instance *func; /* of the last line */
	char name[300];			  /* its name as JSON */
	/* Of the functions of this module that have branched, by index. */
	const struct module *module;
	struct branch_targets *targets;
};

static enum error init(void *state, const struct plugin_choice *choice,
		       uint32_t resources, FILE *output, struct report *report)
{
	struct state *jsonl = state;

	(void)choice;
	(void)report;
	jsonl->output = output;
	jsonl->resources = resources;
	return ERR_NONE;
}

/* Slots as numbers in hexadecimal strings: JSON's numbers lose bits. */
static void print_slots(FILE *file, const char *key, const uint64_t *slots,
			uint32_t count)
{
	uint32_t i;

	fprintf(file, ",\"%s\":[", key);
	for (i = 0; i < count; i++)
		fprintf(file, "%s\"0x%" PRIx64 "\"", i > 0 ? "," : "",
			slots[i]);
	putc(']', file);
}

/* Address, size and value of a load or store; what is out of bounds has no value. */
static void print_access(FILE *file, const struct trace_record *record)
{
	const struct opcode_info *info =
		&opcode_infos[record->instruction.op];
	bool is_load = info->signature[1] == '>';
	uint32_t depth = is_load ? 1 : 2, size = 1u << info->align;
	const struct memory *memory =
		record->instance->memories[record->instruction.index];
	uint64_t address, value = 0;

	if (record->noperands < depth)
		return;
	address = record->operands[record->noperands - depth] +
		  record->instruction.offset;
	fprintf(file, ",\"address\":%" PRIu64 ",\"size\":%u", address, size);
	if (!is_load)
		value = record->operands[record->noperands - 1];
	else if (memory_contains(memory, address, size))
		memcpy(&value, memory->data + address, size);
	else
		return;
	if (size < sizeof(value))
		value &= ((uint64_t)1 << 8 * size) - 1;
	fprintf(file, ",\"value\":\"0x%" PRIx64 "\"", value);
}

/* The function that an indirect call will reach; -1 when it will trap. */
static int64_t indirect_callee(const struct trace_record *record)
{
	const struct table *table =
		record->instance->tables[record->instruction.index2];
	const struct func_instance *func;
	uint64_t element;

	if (record->noperands == 0)
		return -1;
	element = record->operands[record->noperands - 1];
	if (element >= table->size || table->elements[element] == 0)
		return -1;
	func = (const struct func_instance *)(uintptr_t)table->elements[element];
	return func->instance == record->instance ? (int64_t)func->index : -1;
}

/* Where a branch goes when it is taken; an if when its condition is false.  Nothing when
 * memory runs out. */
static void print_target(struct state *jsonl, const struct trace_record *record,
			 uint32_t label)
{
	const struct module *module = record->module;
	uint32_t func = record->func->index;
	struct report report;

	report_init(&report);
	if (jsonl->targets == NULL) {
		jsonl->module = module;
		jsonl->targets =
			alloc_array(module->nfuncs, sizeof(*jsonl->targets));
	}
	if (jsonl->targets == NULL)
		return;
	if (jsonl->targets[func].count == 0 &&
	    branch_targets_find(&jsonl->targets[func], module,
				&module->funcs[func], &report) != ERR_NONE)
		return;
	fprintf(jsonl->output, ",\"target\":%u",
		branch_target_at(&jsonl->targets[func], record->offset, label));
}

/* What the instruction will do, as far as its operands say. */
static void print_meaning(struct state *jsonl,
			  const struct trace_record *record)
{
	const struct instruction *in = &record->instruction;
	FILE *file = jsonl->output;
	uint64_t top = record->noperands == 0
			       ? 0
			       : record->operands[record->noperands - 1];

	switch (in->op) {
	case OP_CALL:
	case OP_RETURN_CALL:
		fprintf(file, ",\"callee\":%u", in->index);
		break;
	case OP_CALL_INDIRECT:
	case OP_RETURN_CALL_INDIRECT:
		fprintf(file, ",\"callee\":%" PRId64, indirect_callee(record));
		break;
	case OP_BR:
		print_target(jsonl, record, 0);
		break;
	case OP_BR_IF:
	case OP_IF:
		fprintf(file, ",\"condition\":%s",
			(uint32_t)top != 0 ? "true" : "false");
		print_target(jsonl, record, 0);
		break;
	case OP_BR_TABLE:
		fprintf(file, ",\"index\":%u", (uint32_t)top);
		print_target(jsonl, record, (uint32_t)top);
		break;
	case OP_GLOBAL_SET:
		fprintf(file, ",\"global\":%u,\"value\":\"0x%" PRIx64 "\"",
			in->index, top);
		break;
	case OP_MEMORY_GROW:
		fprintf(file, ",\"pages\":%u", (uint32_t)top);
		break;
	default:
		if (opcode_infos[in->op].immediate == IMMEDIATE_MEMARG)
			print_access(file, record);
		break;
	}
}

static void instruction(void *state, const struct trace_record *record)
{
	struct state *jsonl = state;

	if (jsonl->func != record->func) {
		char name[128];

		jsonl->func = record->func;
		module_func_name(record->module, record->func->index, name,
				 sizeof(name));
		json_escape(name, jsonl->name, sizeof(jsonl->name));
	}
	fprintf(jsonl->output,
		"{\"func\":%u,\"name\":\"%s\",\"offset\":%u,\"op\":\"%s\"",
		record->func->index, jsonl->name, record->offset,
		opcode_infos[record->instruction.op].text);
	if (record->is_after) {
		fputs(",\"after\":true", jsonl->output);
		print_slots(jsonl->output, "stack", record->operands,
			    record->noperands);
		fputs("}\n", jsonl->output);
		return;
	}
	print_meaning(jsonl, record);
	if (TRACE_RESOURCE_HAS(jsonl->resources, STACK) ||
	    TRACE_RESOURCE_HAS(jsonl->resources, REGS))
		print_slots(jsonl->output, "stack", record->operands,
			    record->noperands);
	if (TRACE_RESOURCE_HAS(jsonl->resources, LOCALS))
		print_slots(jsonl->output, "locals", record->locals,
			    record->module->funcs[record->func->index].nlocals);
	fputs("}\n", jsonl->output);
}

static void note(void *state, const char *kind, const char *detail)
{
	struct state *jsonl = state;
	char text[300];

	json_escape(detail, text, sizeof(text));
	fprintf(jsonl->output, "{\"event\":\"%s\",\"detail\":\"%s\"}\n",
		kind, text);
}

static void host_call(void *state, const struct host_traced *traced)
{
	struct state *jsonl = state;
	char text[HOST_CALL_TEXT_SIZE];

	host_call_text(traced, text);
	fprintf(jsonl->output, "{\"event\":\"host\",\"name\":\"%s\",\"text\":",
		traced->name);
	json_print_string(jsonl->output, text);
	print_slots(jsonl->output, "arguments", traced->arguments,
		    (uint32_t)traced->narguments);
	if (traced->has_returned)
		fprintf(jsonl->output, ",\"errno\":%u", traced->result);
	fprintf(jsonl->output, ",\"ns\":%" PRIu64 "}\n",
		traced->ended - traced->began);
}

static void fini(void *state)
{
	struct state *jsonl = state;
	uint32_t i;

	for (i = 0; jsonl->targets != NULL && i < jsonl->module->nfuncs; i++)
		branch_targets_fini(&jsonl->targets[i]);
	alloc_free(jsonl->targets);
}

const struct tracer_type tracer_jsonl = {
	.name = "jsonl",
	.help = "one JSON object a line for each instruction",
	.state_size = sizeof(struct state),
	.init = init,
	.instruction = instruction,
	.host_call = host_call,
	.note = note,
	.fini = fini,
};
