/* options.c: see options.h. */
#include "config.h"

#include "options.h"

#include "base/alloc.h"
#include "base/nearest.h"
#include "base/number.h"

#include <stdio.h>
#include <string.h>

static enum error add_argument(struct plugin_choice *choice, const char *text,
			       size_t length, struct report *report)
{
	const char *equals = memchr(text, '=', length);
	struct plugin_argument argument = {NULL, NULL};
	const char *value = equals == NULL ? text : equals + 1;

	if (equals == NULL && choice->narguments > 0)
		return report_error(report, ERR_USAGE,
				    "%s: argument \"%.*s\" is not key=value",
				    choice->name, (int)length, text);
	if (alloc_grow(&choice->arguments, &choice->capacity,
		       choice->narguments + 1, sizeof(argument)) != 0)
		return report_no_memory(report, sizeof(argument));
	if (equals != NULL)
		argument.key = alloc_string(text, (size_t)(equals - text));
	argument.value =
		alloc_string(value, length - (size_t)(value - text));
	choice->arguments[choice->narguments++] = argument;
	if (argument.value == NULL || (equals != NULL && argument.key == NULL))
		return report_no_memory(report, length);
	return ERR_NONE;
}

enum error plugin_choice_parse(struct plugin_choice *choice, const char *text,
			       struct report *report)
{
	size_t length = strcspn(text, ":");

	memset(choice, 0, sizeof(*choice));
	choice->name = alloc_string(text, length);
	if (choice->name == NULL)
		return report_no_memory(report, length);
	text += length;
	if (*text == '\0')
		return ERR_NONE;
	do {
		text++;
		length = strcspn(text, ",");
		TRY(add_argument(choice, text, length, report));
		text += length;
	} while (*text != '\0');
	return ERR_NONE;
}

void plugin_choice_fini(struct plugin_choice *choice)
{
	size_t i;

	for (i = 0; i < choice->narguments; i++) {
		alloc_free(choice->arguments[i].key);
		alloc_free(choice->arguments[i].value);
	}
	alloc_free(choice->arguments);
	alloc_free(choice->name);
	memset(choice, 0, sizeof(*choice));
}

static bool is_known(const struct plugin_option *options, const char *key)
{
	for (; options != NULL && options->key != NULL; options++)
		if (strcmp(options->key, key) == 0)
			return true;
	return false;
}

enum error plugin_choice_check(const struct plugin_choice *choice,
			       const struct plugin_option *options,
			       struct report *report)
{
	char known[200] = "", hint[64];
	const struct plugin_option *option;
	struct nearest nearest;
	size_t i;

	for (option = options; option != NULL && option->key != NULL;
	     option++) {
		size_t used = strlen(known);

		snprintf(known + used, sizeof(known) - used, "%s%s",
			 used > 0 ? ", " : "", option->key);
	}
	for (i = 0; i < choice->narguments; i++) {
		const char *key = choice->arguments[i].key;

		if (key == NULL && known[0] == '\0')
			return report_error(report, ERR_USAGE,
					    "%s takes no arguments",
					    choice->name);
		if (key == NULL || is_known(options, key))
			continue;
		nearest_init(&nearest, key);
		for (option = options; option != NULL && option->key != NULL;
		     option++)
			nearest_offer(&nearest, option->key);
		nearest_hint(&nearest, hint, sizeof(hint));
		return report_error(report, ERR_USAGE,
				    "%s: unknown option \"%s\"%s (has: %s)",
				    choice->name, key, hint,
				    known[0] ? known : "none");
	}
	return ERR_NONE;
}

const char *plugin_choice_get(const struct plugin_choice *choice,
			      const char *key, bool principal)
{
	size_t i;

	for (i = choice->narguments; i > 0; i--) {
		const struct plugin_argument *argument =
			&choice->arguments[i - 1];

		if (argument->key == NULL ? principal
					  : strcmp(argument->key, key) == 0)
			return argument->value;
	}
	return NULL;
}

enum error plugin_choice_number(const struct plugin_choice *choice,
				const char *key, bool principal, uint64_t max,
				uint64_t fallback, uint64_t *value,
				struct report *report)
{
	const char *text = plugin_choice_get(choice, key, principal);

	*value = fallback;
	if (text != NULL && !number_parse(text, max, value))
		return report_error(report, ERR_USAGE,
				    "%s: %s: \"%s\" is not a number from 0 to "
				    "%llu",
				    choice->name, key, text,
				    (unsigned long long)max);
	return ERR_NONE;
}
