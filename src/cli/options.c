/* options.c: see options.h; parser and --help come from options.def. */
#include "config.h"

#include "cli/options.h"

#include "base/alloc.h"
#include "base/number.h"

#include <string.h>

enum group {
	GROUP_GUEST,
	GROUP_SNAPSHOT,
	GROUP_TRACE,
	GROUP_COMMAND,
	GROUP_OTHER,
};

static const struct {
	const char *name;
	const char *argument;
	enum group group;
	const char *help;
} infos[OPTION_COUNT] = {
#define OPTION(NAME, LONG, ARGUMENT, GROUP, HELP)                              \
	[OPTION_##NAME] = {LONG, ARGUMENT, GROUP, HELP},
#include "options.def"
};

static const char *const headings[] = {
	[GROUP_GUEST] = "Guest",
	[GROUP_SNAPSHOT] = "Snapshots",
	[GROUP_TRACE] = "Tracing",
	[GROUP_COMMAND] = "Commands' options",
	[GROUP_OTHER] = "Other",
};

static enum option find(const char *name, size_t length)
{
	unsigned i;

	for (i = 0; i < OPTION_COUNT; i++)
		if (strlen(infos[i].name) == length &&
		    memcmp(infos[i].name, name, length) == 0)
			return (enum option)i;
	return OPTION_COUNT;
}

static enum error add(struct option_values *values, const char *value,
		      struct report *report)
{
	if (alloc_grow(&values->values, &values->capacity, values->count + 1,
		       sizeof(*values->values)) != 0)
		return report_no_memory(report, sizeof(*values->values));
	values->values[values->count++] = value;
	return ERR_NONE;
}

/* Parses the option word argv[*i]; may take the next word too. */
static enum error parse_option(struct options *options, int argc, char **argv,
			       int *i, struct report *report)
{
	const char *word = argv[*i] + 2;
	const char *equals = strchr(word, '=');
	size_t length = equals == NULL ? strlen(word)
				       : (size_t)(equals - word);
	enum option option = find(word, length);
	const char *value = equals == NULL ? NULL : equals + 1;

	if (option == OPTION_COUNT)
		return report_error(report, ERR_USAGE,
				    "unknown option \"--%.*s\" (see --help)",
				    (int)length, word);
	if (infos[option].argument == NULL && value != NULL)
		return report_error(report, ERR_USAGE,
				    "--%s takes no argument",
				    infos[option].name);
	if (infos[option].argument != NULL && value == NULL) {
		if (*i + 1 == argc)
			return report_error(report, ERR_USAGE,
					    "--%s needs an argument: %s",
					    infos[option].name,
					    infos[option].argument);
		value = argv[++*i];
	}
	return add(&options->given[option], value, report);
}

enum error options_parse(struct options *options, int argc, char **argv,
			 struct report *report)
{
	int i;

	memset(options, 0, sizeof(*options));
	for (i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--") == 0) {
			options->guest_arguments = argv + i + 1;
			options->nguest_arguments = (size_t)(argc - i - 1);
			return ERR_NONE;
		}
		if (strcmp(argv[i], "-o") == 0 && i + 1 < argc) {
			TRY(add(&options->given[OPTION_OUTPUT], argv[++i],
				report));
			continue;
		}
		if (strncmp(argv[i], "--", 2) == 0) {
			TRY(parse_option(options, argc, argv, &i, report));
			continue;
		}
		if (alloc_grow(&options->operands, &options->operands_capacity,
			       options->noperands + 1,
			       sizeof(*options->operands)) != 0)
			return report_no_memory(report, sizeof(char *));
		options->operands[options->noperands++] = argv[i];
	}
	return ERR_NONE;
}

void options_fini(struct options *options)
{
	unsigned i;

	for (i = 0; i < OPTION_COUNT; i++)
		alloc_free(options->given[i].values);
	alloc_free(options->operands);
}

bool options_has(const struct options *options, enum option option)
{
	return options->given[option].count > 0;
}

const char *options_value(const struct options *options, enum option option)
{
	const struct option_values *values = &options->given[option];

	return values->count == 0 ? NULL : values->values[values->count - 1];
}

enum error options_number(const struct options *options, enum option option,
			  uint64_t max, uint64_t fallback, uint64_t *value,
			  struct report *report)
{
	const char *text = options_value(options, option);

	*value = fallback;
	if (text != NULL && !number_parse(text, max, value))
		return report_error(report, ERR_USAGE,
				    "--%s: \"%s\" is not a number from 0 to "
				    "%llu",
				    infos[option].name, text,
				    (unsigned long long)max);
	return ERR_NONE;
}

enum error options_check_use(const struct options *options, bool is_command,
			     struct report *report)
{
	unsigned i;

	for (i = 0; i < OPTION_COUNT; i++) {
		if (!options_has(options, (enum option)i) ||
		    infos[i].group == GROUP_OTHER ||
		    (infos[i].group == GROUP_COMMAND) == is_command)
			continue;
		return report_error(report, ERR_USAGE, "--%s is %s",
				    infos[i].name,
				    is_command ? "not an option of this command"
					       : "an option of commands only");
	}
	return ERR_NONE;
}

void options_print_help(FILE *file)
{
	enum group group = GROUP_OTHER;
	unsigned i;

	fputs("usage: chiwawa [OPTION...] GUEST.wasm [-- ARGUMENT...]\n"
	      "       chiwawa COMMAND ...\n",
	      file);
	for (i = 0; i < OPTION_COUNT; i++) {
		char left[64];

		if (i == 0 || infos[i].group != group)
			fprintf(file, "%s:\n", headings[infos[i].group]);
		group = infos[i].group;
		snprintf(left, sizeof(left), "--%s%s%s", infos[i].name,
			 infos[i].argument != NULL ? " " : "",
			 infos[i].argument != NULL ? infos[i].argument : "");
		fprintf(file, "  %-32s %s\n", left, infos[i].help);
	}
	fputs("Commands:\n", file);
#define COMMAND(FUNCTION, NAME, ARGUMENTS, HELP)                               \
	fprintf(file, "  %-32s %s\n", NAME " " ARGUMENTS, HELP);
#include "commands.def"
	fputs("The manual is chiwawa(1).\n", file);
}
