/* SPDX-License-Identifier: Apache-2.0 */
/* Names and addresses, letter by letter, in one way of writing. */
#ifndef JPKIP_LETTERS_H
#define JPKIP_LETTERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "certificate/unicode.h"

/* Which part of a name. */
enum jpkip_part_of { JPKIP_WHOLE, JPKIP_OUTSIDE_BRACKETS,
    JPKIP_INSIDE_BRACKETS };

/* A text with the flags of its substitutes. */
struct jpkip_letters {
	const char *text;
	const char *flags;
	bool flag_selectors;	/* a variation selector has a flag, too */
	bool lost;		/* there are substitutes, nobody knows where */
};

/* More marks than these begin another letter. */
#define JPKIP_MARKS 6

struct jpkip_letter {
	uint32_t c;		/* 0: the end */
	uint32_t marks[JPKIP_MARKS];	/* in their canonical order */
	size_t n_marks;
	bool any;		/* stands for any one character */
	bool apart;		/* there is a space in front of it */
};

struct jpkip_letter_reader {
	const uint8_t *at, *end;
	const char *flags;	/* of what is left; NULL: none that fit */
	bool flag_selectors;
	enum jpkip_part_of part;
	int depth;		/* of brackets */
	uint32_t waiting[JPKIP_DECOMPOSED];	/* of a character */
	size_t n_waiting;
};

/* text and flags may be NULL. */
struct jpkip_letters jpkip_letters_of(const char *text, const char *flags);

struct jpkip_letter_reader jpkip_letters_read(const struct jpkip_letters *,
	    enum jpkip_part_of);
struct jpkip_letter jpkip_letters_next(struct jpkip_letter_reader *);

bool	jpkip_letters_empty(const struct jpkip_letters *, enum jpkip_part_of);

/* Whether they are the same, or one stands for any. */
bool	jpkip_letter_fits(const struct jpkip_letter *,
	    const struct jpkip_letter *);

#endif
