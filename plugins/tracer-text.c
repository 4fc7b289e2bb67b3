/* tracer-text.c: one line per instruction, for people and grep.
 *
 *   fib#3 i32.add stack=[1 2] locals=[5] pc=0x3a
 *
 * The values are those before the instruction executes, outermost operand first.
 */
#include "config.h"

#include "plugin/tracer.h"

#include "base/alloc.h"
#include "code/trace_event.h"
#include "exec/numeric.h"
#include "module/names.h"

#include <inttypes.h>
#include <string.h>

/* Operands that are shown: those on top. */
#define MAX_OPERANDS 8

struct state {
	FILE *output;
	uint32_t resources;
	const struct func_instance *func; /* whose name this is */
	char name[128];
	uint8_t *local_types; /* of func */
	size_t capacity;
};

static enum error init(void *state, const struct plugin_choice *choice,
		       uint32_t resources, FILE *output, struct report *report)
{
	struct state *text = state;

	(void)choice;
	(void)report;
	text->output = output;
	text->resources = resources;
	return ERR_NONE;
}

static void print_value(FILE *output, uint8_t type, uint64_t slot)
{
	switch (type) {
	case TYPE_I32:
		fprintf(output, "%" PRId32, (int32_t)(uint32_t)slot);
		break;
	case TYPE_I64:
		fprintf(output, "%" PRId64, (int64_t)slot);
		break;
	case TYPE_F32:
		fprintf(output, "%.9g", (double)f32_from_bits((uint32_t)slot));
		break;
	case TYPE_F64:
		fprintf(output, "%.17g", f64_from_bits(slot));
		break;
	default:
		fputs(slot == 0 ? "null" : "ref", output);
		break;
	}
}

static void print_immediate(FILE *output, const struct instruction *in)
{
	switch (opcode_infos[in->op].immediate) {
	case IMMEDIATE_NONE:
	case IMMEDIATE_BLOCK:
	case IMMEDIATE_MEMORY:
	case IMMEDIATE_MEMORY_MEMORY:
	case IMMEDIATE_SELECT_T:
		break;
	case IMMEDIATE_MEMARG:
		fprintf(output, " offset=%" PRIu64, in->offset);
		break;
	case IMMEDIATE_I32:
		fprintf(output, " %" PRId32, (int32_t)(uint32_t)in->value);
		break;
	case IMMEDIATE_I64:
		fprintf(output, " %" PRId64, (int64_t)in->value);
		break;
	case IMMEDIATE_F32:
	case IMMEDIATE_F64:
		putc(' ', output);
		print_value(output,
			    signature_type(opcode_infos[in->op].signature[1]),
			    in->value);
		break;
	case IMMEDIATE_BR_TABLE:
		fprintf(output, " labels=%" PRIu32, in->count);
		break;
	case IMMEDIATE_REF_TYPE:
		fprintf(output, " %s", value_type_name(in->type));
		break;
	case IMMEDIATE_CALL_INDIRECT:
		fprintf(output, " type=%" PRIu32 " table=%" PRIu32, in->index,
			in->index2);
		break;
	default:
		fprintf(output, " %" PRIu32, in->index);
		break;
	}
}

/* Types of operands are not kept at run time; they are shown as the bits that an
 * instruction's signature names, else as unsigned numbers. */
static void print_stack(const struct state *text,
			const struct trace_record *record)
{
	const char *signature =
		opcode_infos[record->instruction.op].signature;
	size_t known = strcspn(signature, ">");
	uint32_t n = record->noperands, i;
	uint32_t first = n > MAX_OPERANDS ? n - MAX_OPERANDS : 0;

	fputs(first > 0 ? " stack=[... " : " stack=[", text->output);
	for (i = first; i < n; i++) {
		if (i > first)
			putc(' ', text->output);
		if (n - i <= known)
			print_value(text->output,
				    signature_type(signature[known - (n - i)]),
				    record->operands[i]);
		else
			fprintf(text->output, "%" PRIu64, record->operands[i]);
	}
	putc(']', text->output);
}

static void print_locals(const struct state *text,
			 const struct trace_record *record)
{
	const struct func *func = &record->module->funcs[record->func->index];
	uint32_t i;

	if (func->nlocals > text->capacity)
		return; /* no memory for their types */
	fputs(" locals=[", text->output);
	for (i = 0; i < func->nlocals; i++) {
		if (i > 0)
			putc(' ', text->output);
		print_value(text->output,
			    text->local_types[i],
			    record->locals[i]);
	}
	putc(']', text->output);
}

static void print_globals(const struct state *text,
			  const struct trace_record *record)
{
	uint32_t i;

	fputs(" globals=[", text->output);
	for (i = 0; i < record->module->nglobals; i++) {
		const struct global_instance *global =
			record->instance->globals[i];

		if (i > 0)
			putc(' ', text->output);
		print_value(text->output, global->type.value, global->value);
	}
	putc(']', text->output);
}

/* The address operand lies below the value of a store. */
static void print_memory(const struct state *text,
			 const struct trace_record *record)
{
	const struct opcode_info *info =
		&opcode_infos[record->instruction.op];
	uint32_t depth = trace_event_of(record->instruction.op) == TRACE_LOAD
				 ? 1
				 : 2;
	const struct memory *memory;
	uint64_t address, length, i;

	if (info->immediate != IMMEDIATE_MEMARG || record->noperands < depth)
		return;
	memory = record->instance->memories[record->instruction.index];
	address = record->operands[record->noperands - depth] +
		  record->instruction.offset;
	length = (uint64_t)1 << info->align;
	fprintf(text->output, " memory[0x%" PRIx64 "]=", address);
	if (!memory_contains(memory, address, length)) {
		fputs("out of bounds", text->output);
		return;
	}
	for (i = 0; i < length; i++)
		fprintf(text->output, "%02x", memory->data[address + i]);
}

/* What is the same for all instructions of a function. */
static void enter(struct state *text, const struct trace_record *record)
{
	const struct func *func = &record->module->funcs[record->func->index];

	text->func = record->func;
	module_func_name(record->module, record->func->index, text->name,
			 sizeof(text->name));
	if (alloc_grow(&text->local_types, &text->capacity, func->nlocals,
		       1) == 0)
		module_local_types(record->module, func, text->local_types);
}

static void fini(void *state)
{
	struct state *text = state;

	alloc_free(text->local_types);
}

static void instruction(void *state, const struct trace_record *record)
{
	struct state *text = state;

	if (text->func != record->func)
		enter(text, record);
	fprintf(text->output, "%s#%" PRIu32 " %s", text->name,
		record->func->index, opcode_infos[record->instruction.op].text);
	print_immediate(text->output, &record->instruction);
	if (record->is_after) {
		fputs(" ->", text->output);
		print_stack(text, record);
		putc('\n', text->output);
		return;
	}
	if (TRACE_RESOURCE_HAS(text->resources, STACK) ||
	    TRACE_RESOURCE_HAS(text->resources, REGS))
		print_stack(text, record);
	if (TRACE_RESOURCE_HAS(text->resources, LOCALS))
		print_locals(text, record);
	if (TRACE_RESOURCE_HAS(text->resources, GLOBALS))
		print_globals(text, record);
	if (TRACE_RESOURCE_HAS(text->resources, MEMORY))
		print_memory(text, record);
	if (TRACE_RESOURCE_HAS(text->resources, PC))
		fprintf(text->output, " pc=0x%" PRIx32, record->offset);
	putc('\n', text->output);
}

static void note(void *state, const char *kind, const char *detail)
{
	struct state *text = state;

	fprintf(text->output, "-- %s%s%s\n", kind, *detail != '\0' ? ": " : "",
		detail);
}

const struct tracer_type tracer_text = {
	.name = "text",
	.help = "one line per instruction",
	.state_size = sizeof(struct state),
	.init = init,
	.instruction = instruction,
	.note = note,
	.fini = fini,
};
