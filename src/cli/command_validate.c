/* command_validate.c: `chiwawa validate`: whether modules are valid, and where not. */
#include "config.h"

#include "cli.h"

#include "base/alloc.h"
#include "module/module.h"

#include <stdio.h>

/* Returns an exit status. */
static int validate(const char *path, uint32_t features)
{
	struct module *module = NULL;
	struct report report;
	uint8_t *bytes = NULL;
	size_t size;
	int status = 0;

	report_init(&report);
	if (cli_load_module(path, features, &bytes, &size, &module, &report) !=
	    ERR_NONE)
		status = cli_fail(path, &report);
	else
		printf("%s: valid\n", path);
	module_free(module);
	alloc_free(bytes);
	return status;
}

int command_validate(const struct options *options)
{
	struct report report;
	uint32_t features;
	int status = 0;
	size_t i;

	report_init(&report);
	if (options->noperands < 2)
		report_error(&report, ERR_USAGE,
			     "usage: chiwawa validate FILE...");
	if (report.err != ERR_NONE ||
	    options_features(options, &features, &report) != ERR_NONE)
		return cli_fail(NULL, &report);
	for (i = 1; i < options->noperands; i++) {
		int one = validate(options->operands[i], features);

		status = status == 0 ? one : status;
	}
	return status;
}
