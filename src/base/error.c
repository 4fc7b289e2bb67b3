/* error.c: texts and exit statuses of errors.def. */
#include "config.h"

#include "error.h"

const char *error_message(enum error err)
{
	switch (err) {
	case ERR_NONE:
		return "no error";
#define ERR(NAME, EXIT_STATUS, MESSAGE)                                        \
	case ERR_##NAME:                                                       \
		return MESSAGE;
#include "errors.def"
	}
	return "unknown error";
}

int error_exit_status(enum error err)
{
	switch (err) {
	case ERR_NONE:
		return 0;
#define ERR(NAME, EXIT_STATUS, MESSAGE)                                        \
	case ERR_##NAME:                                                       \
		return EXIT_STATUS;
#include "errors.def"
	}
	return 70;
}
