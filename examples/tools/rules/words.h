/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The words of people for what the program calls otherwise: in Japanese, and
 * in everyday English.
 */
#ifndef TOOLS_RULES_WORDS_H
#define TOOLS_RULES_WORDS_H

#include <stdbool.h>
#include <stddef.h>

/* The one of a list of words, with a space between them, that begins there;
 * moves on to the next. False: there is none. */
bool word_next(const char **list, char *out, size_t size);

/* What the program calls it; a word that is nobody's stays as it is. */
const char *word_question(const char *word);
const char *word_pin(const char *word);
const char *word_event(const char *word);

/* The name of an event, its own or people's, that a word is near to; NULL:
 * none. Points into the buffer. */
const char *word_event_near(const char *word, char *buffer, size_t size);

/* Whether a word is one of a list, whose words have a space between them. The
 * case of English does not matter. */
bool word_listed(const char *word, const char *list);

#endif
