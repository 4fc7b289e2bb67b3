/* names.h: names of functions, for people. */
#ifndef CHIWAWA_NAMES_H
#define CHIWAWA_NAMES_H

#include "module/module.h"

/* Writes a function's name into buffer: from the name section, else the export or
 * import, else "func[N]".  Always terminated, never empty. */
void module_func_name(const struct module *module, uint32_t func, char *buffer,
		      size_t size);

#endif
