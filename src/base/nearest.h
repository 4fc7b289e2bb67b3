/* nearest.h: the name that somebody who mistyped a word most likely meant. */
#ifndef CHIWAWA_NEAREST_H
#define CHIWAWA_NEAREST_H

#include <stddef.h>

struct nearest {
	const char *word; /* as typed */
	const char *name; /* the nearest so far, or NULL */
	size_t distance;
};

/* Starts a search; what is further away than a third of the word is not near. */
void nearest_init(struct nearest *nearest, const char *word);
/* Writes " (did you mean NAME?)" to text[size], or nothing when no name is near. */
void nearest_hint(const struct nearest *nearest, char *text, size_t size);

/* Offers a name, which must live as long as the search. */
void nearest_offer(struct nearest *nearest, const char *name);

#endif
