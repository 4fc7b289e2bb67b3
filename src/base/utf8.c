/* utf8.c: see utf8.h. */
#include "config.h"

#include "utf8.h"

static bool is_continuation(uint8_t byte)
{
	return (byte & 0xc0) == 0x80;
}

bool utf8_is_valid(const uint8_t *p, size_t length)
{
	const uint8_t *end = p + length;

	while (p < end) {
		uint8_t lead = *p++;
		uint8_t low = 0x80, high = 0xbf; /* range of the second byte */
		int more;

		if (lead < 0x80)
			continue;
		if (lead >= 0xc2 && lead <= 0xdf)
			more = 1;
		else if (lead >= 0xe0 && lead <= 0xef)
			more = 2;
		else if (lead >= 0xf0 && lead <= 0xf4)
			more = 3;
		else
			return false;
		if (lead == 0xe0)
			low = 0xa0;
		else if (lead == 0xed)
			high = 0x9f;
		else if (lead == 0xf0)
			low = 0x90;
		else if (lead == 0xf4)
			high = 0x8f;
		if (end - p < more || *p < low || *p > high)
			return false;
		for (p++; --more > 0; p++)
			if (!is_continuation(*p))
				return false;
	}
	return true;
}
