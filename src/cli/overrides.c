/* overrides.c: see overrides.h. */
#include "config.h"

#include "overrides.h"

#include "base/alloc.h"
#include "base/number.h"

#include <string.h>

enum error split_arguments(const char *text, struct string_list *list,
			   struct report *report)
{
	char *word = alloc_array(strlen(text) + 1, 1);
	enum error err = ERR_NONE;

	if (word == NULL)
		return report_no_memory(report, strlen(text));
	while (err == ERR_NONE) {
		size_t length = 0;
		char quote = '\0';

		text += strspn(text, " \t\n");
		if (*text == '\0')
			break;
		for (; *text != '\0' && (quote || !strchr(" \t\n", *text));
		     text++) {
			if (quote == '\0' && (*text == '"' || *text == '\''))
				quote = *text;
			else if (*text == quote)
				quote = '\0';
			else
				word[length++] = *text;
		}
		if (quote != '\0')
			err = report_error(report, ERR_USAGE,
					   "--app-args: a quote is not closed");
		else
			err = string_list_add(list, word, length, report);
	}
	alloc_free(word);
	return err;
}

/* ---- strings ---- */

/* Sets a variable; one without '=' is taken out. */
static enum error set_variable(struct string_list *list, const char *text,
			       struct report *report)
{
	size_t name = strcspn(text, "=");
	size_t i, kept = 0;

	if (name == 0)
		return report_error(report, ERR_USAGE,
				    "--env %s: not NAME=VALUE or NAME", text);
	for (i = 0; i < list->count; i++) {
		char *item = list->items[i];

		if (strcspn(item, "=") == name &&
		    memcmp(item, text, name) == 0)
			alloc_free(item);
		else
			list->items[kept++] = item;
	}
	list->count = kept;
	return text[name] == '\0'
		       ? ERR_NONE
		       : string_list_add(list, text, strlen(text), report);
}

/* Argument 0 is the program's name and stays. */
static enum error set_arguments(const struct option_values *given,
				struct string_list *list,
				struct report *report)
{
	size_t i;

	while (list->count > 1)
		alloc_free(list->items[--list->count]);
	for (i = 0; i < given->count; i++)
		TRY(split_arguments(given->values[i], list, report));
	return ERR_NONE;
}

static enum error set_string(char **string, const char *text, size_t length,
			     struct report *report)
{
	char *copy = alloc_string(text, length);

	if (copy == NULL)
		return report_no_memory(report, length);
	alloc_free(*string);
	*string = copy;
	return ERR_NONE;
}

/* ---- descriptors ---- */

static struct snapshot_fd *find_fd(struct snapshot *snapshot, uint64_t number)
{
	uint32_t i;

	for (i = 0; i < snapshot->nfds; i++)
		if (snapshot->fds[i].fd == number)
			return &snapshot->fds[i];
	return NULL;
}

/* N=PATH, N=DIRECTORY::PATH; for a preopened directory N=DIRECTORY. */
static enum error set_fd(struct snapshot *snapshot, const char *text,
			 struct report *report)
{
	size_t length = strcspn(text, "=");
	char number[16] = "";
	const char *path = text + length + 1, *colons;
	struct snapshot_fd *fd;
	uint64_t n;

	if (length < sizeof(number))
		memcpy(number, text, length);
	if (text[length] == '\0' || *path == '\0' ||
	    !number_parse(number, UINT32_MAX, &n))
		return report_error(report, ERR_USAGE, "--fd %s: not N=PATH",
				    text);
	fd = find_fd(snapshot, n);
	if (fd == NULL || fd->kind == FD_STDIO)
		return report_error(report, ERR_USAGE,
				    "--fd %s: %s", text,
				    fd == NULL ? "the snapshot has no such "
						 "descriptor"
					       : "a standard stream is the "
						 "host's to redirect");
	if (fd->kind == FD_PREOPEN)
		return set_string(&fd->root, path, strlen(path), report);
	colons = strstr(path, "::");
	if (colons != NULL) {
		TRY(set_string(&fd->root, path, (size_t)(colons - path),
			       report));
		path = colons + 2;
	}
	fd->mtim = 0; /* not known: the file is not compared */
	fd->size = 0;
	return set_string(&fd->path, path, strlen(path), report);
}

enum error overrides_apply(const struct options *options,
			   struct snapshot *snapshot, struct report *report)
{
	const struct option_values *environment = &options->given[OPTION_ENV];
	const struct option_values *arguments =
		&options->given[OPTION_APP_ARGS];
	const struct option_values *fds = &options->given[OPTION_FD];
	const char *label = options_value(options, OPTION_SNAPSHOT_LABEL);
	size_t i;

	for (i = 0; i < environment->count; i++)
		TRY(set_variable(&snapshot->environment,
				 environment->values[i], report));
	if (arguments->count > 0)
		TRY(set_arguments(arguments, &snapshot->program_arguments,
				  report));
	for (i = 0; i < fds->count; i++)
		TRY(set_fd(snapshot, fds->values[i], report));
	if (label != NULL)
		TRY(set_string(&snapshot->label, label, strlen(label), report));
	return ERR_NONE;
}
