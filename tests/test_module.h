/* test_module.h: small modules for unit tests, assembled from a body's bytes. */
#ifndef CHIWAWA_TEST_MODULE_H
#define CHIWAWA_TEST_MODULE_H

#include <stddef.h>
#include <stdint.h>

/* Writes a module into out (1024 bytes) and returns its size:
 *   func 0: (param i32 i32) (result i32), the given locals and body (with end)
 *   memory 1 page, one mutable i32 global, exports "f" (the function)
 * locals is the binary form of the locals, body the instructions. */
size_t test_module(uint8_t *out, const uint8_t *locals, size_t nlocals,
		   const uint8_t *body, size_t nbody);

#endif
