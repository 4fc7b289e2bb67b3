/* little_endian.h: unaligned little-endian access to byte buffers.
 *
 * Guest memory, WASI structures and the raw snapshot format are little-endian
 * on every machine.  The compiler turns these into single moves where it may.
 */
#ifndef CHIWAWA_LITTLE_ENDIAN_H
#define CHIWAWA_LITTLE_ENDIAN_H

#include <stdint.h>
#include <string.h>

#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
#define LE_SWAP16(x) __builtin_bswap16(x)
#define LE_SWAP32(x) __builtin_bswap32(x)
#define LE_SWAP64(x) __builtin_bswap64(x)
#else
#define LE_SWAP16(x) (x)
#define LE_SWAP32(x) (x)
#define LE_SWAP64(x) (x)
#endif

static inline uint8_t le_read8(const uint8_t *p)
{
	return *p;
}

static inline uint16_t le_read16(const uint8_t *p)
{
	uint16_t x;

	memcpy(&x, p, sizeof(x));
	return LE_SWAP16(x);
}

static inline uint32_t le_read32(const uint8_t *p)
{
	uint32_t x;

	memcpy(&x, p, sizeof(x));
	return LE_SWAP32(x);
}

static inline uint64_t le_read64(const uint8_t *p)
{
	uint64_t x;

	memcpy(&x, p, sizeof(x));
	return LE_SWAP64(x);
}

static inline void le_write8(uint8_t *p, uint8_t x)
{
	*p = x;
}

static inline void le_write16(uint8_t *p, uint16_t x)
{
	x = LE_SWAP16(x);
	memcpy(p, &x, sizeof(x));
}

static inline void le_write32(uint8_t *p, uint32_t x)
{
	x = LE_SWAP32(x);
	memcpy(p, &x, sizeof(x));
}

static inline void le_write64(uint8_t *p, uint64_t x)
{
	x = LE_SWAP64(x);
	memcpy(p, &x, sizeof(x));
}

#endif
