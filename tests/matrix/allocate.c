/* allocate.c: guest of equal.py: builds and frees trees, growing its memory. */
#include <stdio.h>
#include <stdlib.h>

struct node {
	struct node *left, *right;
	unsigned value;
};

static struct node *build(int depth, unsigned *next)
{
	struct node *node = calloc(1, sizeof(*node));

	node->value = (*next)++;
	if (depth > 0) {
		node->left = build(depth - 1, next);
		node->right = build(depth - 1, next);
	}
	return node;
}

static unsigned long take(struct node *node)
{
	unsigned long sum = 0;

	if (node != NULL) {
		sum = node->value + take(node->left) + 3 * take(node->right);
		free(node);
	}
	return sum;
}

int main(void)
{
	unsigned long sum = 0;
	unsigned next = 0;
	int round;

	for (round = 0; round < 6; round++)
		sum += take(build(8 + round % 3, &next));
	free(malloc(3 << 20));
	printf("%lu\n", sum);
	return 0;
}
