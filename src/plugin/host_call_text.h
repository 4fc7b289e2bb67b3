/* host_call_text.h: a call of the host with its arguments and results, as strace(1) shows
 * system calls.
 */
#ifndef CHIWAWA_HOST_CALL_TEXT_H
#define CHIWAWA_HOST_CALL_TEXT_H

#include "exec/exec.h"

/* Enough for any call: of buffers and paths only the beginning is shown. */
#define HOST_CALL_TEXT_SIZE 1024

/* Writes "name(arguments) = errno NAME", or "... = ?" of one that ended the guest. */
void host_call_text(const struct host_traced *traced,
		    char bytes[HOST_CALL_TEXT_SIZE]);

#endif
