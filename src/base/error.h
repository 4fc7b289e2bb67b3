/* error.h: the one error enum of the core and its properties.
 *
 * Made from errors.def.  0 (ERR_NONE) is success.  Traps, snapshot requests and
 * guest exits are outcomes (exec/exec.h), never errors.
 */
#ifndef CHIWAWA_ERROR_H
#define CHIWAWA_ERROR_H

enum error {
	ERR_NONE = 0,
#define ERR(NAME, EXIT_STATUS, MESSAGE) ERR_##NAME,
#include "errors.def"
};

/* General text of an error; static storage. */
const char *error_message(enum error err);

/* Exit status of the command line for an error, 1..255 (0 for ERR_NONE). */
int error_exit_status(enum error err);

/* Returns from the calling function when an expression yields an error. */
#define TRY(EXPRESSION)                                                        \
	do {                                                                   \
		enum error try_error = (EXPRESSION);                           \
		if (try_error != ERR_NONE)                                     \
			return try_error;                                      \
	} while (0)

#endif
