/* number.h: decimal numbers of the command line. */
#ifndef CHIWAWA_NUMBER_H
#define CHIWAWA_NUMBER_H

#include <stdbool.h>
#include <stdint.h>

/* Parses all of text as a decimal number 0..max; false when it is not one. */
bool number_parse(const char *text, uint64_t max, uint64_t *value);

#endif
