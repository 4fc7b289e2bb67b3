/* snapshot_show.c: `chiwawa snapshot show`: everything but the bytes of memories, as
 * text or, by jansson, as JSON. */
#include "config.h"

#include "snapshot_tool.h"

#include "base/alloc.h"
#include "cli/values.h"
#include "module/names.h"
#include "snapshot/chunks.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#ifdef HAVE_JANSSON
#include <jansson.h>
#include <math.h>
#endif

static void function_name(const struct tool_input *input, uint32_t func,
			  char *name, size_t size)
{
	snprintf(name, size, "func[%u]", func);
	if (input->module != NULL && func < input->module->nfuncs)
		module_func_name(input->module, func, name, size);
}

/* ---- text ---- */

static void print_value(const struct snapshot_value *value)
{
	if (value_type_is_reference(value->type) && value->bits != 0)
		printf("func[%" PRIu64 "]", value->bits - 1);
	else if (value_type_is_reference(value->type))
		fputs("null", stdout);
	else
		value_print(stdout, value->type, value->bits);
}

static void print_values(const char *what, const struct snapshot_value *values,
			 uint32_t count)
{
	uint32_t i;

	for (i = 0; i < count; i++) {
		printf("  %-10s %4u  %-9s ", what, i,
		       value_type_name(values[i].type));
		print_value(&values[i]);
		putchar('\n');
	}
}

static const char *phase_name(uint8_t phase)
{
	switch (phase) {
	case PHASE_START:
		return "start";
	case PHASE_INITIALIZE:
		return "initialize";
	default:
		return "entry";
	}
}

static void print_about(const struct tool_input *input)
{
	const struct snapshot *s = &input->snapshot;
	char hash[33];

	tool_hash(s->module_hash, hash);
	printf("format       %s\n", input->format->name);
	printf("module       %" PRIu64 " bytes, %s\n", s->module_size, hash);
	printf("creator      %s\n", s->creator);
	printf("host         %s\n", s->host);
	printf("time         %" PRIu64 "\n", s->time);
	printf("trigger      %s\n", s->trigger);
	printf("label        %s\n", s->label);
	printf("compression  %s\n", compression_name(s->compression));
	printf("phase        %s\n", phase_name(s->phase));
	printf("entry        %s\n", s->entry);
	printf("instructions %" PRIu64 "\n", s->instructions);
	printf("trap         %s\n", s->trap);
	print_values("argument", s->arguments, s->narguments);
}

static void print_instance(const struct snapshot *s)
{
	uint32_t i, j;

	puts("globals");
	print_values("global", s->globals, s->nglobals);
	for (i = 0; i < s->ntables; i++) {
		printf("table %u: %s, %u elements\n", i,
		       value_type_name(s->tables[i].element),
		       s->tables[i].size);
		for (j = 0; j < s->tables[i].size; j++)
			if (s->tables[i].elements[j] != 0)
				printf("  %-10s %4u  func[%u]\n", "element", j,
				       s->tables[i].elements[j] - 1);
	}
	for (i = 0; i < s->nelems; i++)
		printf("element segment %u: %s\n", i,
		       s->dropped_elems[i] ? "dropped" : "there");
	for (i = 0; i < s->ndatas; i++)
		printf("data segment %u: %s\n", i,
		       s->dropped_datas[i] ? "dropped" : "there");
	for (i = 0; i < s->nmemories; i++) {
		const struct snapshot_memory *memory = &s->memories[i];

		printf("memory %u: %" PRIu64 " pages, base %s\n", i,
		       memory->pages,
		       memory->base == BASE_INITIAL ? "initial" : "zero");
		for (j = 0; j < memory->nruns; j++)
			printf("  %-10s %4u  0x%" PRIx64 " to 0x%" PRIx64 "\n",
			       "saved", j,
			       (uint64_t)memory->runs[j].first *
				       SNAPSHOT_BLOCK_SIZE,
			       ((uint64_t)memory->runs[j].first +
				memory->runs[j].count) *
					       SNAPSHOT_BLOCK_SIZE -
				       1);
	}
}

static void print_wasi(const struct snapshot *s)
{
	static const char *const clocks[] = {"realtime", "monotonic",
					     "process", "thread"};
	uint32_t i;
	size_t j;

	for (j = 0; j < s->program_arguments.count; j++)
		printf("argument %zu: %s\n", j, s->program_arguments.items[j]);
	for (j = 0; j < s->environment.count; j++)
		printf("environment: %s\n", s->environment.items[j]);
	for (i = 0; i < WASI_CLOCK_COUNT; i++)
		printf("clock %s: %" PRIu64 "\n", clocks[i], s->clocks[i]);
	for (i = 0; i < s->nfds; i++) {
		const struct snapshot_fd *fd = &s->fds[i];

		printf("descriptor %u: %s, type %u, flags 0x%x, rights "
		       "0x%" PRIx64 " 0x%" PRIx64,
		       fd->fd, tool_fd_kind(fd), fd->filetype, fd->flags,
		       fd->rights, fd->inheriting);
		if (fd->kind == FD_STDIO)
			printf(", stream %u\n", fd->stdio);
		else if (fd->kind == FD_PREOPEN)
			printf(", \"%s\"\n", fd->root);
		else
			printf(", \"%s\" in \"%s\", position %" PRIu64
			       ", size %" PRIu64 ", modified %" PRIu64 "\n",
			       fd->path, fd->root, fd->offset, fd->size,
			       fd->mtim);
		for (j = 0; fd->listing != NULL && j < fd->listing->nentries;
		     j++)
			printf("  %-10s %4zu  %s\n", "entry", j,
			       fd->listing->entries[j].name);
	}
	for (i = 0; i < s->nparts; i++)
		printf("part %s: %u bytes\n", s->parts[i].name,
		       s->parts[i].length);
}

static void print_text(const struct tool_input *input)
{
	const struct snapshot *s = &input->snapshot;
	char name[128];
	uint32_t i;

	print_about(input);
	for (i = 0; i < s->nframes; i++) {
		const struct snapshot_frame *frame = &s->frames[i];

		function_name(input, frame->func, name, sizeof(name));
		printf("frame %u: function %u %s, offset 0x%x\n", i,
		       frame->func, name, frame->offset);
		print_values("local", frame->locals, frame->nlocals);
		print_values("operand", frame->operands, frame->noperands);
	}
	if (s->call.is_pending) {
		function_name(input, s->call.func, name, sizeof(name));
		printf("pending call: function %u %s, begun %" PRIu64 "\n",
		       s->call.func, name, s->call.begun);
		print_values("argument", s->call.arguments,
			     s->call.narguments);
	}
	print_instance(s);
	print_wasi(s);
}

/* ---- JSON ---- */

#ifdef HAVE_JANSSON
static json_t *json_hex(uint64_t bits)
{
	char text[24];

	snprintf(text, sizeof(text), "0x%" PRIx64, bits);
	return json_string(text);
}

/* Strings of a guest need not be UTF-8; JSON must. */
static json_t *json_text(const char *string)
{
	json_t *text = json_string(string);

	return text != NULL ? text : json_string("(not UTF-8)");
}

/* Numbers as JSON has them, with all bits besides: readers that know only doubles lose
 * some of an i64. */
static json_t *json_value(const struct snapshot_value *value)
{
	json_t *object = json_object(), *number = NULL;
	uint32_t low = (uint32_t)value->bits;
	double f64;
	float f32;

	switch (value->type) {
	case TYPE_I32:
		number = json_integer((int32_t)low);
		break;
	case TYPE_I64:
		number = json_integer((int64_t)value->bits);
		break;
	case TYPE_F32:
		memcpy(&f32, &low, sizeof(f32));
		number = isfinite(f32) ? json_real((double)f32) : json_null();
		break;
	case TYPE_F64:
		memcpy(&f64, &value->bits, sizeof(f64));
		number = isfinite(f64) ? json_real(f64) : json_null();
		break;
	default:
		number = value->bits == 0
				 ? json_null()
				 : json_integer((int64_t)value->bits - 1);
		break;
	}
	json_object_set_new(object, "type",
			    json_string(value_type_name(value->type)));
	json_object_set_new(object, "value", number);
	json_object_set_new(object, "bits", json_hex(value->bits));
	return object;
}

static json_t *json_values(const struct snapshot_value *values, uint32_t count)
{
	json_t *array = json_array();
	uint32_t i;

	for (i = 0; i < count; i++)
		json_array_append_new(array, json_value(&values[i]));
	return array;
}

static json_t *json_strings(const struct string_list *list)
{
	json_t *array = json_array();
	size_t i;

	for (i = 0; i < list->count; i++)
		json_array_append_new(array, json_text(list->items[i]));
	return array;
}

static json_t *json_flags(const uint8_t *flags, uint32_t count)
{
	json_t *array = json_array();
	uint32_t i;

	for (i = 0; i < count; i++)
		json_array_append_new(array, json_boolean(flags[i]));
	return array;
}

static json_t *json_frames(const struct tool_input *input)
{
	const struct snapshot *s = &input->snapshot;
	json_t *array = json_array();
	char name[128];
	uint32_t i;

	for (i = 0; i < s->nframes; i++) {
		const struct snapshot_frame *frame = &s->frames[i];
		json_t *object = json_object();

		function_name(input, frame->func, name, sizeof(name));
		json_object_set_new(object, "func", json_integer(frame->func));
		json_object_set_new(object, "name", json_text(name));
		json_object_set_new(object, "offset",
				    json_integer(frame->offset));
		json_object_set_new(object, "locals",
				    json_values(frame->locals,
						frame->nlocals));
		json_object_set_new(object, "operands",
				    json_values(frame->operands,
						frame->noperands));
		json_array_append_new(array, object);
	}
	return array;
}

static json_t *json_call(const struct tool_input *input)
{
	const struct snapshot_call *call = &input->snapshot.call;
	json_t *object;
	char name[128];

	if (!call->is_pending)
		return json_null();
	object = json_object();
	function_name(input, call->func, name, sizeof(name));
	json_object_set_new(object, "func", json_integer(call->func));
	json_object_set_new(object, "name", json_text(name));
	json_object_set_new(object, "arguments",
			    json_values(call->arguments, call->narguments));
	json_object_set_new(object, "begun",
			    json_integer((json_int_t)call->begun));
	return object;
}

static json_t *json_tables(const struct snapshot *s)
{
	json_t *array = json_array();
	uint32_t i, j;

	for (i = 0; i < s->ntables; i++) {
		const struct snapshot_table *table = &s->tables[i];
		json_t *object = json_object(), *elements = json_array();

		for (j = 0; j < table->size; j++)
			json_array_append_new(
				elements,
				table->elements[j] == 0
					? json_null()
					: json_integer(table->elements[j] -
						       1));
		json_object_set_new(
			object, "type",
			json_string(value_type_name(table->element)));
		json_object_set_new(object, "elements", elements);
		json_array_append_new(array, object);
	}
	return array;
}

static json_t *json_memories(const struct snapshot *s)
{
	json_t *array = json_array();
	uint32_t i, j;

	for (i = 0; i < s->nmemories; i++) {
		const struct snapshot_memory *memory = &s->memories[i];
		json_t *object = json_object(), *saved = json_array();

		for (j = 0; j < memory->nruns; j++)
			json_array_append_new(
				saved,
				json_pack("{s:I,s:I}", "offset",
					  (json_int_t)memory->runs[j].first *
						  SNAPSHOT_BLOCK_SIZE,
					  "length",
					  (json_int_t)memory->runs[j].count *
						  SNAPSHOT_BLOCK_SIZE));
		json_object_set_new(object, "pages",
				    json_integer((json_int_t)memory->pages));
		json_object_set_new(object, "base",
				    json_string(memory->base == BASE_INITIAL
							? "initial"
							: "zero"));
		json_object_set_new(object, "saved", saved);
		json_array_append_new(array, object);
	}
	return array;
}

static json_t *json_fd(const struct snapshot_fd *fd)
{
	json_t *object = json_object(), *listing = json_array();
	size_t i;

	json_object_set_new(object, "fd", json_integer(fd->fd));
	json_object_set_new(object, "kind", json_string(tool_fd_kind(fd)));
	json_object_set_new(object, "filetype", json_integer(fd->filetype));
	json_object_set_new(object, "flags", json_integer(fd->flags));
	json_object_set_new(object, "rights", json_hex(fd->rights));
	json_object_set_new(object, "inheriting", json_hex(fd->inheriting));
	if (fd->kind == FD_STDIO) {
		json_object_set_new(object, "stdio", json_integer(fd->stdio));
	} else {
		json_object_set_new(object, "root", json_text(fd->root));
		json_object_set_new(object, "path", json_text(fd->path));
		json_object_set_new(object, "offset",
				    json_integer((json_int_t)fd->offset));
		json_object_set_new(object, "size",
				    json_integer((json_int_t)fd->size));
		json_object_set_new(object, "mtim",
				    json_integer((json_int_t)fd->mtim));
	}
	for (i = 0; fd->listing != NULL && i < fd->listing->nentries; i++)
		json_array_append_new(listing,
				      json_text(fd->listing->entries[i].name));
	if (fd->listing != NULL)
		json_object_set_new(object, "listing", listing);
	else
		json_decref(listing);
	return object;
}

static json_t *json_wasi(const struct snapshot *s)
{
	json_t *object = json_object(), *fds = json_array();
	json_t *clocks = json_array();
	uint32_t i;

	for (i = 0; i < WASI_CLOCK_COUNT; i++)
		json_array_append_new(clocks,
				      json_integer((json_int_t)s->clocks[i]));
	for (i = 0; i < s->nfds; i++)
		json_array_append_new(fds, json_fd(&s->fds[i]));
	json_object_set_new(object, "arguments",
			    json_strings(&s->program_arguments));
	json_object_set_new(object, "environment",
			    json_strings(&s->environment));
	json_object_set_new(object, "clocks", clocks);
	json_object_set_new(object, "descriptors", fds);
	return object;
}

static json_t *json_all(const struct tool_input *input)
{
	const struct snapshot *s = &input->snapshot;
	json_t *object = json_object(), *parts = json_array();
	char hash[33];
	uint32_t i;

	tool_hash(s->module_hash, hash);
	for (i = 0; i < s->nparts; i++)
		json_array_append_new(
			parts, json_pack("{s:s,s:i}", "name",
					 s->parts[i].name, "bytes",
					 (int)s->parts[i].length));
	json_object_set_new(object, "format",
			    json_string(input->format->name));
	json_object_set_new(object, "module",
			    json_pack("{s:s,s:I}", "xxh3_128", hash, "size",
				      (json_int_t)s->module_size));
	json_object_set_new(object, "creator", json_text(s->creator));
	json_object_set_new(object, "host", json_text(s->host));
	json_object_set_new(object, "time",
			    json_integer((json_int_t)s->time));
	json_object_set_new(object, "trigger", json_text(s->trigger));
	json_object_set_new(object, "label", json_text(s->label));
	json_object_set_new(object, "phase",
			    json_string(phase_name(s->phase)));
	json_object_set_new(object, "entry", json_text(s->entry));
	json_object_set_new(object, "arguments",
			    json_values(s->arguments, s->narguments));
	json_object_set_new(object, "instructions",
			    json_integer((json_int_t)s->instructions));
	json_object_set_new(object, "frames", json_frames(input));
	json_object_set_new(object, "call", json_call(input));
	json_object_set_new(object, "trap", json_text(s->trap));
	json_object_set_new(object, "globals",
			    json_values(s->globals, s->nglobals));
	json_object_set_new(object, "tables", json_tables(s));
	json_object_set_new(object, "dropped_elems",
			    json_flags(s->dropped_elems, s->nelems));
	json_object_set_new(object, "dropped_datas",
			    json_flags(s->dropped_datas, s->ndatas));
	json_object_set_new(object, "memories", json_memories(s));
	json_object_set_new(object, "wasi", json_wasi(s));
	json_object_set_new(object, "parts", parts);
	return object;
}

static int print_json(const struct tool_input *input)
{
	json_t *object = json_all(input);
	int failed = object == NULL || json_dumpf(object, stdout, JSON_INDENT(1));
	struct report report;

	putchar('\n');
	json_decref(object);
	if (!failed)
		return 0;
	report_init(&report);
	report_no_memory(&report, 0);
	return cli_fail(input->path, &report);
}
#else
static int print_json(const struct tool_input *input)
{
	struct report report;

	report_init(&report);
	report_error(&report, ERR_USAGE,
		     "--json: this chiwawa was built without jansson");
	return cli_fail(input->path, &report);
}
#endif

int snapshot_show(const struct options *options)
{
	struct tool_input input;
	int status = tool_input_read(&input, tool_word(options, 0),
				     tool_word(options, 1));

	if (status == 0 && options_has(options, OPTION_JSON))
		status = print_json(&input);
	else if (status == 0)
		print_text(&input);
	tool_input_fini(&input);
	return status;
}
