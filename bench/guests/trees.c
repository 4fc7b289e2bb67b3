/* trees.c: binary trees, made, walked and freed: malloc, free and recursion. */
#include <stdio.h>
#include <stdlib.h>

#define DEPTH 13

struct tree {
	struct tree *left, *right;
};

static struct tree *make(int depth)
{
	struct tree *tree = malloc(sizeof(*tree));

	tree->left = depth > 0 ? make(depth - 1) : NULL;
	tree->right = depth > 0 ? make(depth - 1) : NULL;
	return tree;
}

static int count(const struct tree *tree)
{
	return tree == NULL ? 0 : 1 + count(tree->left) + count(tree->right);
}

static void drop(struct tree *tree)
{
	if (tree == NULL)
		return;
	drop(tree->left);
	drop(tree->right);
	free(tree);
}

int main(void)
{
	struct tree *kept = make(DEPTH);

	for (int depth = 4; depth <= DEPTH; depth += 3) {
		int sum = 0, rounds = 1 << (DEPTH - depth + 3);

		for (int i = 0; i < rounds; i++) {
			struct tree *tree = make(depth);

			sum += count(tree);
			drop(tree);
		}
		printf("%d trees of depth %d: %d\n", rounds, depth, sum);
	}
	printf("%d\n", count(kept));
	drop(kept);
	return 0;
}
