/* values.h: Wasm values as text: --params, and results. */
#ifndef CHIWAWA_CLI_VALUES_H
#define CHIWAWA_CLI_VALUES_H

#include "base/report.h"
#include "module/types.h"

#include <stdio.h>

/* Parses the values of --params ("I32(1),F64(0.5)" or plain numbers, in one list or
 * several) as the parameters of type.  *slots is to be freed with alloc_free. */
enum error values_parse(const char *const *lists, size_t nlists,
			const struct func_type *type, uint64_t **slots,
			struct report *report);

/* Prints a value as a decimal number that reads back as the same value. */
void value_print(FILE *file, uint8_t type, uint64_t slot);

#endif
