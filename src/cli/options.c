/* options.c: see options.h; parser and --help come from options.def. */
#include "config.h"

#include "cli/options.h"

#include "base/alloc.h"
#include "base/nearest.h"
#include "base/number.h"
#include "module/features.h"

#include <string.h>

enum group {
	GROUP_GUEST,
	GROUP_SNAPSHOT,
	GROUP_RESTORE,
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
	[GROUP_RESTORE] = "Restoring",
	[GROUP_TRACE] = "Tracing",
	[GROUP_COMMAND] = "Options",
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

static enum error unknown_option(const char *word, size_t length,
				 struct report *report)
{
	struct nearest nearest;
	char name[64], hint[64];
	unsigned i;

	snprintf(name, sizeof(name), "%.*s", (int)length, word);
	nearest_init(&nearest, name);
	for (i = 0; i < OPTION_COUNT; i++)
		nearest_offer(&nearest, infos[i].name);
	nearest_hint(&nearest, hint, sizeof(hint));
	return report_error(report, ERR_USAGE,
			    "unknown option \"--%s\"%s (see --help)", name,
			    hint);
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
		return unknown_option(word, length, report);
	if (infos[option].argument != NULL && *infos[option].argument == '[')
		return add(&options->given[option], value, report);
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

enum error options_choice(const struct options *options, enum option option,
			  const char *const *names, unsigned *choice,
			  struct report *report)
{
	const char *text = options_value(options, option);
	char list[128] = "";
	unsigned i;

	*choice = 0;
	if (text == NULL)
		return ERR_NONE;
	for (i = 0; names[i] != NULL; i++) {
		if (strcmp(names[i], text) == 0) {
			*choice = i;
			return ERR_NONE;
		}
		snprintf(list + strlen(list), sizeof(list) - strlen(list),
			 "%s%s", i > 0 ? ", " : "", names[i]);
	}
	return report_error(report, ERR_USAGE, "--%s: unknown \"%s\" (%s)",
			    infos[option].name, text, list);
}

/* Whether name is one of the words of a list. */
static bool is_listed(const char *list, const char *name)
{
	size_t length = strlen(name);

	while (*list != '\0') {
		size_t word = strcspn(list, " ");

		if (word == length && memcmp(list, name, length) == 0)
			return true;
		list += word + (list[word] == ' ');
	}
	return false;
}

enum error options_check_use(const struct options *options, const char *allowed,
			     struct report *report)
{
	unsigned i;

	for (i = 0; i < OPTION_COUNT; i++) {
		if (!options_has(options, (enum option)i) ||
		    infos[i].group == GROUP_OTHER ||
		    (allowed == NULL ? infos[i].group != GROUP_COMMAND
				     : is_listed(allowed, infos[i].name)))
			continue;
		return report_error(report, ERR_USAGE, "--%s is %s",
				    infos[i].name,
				    allowed == NULL
					    ? "an option of commands only"
					    : "not an option of this command");
	}
	return ERR_NONE;
}

/* ---- help ---- */

static void print_option(FILE *file, unsigned option)
{
	const char *argument = infos[option].argument;
	char left[64];

	snprintf(left, sizeof(left), "--%s%s%s", infos[option].name,
		 argument == NULL || *argument == '[' ? "" : " ",
		 argument != NULL ? argument : "");
	fprintf(file, "  %-32s %s\n", left, infos[option].help);
}

static void print_group(FILE *file, enum group group)
{
	unsigned i;

	fprintf(file, "%s:\n", headings[group]);
	for (i = 0; i < OPTION_COUNT; i++)
		if (infos[i].group == group)
			print_option(file, i);
}

void options_print(FILE *file, const char *allowed)
{
	unsigned i;

	if (*allowed != '\0')
		fprintf(file, "%s:\n", headings[GROUP_COMMAND]);
	for (i = 0; i < OPTION_COUNT; i++)
		if (is_listed(allowed, infos[i].name))
			print_option(file, i);
}

enum error options_print_help(const struct options *options, FILE *file,
			      struct report *report)
{
	static const char *const topics[] = {"run", "restore", "trace", NULL};
	unsigned topic;

	TRY(options_choice(options, OPTION_HELP, topics, &topic, report));
	if (topic == 1)
		print_group(file, GROUP_RESTORE);
	if (topic == 2)
		print_group(file, GROUP_TRACE);
	if (topic != 0)
		return ERR_NONE;
	fputs("usage: chiwawa [OPTION...] GUEST.wasm [-- ARGUMENT...]\n"
	      "       chiwawa [OPTION...] GUEST.wasm --restore SNAPSHOT\n"
	      "       chiwawa COMMAND ...\n",
	      file);
	print_group(file, GROUP_GUEST);
	print_group(file, GROUP_SNAPSHOT);
	print_group(file, GROUP_OTHER);
	fputs("Commands (each has its --help):\n", file);
#define COMMAND(FUNCTION, NAME, ARGUMENTS, OPTIONS, HELP)                      \
	fprintf(file, "  %-32s %s\n", NAME " " ARGUMENTS, HELP);
#include "commands.def"
	fputs("The manual is chiwawa(1).\n", file);
	return ERR_NONE;
}

enum error options_features(const struct options *options, uint32_t *features,
			    struct report *report)
{
	const struct option_values *chosen = &options->given[OPTION_FEATURE];
	size_t i;

	*features = FEATURES_ALL;
	for (i = 0; i < chosen->count; i++)
		TRY(features_parse(features, chosen->values[i], report));
	return ERR_NONE;
}
