/* command_plugins.c: `chiwawa plugins`. */
#include "config.h"

#include "cli.h"

#include "plugin/registry.h"

#include <stdio.h>

/* The principal option, whose key may be left out, stands in brackets. */
static void print(const char *kind, const char *name, const char *help,
		  const struct plugin_option *option)
{
	const struct plugin_option *first = option;

	printf("%-8s %-10s %s\n", kind, name, help);
	for (; option != NULL && option->key != NULL; option++)
		printf("%19s %s%s%s %s\n", "", option == first ? "[" : "",
		       option->key, option == first ? "=]" : "=",
		       option->help);
}

int command_plugins(const struct options *options)
{
	size_t i;

	(void)options;
	for (i = 0; trigger_types[i] != NULL; i++)
		print("trigger", trigger_types[i]->name,
		      trigger_types[i]->help, trigger_types[i]->options);
	for (i = 0; tracer_types[i] != NULL; i++)
		print("tracer", tracer_types[i]->name, tracer_types[i]->help,
		      tracer_types[i]->options);
	for (i = 0; format_types[i] != NULL; i++)
		print("format", format_types[i]->name, format_types[i]->help,
		      format_types[i]->options);
	return 0;
}
