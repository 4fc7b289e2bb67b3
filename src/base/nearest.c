/* nearest.c: see nearest.h; the distance is Levenshtein's. */
#include "config.h"

#include "nearest.h"

#include <stdio.h>
#include <string.h>

/* Longer words have no near names. */
#define MAX_LENGTH 63

void nearest_init(struct nearest *nearest, const char *word)
{
	nearest->word = word;
	nearest->name = NULL;
	nearest->distance = strlen(word) / 3 + 2;
}

static size_t least(size_t a, size_t b, size_t c)
{
	size_t m = a < b ? a : b;

	return m < c ? m : c;
}

/* Insertions, deletions and exchanges that make one of the other. */
static size_t distance(const char *a, const char *b)
{
	size_t n = strlen(a), m = strlen(b), i, j;
	size_t row[MAX_LENGTH + 1];

	if (n > MAX_LENGTH || m > MAX_LENGTH)
		return MAX_LENGTH;
	for (j = 0; j <= m; j++)
		row[j] = j;
	for (i = 1; i <= n; i++) {
		size_t diagonal = row[0];

		row[0] = i;
		for (j = 1; j <= m; j++) {
			size_t above = row[j];

			row[j] = least(above + 1, row[j - 1] + 1,
				       diagonal + (a[i - 1] != b[j - 1]));
			diagonal = above;
		}
	}
	return row[m];
}

void nearest_offer(struct nearest *nearest, const char *name)
{
	size_t d = distance(nearest->word, name);

	if (d >= nearest->distance)
		return;
	nearest->distance = d;
	nearest->name = name;
}

void nearest_hint(const struct nearest *nearest, char *text, size_t size)
{
	text[0] = '\0';
	if (nearest->name != NULL)
		snprintf(text, size, " (did you mean %s?)", nearest->name);
}
