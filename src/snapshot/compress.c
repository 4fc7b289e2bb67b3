/* compress.c: see compress.h. */
#include "config.h"

#include "compress.h"

#ifdef HAVE_LZ4
#include <lz4.h>

bool compress_available(void)
{
	return true;
}

size_t compress_bound(size_t length)
{
	return (size_t)LZ4_compressBound((int)length);
}

size_t compress_bytes(const uint8_t *from, size_t length, uint8_t *to,
		      size_t room)
{
	int n = LZ4_compress_default((const char *)from, (char *)to,
				     (int)length, (int)room);

	return n <= 0 ? 0 : (size_t)n;
}

bool expand_bytes(const uint8_t *from, size_t from_length, uint8_t *to,
		  size_t length)
{
	if (from_length > LZ4_MAX_INPUT_SIZE || length > LZ4_MAX_INPUT_SIZE)
		return false;
	return LZ4_decompress_safe((const char *)from, (char *)to,
				   (int)from_length,
				   (int)length) == (int)length;
}
#else
bool compress_available(void)
{
	return false;
}

size_t compress_bound(size_t length)
{
	return length;
}

size_t compress_bytes(const uint8_t *from, size_t length, uint8_t *to,
		      size_t room)
{
	(void)from;
	(void)length;
	(void)to;
	(void)room;
	return 0;
}

bool expand_bytes(const uint8_t *from, size_t from_length, uint8_t *to,
		  size_t length)
{
	(void)from;
	(void)from_length;
	(void)to;
	(void)length;
	return false;
}
#endif
