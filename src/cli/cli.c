/* cli.c: chooses the subcommand, and what all of them share. */
#include "config.h"

#include "cli.h"

#include "base/alloc.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

struct command {
	const char *name;
	const char *arguments;
	const char *options; /* NULL: it checks them, and helps, itself */
	const char *help;
	int (*function)(const struct options *options);
};

static const struct command commands[] = {
#define COMMAND(FUNCTION, NAME, ARGUMENTS, OPTIONS, HELP)                      \
	{NAME, ARGUMENTS, OPTIONS, HELP, command_##FUNCTION},
#include "commands.def"
};

int cli_fail(const char *what, const struct report *report)
{
	if (what != NULL)
		fprintf(stderr, "chiwawa: %s: %s\n", what, report->text);
	else
		fprintf(stderr, "chiwawa: %s\n", report->text);
	return error_exit_status(report->err);
}

const char *cli_creator(void)
{
	return "chiwawa " PACKAGE_VERSION " (" CHIWAWA_TARGET
	       ", dispatch " CHIWAWA_DISPATCH ")";
}

/* Reads the rest of a stream; 0 on success. */
static int read_all(FILE *file, uint8_t **bytes, size_t *size)
{
	size_t capacity = 0, n;

	do {
		if (alloc_grow(bytes, &capacity, *size + 65536, 1) != 0)
			return -1;
		n = fread(*bytes + *size, 1, capacity - *size, file);
		*size += n;
	} while (n > 0);
	return ferror(file) ? -1 : 0;
}

enum error cli_read_file(const char *path, uint8_t **bytes, size_t *size,
			 struct report *report)
{
	FILE *file = fopen(path, "rb");
	int failed;

	*bytes = NULL;
	*size = 0;
	if (file == NULL)
		return report_error(report, ERR_IO, "cannot open: %s",
				    strerror(errno));
	errno = ENOMEM;
	failed = read_all(file, bytes, size);
	if (failed) {
		report_error(report, ERR_IO, "cannot read: %s",
			     strerror(errno));
		alloc_free(*bytes);
		*bytes = NULL;
	}
	fclose(file);
	return failed ? ERR_IO : ERR_NONE;
}

enum error cli_load_module(const char *path, uint32_t features, uint8_t **bytes,
			   size_t *size, struct module **module,
			   struct report *report)
{
	*module = NULL;
	TRY(cli_read_file(path, bytes, size, report));
	return module_load(*bytes, *size, features, module, report);
}

static const struct command *find_command(const struct options *options)
{
	size_t i;

	for (i = 0; i < sizeof(commands) / sizeof(*commands); i++)
		if (options->noperands > 0 &&
		    strcmp(options->operands[0], commands[i].name) == 0)
			return &commands[i];
	return NULL;
}

static int run_command(const struct command *command,
		       const struct options *options, struct report *report)
{
	if (command->options == NULL)
		return command->function(options);
	if (options_has(options, OPTION_HELP)) {
		printf("usage: chiwawa %s %s\n%s\n", command->name,
		       command->arguments, command->help);
		options_print(stdout, command->options);
		return 0;
	}
	if (options_check_use(options, command->options, report) != ERR_NONE)
		return cli_fail(NULL, report);
	return command->function(options);
}

static int dispatch(const struct options *options, struct report *report)
{
	const struct command *command = find_command(options);

	if (command != NULL)
		return run_command(command, options, report);
	if (options_has(options, OPTION_HELP)) {
		if (options_print_help(options, stdout, report) != ERR_NONE)
			return cli_fail(NULL, report);
		return 0;
	}
	if (options_has(options, OPTION_VERSION)) {
		puts(cli_creator());
		return 0;
	}
	if (options->noperands == 0)
		report_error(report, ERR_USAGE, "no module given (see --help)");
	if (options->noperands == 0 ||
	    options_check_use(options, NULL, report) != ERR_NONE)
		return cli_fail(NULL, report);
	return command_run(options);
}

int cli_main(int argc, char **argv)
{
	struct options options;
	struct report report;
	int status;

	report_init(&report);
	if (options_parse(&options, argc, argv, &report) != ERR_NONE)
		status = cli_fail(NULL, &report);
	else
		status = dispatch(&options, &report);
	options_fini(&options);
	return status;
}
