/* command_dump_ir.c: `chiwawa dump-ir FILE [FUNCTION]`, for developers and tests. */
#include "config.h"

#include "cli.h"

#include "base/alloc.h"
#include "code/code.h"
#include "module/names.h"

#include <stdio.h>
#include <string.h>

static enum error dump_func(const struct module *module, uint32_t func,
			    const char *name, struct report *report)
{
	struct code_options options = {0};
	struct code code;
	size_t length;
	char *text;

	TRY(code_translate(module, func, &options, 0, &code, report));
	length = ir_dump(code.units, code.nunits, NULL, 0);
	text = alloc_array(length + 1, 1);
	if (text != NULL) {
		ir_dump(code.units, code.nunits, text, length + 1);
		printf("%s#%u: %u slots\n%s", name, func, code.frame_slots,
		       text);
	}
	alloc_free(text);
	code_fini(&code);
	return text == NULL ? report_no_memory(report, length) : ERR_NONE;
}

static enum error dump_module(const struct module *module, const char *wanted,
			      struct report *report)
{
	bool found = wanted == NULL;
	uint32_t i;

	for (i = module->nimported_funcs; i < module->nfuncs; i++) {
		char name[256];

		module_func_name(module, i, name, sizeof(name));
		if (wanted != NULL && strcmp(name, wanted) != 0)
			continue;
		found = true;
		TRY(dump_func(module, i, name, report));
	}
	if (!found)
		return report_error(report, ERR_USAGE, "no function \"%s\"",
				    wanted);
	return ERR_NONE;
}

int command_dump_ir(const struct options *options)
{
	struct module *module = NULL;
	struct report report;
	uint8_t *bytes = NULL;
	const char *path;
	size_t size;
	int status = 0;

	report_init(&report);
	if (options->noperands < 2 || options->noperands > 3) {
		report_error(&report, ERR_USAGE, "dump-ir FILE [FUNCTION]");
		return cli_fail(NULL, &report);
	}
	path = options->operands[1];
	if (cli_load_module(path, FEATURES_ALL, &bytes, &size, &module,
			    &report) != ERR_NONE ||
	    dump_module(module,
			options->noperands > 2 ? options->operands[2] : NULL,
			&report) != ERR_NONE)
		status = cli_fail(path, &report);
	module_free(module);
	alloc_free(bytes);
	return status;
}
