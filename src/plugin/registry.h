/* registry.h: the plugins that are built in, by kind. */
#ifndef CHIWAWA_REGISTRY_H
#define CHIWAWA_REGISTRY_H

#include "plugin/format.h"
#include "plugin/tracer.h"
#include "plugin/trigger.h"

/* NULL-ended; the order is that of configure.ac. */
extern const struct trigger_type *const trigger_types[];
extern const struct tracer_type *const tracer_types[];
extern const struct format_type *const format_types[];

/* The plugin of that name; NULL and a report that lists those there are. */
const struct trigger_type *trigger_find(const char *name,
					struct report *report);
const struct tracer_type *tracer_find(const char *name,
				      struct report *report);
const struct format_type *format_find(const char *name,
				      struct report *report);

/* The format of a file that begins with these bytes, or NULL. */
const struct format_type *format_detect(const uint8_t *bytes, size_t length);

#endif
