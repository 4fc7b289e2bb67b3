/* registry.c: one array per kind of plugin, made by configure.
 *
 * plugin_list.h has a line TRIGGER(name), TRACER(name) or FORMAT(name) for each
 * plugin that is enabled or was given with --with-plugin.
 */
#include "config.h"

#include "registry.h"

#include "base/nearest.h"

#include <stdio.h>
#include <string.h>

#define TRIGGER(NAME) extern const struct trigger_type trigger_##NAME;
#define TRACER(NAME) extern const struct tracer_type tracer_##NAME;
#define FORMAT(NAME) extern const struct format_type format_##NAME;
#include "plugin_list.h"
#undef TRIGGER
#undef TRACER
#undef FORMAT

const struct trigger_type *const trigger_types[] = {
#define TRIGGER(NAME) &trigger_##NAME,
#define TRACER(NAME)
#define FORMAT(NAME)
#include "plugin_list.h"
#undef TRIGGER
#undef TRACER
#undef FORMAT
	NULL};

const struct tracer_type *const tracer_types[] = {
#define TRIGGER(NAME)
#define TRACER(NAME) &tracer_##NAME,
#define FORMAT(NAME)
#include "plugin_list.h"
#undef TRIGGER
#undef TRACER
#undef FORMAT
	NULL};

const struct format_type *const format_types[] = {
#define TRIGGER(NAME)
#define TRACER(NAME)
#define FORMAT(NAME) &format_##NAME,
#include "plugin_list.h"
#undef TRIGGER
#undef TRACER
#undef FORMAT
	NULL};

/* The three kinds differ in type only: one search each, one message for all. */
static void append_name(char *names, size_t size, const char *name)
{
	size_t used = strlen(names);

	snprintf(names + used, size - used, "%s%s", used > 0 ? ", " : "", name);
}

#define DEFINE_FIND(KIND)                                                      \
	const struct KIND##_type *KIND##_find(const char *name,                \
					      struct report *report)           \
	{                                                                      \
		const struct KIND##_type *const *type;                         \
		char names[200] = "", hint[64];                                \
		struct nearest nearest;                                        \
                                                                               \
		nearest_init(&nearest, name);                                  \
		for (type = KIND##_types; *type != NULL; type++) {             \
			if (strcmp((*type)->name, name) == 0)                  \
				return *type;                                  \
			append_name(names, sizeof(names), (*type)->name);      \
			nearest_offer(&nearest, (*type)->name);                \
		}                                                              \
		nearest_hint(&nearest, hint, sizeof(hint));                    \
		report_error(report, ERR_USAGE,                                \
			     "unknown " #KIND " \"%s\"%s (have: %s)", name,    \
			     hint, names);                                     \
		return NULL;                                                   \
	}

DEFINE_FIND(trigger)
DEFINE_FIND(tracer)
DEFINE_FIND(format)

const struct format_type *format_detect(const uint8_t *bytes, size_t length)
{
	const struct format_type *const *type;

	for (type = format_types; *type != NULL; type++)
		if ((*type)->detect(bytes, length))
			return *type;
	return NULL;
}
