/* names.h: names of functions, for people. */
#ifndef CHIWAWA_NAMES_H
#define CHIWAWA_NAMES_H

#include "module/module.h"

/* Part of module_load: remembers where the name section has functions' names. */
enum error module_read_names(struct module *module, struct report *report);

/* Writes a function's name into buffer: from the name section, else the export or import,
 * else "func[N]"; demangled where the build has libiberty.  Always terminated, never
 * empty. */
void module_func_name(const struct module *module, uint32_t func, char *buffer,
		      size_t size);

#endif
