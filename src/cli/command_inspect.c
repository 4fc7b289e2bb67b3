/* command_inspect.c: `chiwawa inspect`: what a module is, needs and offers. */
#include "config.h"

#include "cli.h"

#include "base/alloc.h"
#include "code/instruction.h"
#include "module/module.h"
#include "snapshot/request.h"
#include "wasi/wasi.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* Parts of the specification that a module may need, newest last. */
enum part {
	PART_MUTABLE_GLOBALS,
	PART_SIGN_EXTENSION,
	PART_NONTRAPPING_CONVERSIONS,
	PART_MULTI_VALUE,
	PART_BULK_MEMORY,
	PART_REFERENCE_TYPES,
	PART_EXTENDED_CONST,
	PART_TAIL_CALL,
	PART_MULTI_MEMORY,
	PART_MEMORY64,
	PART_COUNT
};

static const char *part_name(enum part part)
{
	static const char *const names[] = {
		"mutable-globals",	    "sign-extension",
		"nontrapping-float-to-int", "multi-value",
		"bulk-memory",		    "reference-types",
	};

	switch (part) {
	case PART_EXTENDED_CONST:
		return feature_name(FEATURE_EXTENDED_CONST);
	case PART_TAIL_CALL:
		return feature_name(FEATURE_TAIL_CALL);
	case PART_MULTI_MEMORY:
		return feature_name(FEATURE_MULTI_MEMORY);
	case PART_MEMORY64:
		return feature_name(FEATURE_MEMORY64);
	default:
		return names[part];
	}
}

/* The part that brought an instruction, PART_COUNT for the first version. */
static enum part part_of(const struct instruction *in)
{
	uint16_t code = opcode_infos[in->op].code;

	if (code >= 0xc0 && code <= 0xc4)
		return PART_SIGN_EXTENSION;
	if (code >= 0xfc00 && code <= 0xfc07)
		return PART_NONTRAPPING_CONVERSIONS;
	if ((code >= 0xfc08 && code <= 0xfc0e))
		return PART_BULK_MEMORY;
	if ((code >= 0xfc0f && code <= 0xfc11) ||
	    (code >= 0xd0 && code <= 0xd2) || code == 0x25 || code == 0x26 ||
	    code == 0x1c)
		return PART_REFERENCE_TYPES;
	if (code == 0x12 || code == 0x13)
		return PART_TAIL_CALL;
	if ((in->op == OP_BLOCK || in->op == OP_LOOP || in->op == OP_IF) &&
	    in->block >= 0)
		return PART_MULTI_VALUE;
	return PART_COUNT;
}

static void find_in_body(const uint8_t *p, const uint8_t *end, bool *found)
{
	while (p < end) {
		struct instruction in;

		p = instruction_next(p, &in);
		found[part_of(&in)] = true;
	}
}

static void find_in_constants(const struct module *module, bool *found)
{
	uint32_t i;

	for (i = module->nimported_globals; i < module->nglobals; i++) {
		const struct const_expr *init = &module->globals[i].init;
		struct instruction in;

		/* One instruction and its end, else there is arithmetic. */
		found[PART_EXTENDED_CONST] |=
			instruction_next(init->start, &in) + 1 < init->end;
		found[part_of(&in)] = true;
	}
}

static void find_parts(const struct module *module, bool *found)
{
	uint32_t i;

	for (i = module->nimported_funcs; i < module->nfuncs; i++)
		find_in_body(module->funcs[i].body, module->funcs[i].end,
			     found);
	find_in_constants(module, found);
	for (i = 0; i < module->ntypes; i++)
		found[PART_MULTI_VALUE] |= module->types[i].nresults > 1;
	for (i = 0; i < module->nimported_globals; i++)
		found[PART_MUTABLE_GLOBALS] |=
			module->globals[i].type.is_mutable;
	for (i = 0; i < module->nexports; i++)
		found[PART_MUTABLE_GLOBALS] |=
			module->exports[i].kind == EXTERN_GLOBAL &&
			module->globals[module->exports[i].index]
				.type.is_mutable;
	found[PART_REFERENCE_TYPES] |= module->ntables > 1;
	found[PART_MULTI_MEMORY] = module->nmemories > 1;
	for (i = 0; i < module->nmemories; i++)
		found[PART_MEMORY64] |= module->memories[i].limits.is64;
	for (i = 0; i < module->ntables; i++)
		found[PART_MEMORY64] |= module->tables[i].limits.is64;
}

/* ---- printing ---- */

static void print_types(const uint8_t *types, uint32_t count)
{
	uint32_t i;

	for (i = 0; i < count; i++)
		printf("%s%s", i > 0 ? " " : "", value_type_name(types[i]));
}

static void print_limits(const struct limits *limits, const char *unit)
{
	printf("%" PRIu64, limits->min);
	if (limits->has_max)
		printf(" to %" PRIu64, limits->max);
	printf(" %s", unit);
}

static void print_external(const struct module *module, enum extern_kind kind,
			   uint32_t index)
{
	const struct func_type *type;

	switch (kind) {
	case EXTERN_FUNC:
		type = module_func_type(module, index);
		printf("func (");
		print_types(type->types, type->nparams);
		printf(") -> (");
		print_types(type->types + type->nparams, type->nresults);
		putchar(')');
		break;
	case EXTERN_TABLE:
		printf("table of %s, ",
		       value_type_name(module->tables[index].element));
		print_limits(&module->tables[index].limits, "elements");
		break;
	case EXTERN_MEMORY:
		printf("memory, ");
		print_limits(&module->memories[index].limits, "pages");
		break;
	case EXTERN_GLOBAL:
		printf("%sglobal %s",
		       module->globals[index].type.is_mutable ? "mutable "
							      : "",
		       value_type_name(module->globals[index].type.value));
		break;
	}
}

/* What a name of a module shows as: bytes that are no plain text as '?'. */
static int print_name(const struct name *name)
{
	uint32_t i;

	for (i = 0; i < name->length; i++)
		putchar(name->bytes[i] < 0x20 || name->bytes[i] == 0x7f
				? '?'
				: name->bytes[i]);
	return (int)name->length;
}

/* Names in one column, types behind it. */
#define NAME_COLUMNS 40

static void print_padding(int width)
{
	printf("%*s ", width < NAME_COLUMNS ? NAME_COLUMNS - width : 0, "");
}

static void print_imports(const struct module *module, size_t *missing)
{
	uint32_t i;

	for (i = 0; i < module->nimports; i++) {
		const struct import *import = &module->imports[i];
		bool provided = import->kind == EXTERN_FUNC &&
				(wasi_provides(&import->module,
					       &import->field) ||
				 request_provides(&import->module,
						  &import->field));
		int width;

		printf("  ");
		width = print_name(&import->module);
		putchar('.');
		width += 1 + print_name(&import->field);
		print_padding(width);
		print_external(module, import->kind, import->index);
		puts(provided ? "" : "  NOT PROVIDED");
		*missing += !provided;
	}
}

static void print_exports(const struct module *module)
{
	uint32_t i;

	for (i = 0; i < module->nexports; i++) {
		const struct export *export = &module->exports[i];
		int width;

		printf("  ");
		width = print_name(&export->name);
		print_padding(width);
		print_external(module, export->kind, export->index);
		putchar('\n');
	}
}

static void print_sizes(const struct module *module)
{
	uint64_t code = 0, data = 0, customs = 0;
	uint32_t i;

	for (i = module->nimported_funcs; i < module->nfuncs; i++)
		code += (uint64_t)(module->funcs[i].end -
				   module->funcs[i].body);
	for (i = 0; i < module->ndatas; i++)
		data += module->datas[i].length;
	for (i = 0; i < module->ncustoms; i++)
		customs += module->customs[i].length;
	printf("size       %zu bytes: code %" PRIu64 ", data %" PRIu64
	       ", custom sections %" PRIu64 "\n",
	       module->size, code, data, customs);
	printf("functions  %u, %u imported\n", module->nfuncs,
	       module->nimported_funcs);
	for (i = 0; i < module->nmemories; i++) {
		printf("memory     ");
		print_limits(&module->memories[i].limits, "pages of 64 KiB\n");
	}
	for (i = 0; i < module->ntables; i++) {
		printf("table      ");
		print_limits(&module->tables[i].limits, "elements\n");
	}
	if (module->ncustoms > 0)
		printf("custom    ");
	for (i = 0; i < module->ncustoms; i++) {
		putchar(' ');
		print_name(&module->customs[i].name);
	}
	if (module->ncustoms > 0)
		putchar('\n');
}

static void print_features(const struct module *module)
{
	bool found[PART_COUNT + 1] = {false};
	const char *separator = "";
	unsigned i;

	find_parts(module, found);
	printf("needs      ");
	for (i = 0; i < PART_COUNT; i++) {
		if (!found[i])
			continue;
		printf("%s%s", separator, part_name(i));
		separator = ", ";
	}
	puts(*separator == '\0' ? "WebAssembly 1.0" : "");
}

static const char *kind_of(const struct module *module)
{
	if (module_find_export(module, "_start", 6) != NULL)
		return "a program: it is run by its _start";
	if (module_find_export(module, "_initialize", 11) != NULL)
		return "a WASI reactor: call its exports (--invoke)";
	return "a library: call its exports (--invoke)";
}

static void inspect(const struct module *module, const char *path)
{
	size_t missing = 0;

	printf("module     %s, valid; %s\n", path, kind_of(module));
	print_sizes(module);
	print_features(module);
	printf("imports    %u\n", module->nimports);
	print_imports(module, &missing);
	printf("exports    %u\n", module->nexports);
	print_exports(module);
	if (missing == 0)
		puts("runs       yes");
	else
		printf("runs       no: %zu import%s not provided\n", missing,
		       missing > 1 ? "s are" : " is");
}

int command_inspect(const struct options *options)
{
	struct module *module = NULL;
	struct report report;
	uint8_t *bytes = NULL;
	const char *path;
	size_t size;
	int status = 0;

	report_init(&report);
	if (options->noperands != 2) {
		report_error(&report, ERR_USAGE, "usage: chiwawa inspect FILE");
		return cli_fail(NULL, &report);
	}
	path = options->operands[1];
	if (cli_load_module(path, FEATURES_ALL, &bytes, &size, &module,
			    &report) != ERR_NONE)
		status = cli_fail(path, &report);
	else
		inspect(module, path);
	module_free(module);
	alloc_free(bytes);
	return status;
}
