/* utf8.h: UTF-8 validation. */
#ifndef CHIWAWA_UTF8_H
#define CHIWAWA_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Whether the bytes are well-formed UTF-8: no overlong forms, no surrogates,
 * nothing past U+10FFFF (Unicode 15, table 3-7; core specification 5.2.4). */
bool utf8_is_valid(const uint8_t *bytes, size_t length);

#endif
