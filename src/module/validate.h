/* validate.h: what the two halves of validation share. */
#ifndef CHIWAWA_VALIDATE_H
#define CHIWAWA_VALIDATE_H

#include "code/instruction.h"
#include "module/module.h"

/* Reports an invalid module at a place in its bytes. */
enum error validate_error(const struct module *module, struct report *report,
			  const uint8_t *where, const char *what);

/* Validates every function body and sets func->max_height. */
enum error validate_bodies(struct module *module, struct report *report);

#endif
