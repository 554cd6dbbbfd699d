/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The words of people for what the program calls otherwise: in Japanese, and
 * in everyday English.
 */
#ifndef TOOLS_RULES_WORDS_H
#define TOOLS_RULES_WORDS_H

#include <stdbool.h>

/* What the program calls it; a word that is nobody's stays as it is. */
const char *word_question(const char *word);
const char *word_pin(const char *word);
const char *word_event(const char *word);

/* Whether a word is one of a list, whose words have a space between them. The
 * case of English does not matter. */
bool word_listed(const char *word, const char *list);

#endif
