/* dispatch.c: an interpreter as guest: a switch in a loop over a small program. */
#include <stdio.h>

enum { ADD, MULTIPLY, XOR, SHIFT, JUMP, DECREMENT, HALT };

int main(void)
{
	static const unsigned char program[] = {ADD, XOR, MULTIPLY, SHIFT, ADD,
						XOR, DECREMENT, JUMP, HALT};
	unsigned accumulator = 1, count = 1000000;
	int pc = 0;

	for (;;) {
		switch (program[pc++]) {
		case ADD:
			accumulator += 12345;
			break;
		case MULTIPLY:
			accumulator *= 1664525;
			break;
		case XOR:
			accumulator ^= count;
			break;
		case SHIFT:
			accumulator = accumulator << 5 | accumulator >> 27;
			break;
		case DECREMENT:
			count--;
			break;
		case JUMP:
			if (count != 0)
				pc = 0;
			break;
		case HALT:
			printf("%u\n", accumulator);
			return 0;
		}
	}
}
