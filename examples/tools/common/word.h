/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The words of people for what the programs call otherwise: in Japanese, and
 * in everyday English.
 */
#ifndef TOOLS_WORD_H
#define TOOLS_WORD_H

#include <stdbool.h>
#include <stddef.h>

/* The one of a list of words, with a space between them, that begins there;
 * moves on to the next. False: there is none. */
bool word_next(const char **list, char *out, size_t size);

/* Whether a word is one of a list, whose words have a space between them. The
 * case of English does not matter. */
bool word_listed(const char *word, const char *list);

/* What the programs call it, and what others do. */
struct word_name {
	const char *name, *said;
};

/* The name that a word is, in whatever case, or is said for; a word that is
 * nobody's stays as it is. */
const char *word_name(const char *word, const struct word_name *names,
    size_t n);

/* Of a PIN, and so of its key and certificate: "auth" for 利用者証明用, "sign",
 * "text" or "card". NULL stays NULL. */
const char *word_pin(const char *word);

#endif
