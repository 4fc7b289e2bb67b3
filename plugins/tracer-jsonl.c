/* tracer-jsonl.c: one JSON object a line for each instruction, before it executes.
 *
 * Written by hand: a library would take longer than the guest.  All strings are mnemonics or
 * names, which need escapes only for quotes, backslashes and control characters.
 */
#include "config.h"

#include "plugin/tracer.h"

#include "base/alloc.h"
#include "exec/memory.h"
#include "exec/table.h"
#include "module/names.h"

#include <inttypes.h>
#include <string.h>

struct state {
	FILE *output;
	uint32_t resources;
	const struct func_instance *func; /* of the last line */
	char name[300];			  /* its name as JSON */
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

static void escape(const char *from, char *to, size_t size)
{
	size_t n = 0;

	for (; *from != '\0' && n + 8 < size; from++) {
		unsigned char c = (unsigned char)*from;

		if (c == '"' || c == '\\') {
			to[n++] = '\\';
			to[n++] = (char)c;
		} else if (c < 0x20) {
			n += (size_t)snprintf(to + n, size - n, "\\u%04x", c);
		} else {
			to[n++] = (char)c;
		}
	}
	to[n] = '\0';
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
	const struct memory *memory = record->instance->memories[0];
	uint64_t address, value = 0;

	if (record->noperands < depth)
		return;
	address = (uint32_t)record->operands[record->noperands - depth] +
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
	uint32_t element;

	if (record->noperands == 0)
		return -1;
	element = (uint32_t)record->operands[record->noperands - 1];
	if (element >= table->size || table->elements[element] == 0)
		return -1;
	func = (const struct func_instance *)(uintptr_t)table->elements[element];
	return func->instance == record->instance ? (int64_t)func->index : -1;
}

/* What the instruction will do, as far as its operands say. */
static void print_meaning(FILE *file, const struct trace_record *record)
{
	const struct instruction *in = &record->instruction;
	uint64_t top = record->noperands == 0
			       ? 0
			       : record->operands[record->noperands - 1];

	switch (in->op) {
	case OP_CALL:
		fprintf(file, ",\"callee\":%u", in->index);
		break;
	case OP_CALL_INDIRECT:
		fprintf(file, ",\"callee\":%" PRId64, indirect_callee(record));
		break;
	case OP_BR_IF:
	case OP_IF:
		fprintf(file, ",\"condition\":%s",
			(uint32_t)top != 0 ? "true" : "false");
		break;
	case OP_BR_TABLE:
		fprintf(file, ",\"index\":%u", (uint32_t)top);
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
		escape(name, jsonl->name, sizeof(jsonl->name));
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
	print_meaning(jsonl->output, record);
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

	escape(detail, text, sizeof(text));
	fprintf(jsonl->output, "{\"event\":\"%s\",\"detail\":\"%s\"}\n",
		kind, text);
}

static void host_call(void *state, const struct host_traced *traced)
{
	struct state *jsonl = state;

	fprintf(jsonl->output, "{\"event\":\"host\",\"name\":\"%s\"",
		traced->name);
	print_slots(jsonl->output, "arguments", traced->arguments,
		    (uint32_t)traced->narguments);
	if (traced->has_returned)
		fprintf(jsonl->output, ",\"errno\":%u", traced->result);
	fprintf(jsonl->output, ",\"ns\":%" PRIu64 "}\n",
		traced->ended - traced->began);
}

const struct tracer_type tracer_jsonl = {
	.name = "jsonl",
	.help = "one JSON object a line for each instruction",
	.state_size = sizeof(struct state),
	.init = init,
	.instruction = instruction,
	.host_call = host_call,
	.note = note,
};
