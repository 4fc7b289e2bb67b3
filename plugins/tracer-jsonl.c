/* tracer-jsonl.c: one JSON object a line for each instruction, before it executes.
 *
 * Written by hand: a library would take longer than the guest.  All strings are mnemonics or
 * names, which need escapes only for quotes, backslashes and control characters.
 */
#include "config.h"

#include "plugin/tracer.h"

#include "base/alloc.h"
#include "module/names.h"

#include <inttypes.h>

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

static void instruction(void *state, const struct trace_record *record)
{
	struct state *jsonl = state;
	const struct opcode_info *info =
		&opcode_infos[record->instruction.op];

	if (jsonl->func != record->func) {
		char name[128];

		jsonl->func = record->func;
		module_func_name(record->module, record->func->index, name,
				 sizeof(name));
		escape(name, jsonl->name, sizeof(jsonl->name));
	}
	fprintf(jsonl->output,
		"{\"func\":%u,\"name\":\"%s\",\"offset\":%u,\"op\":\"%s\"",
		record->func->index, jsonl->name, record->offset, info->text);
	if (info->immediate == IMMEDIATE_MEMARG && record->noperands > 0) {
		uint32_t depth = info->signature[1] == '>' ? 1 : 2;

		if (record->noperands >= depth)
			fprintf(jsonl->output,
				",\"address\":%" PRIu64 ",\"size\":%u",
				(uint32_t)record->operands[record->noperands -
							   depth] +
					record->instruction.offset,
				1u << info->align);
	}
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
