/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The words of people for questions and events; those for PINs are in
 * common/word.h.
 */
#ifndef TOOLS_RULES_WORDS_H
#define TOOLS_RULES_WORDS_H

#include <stddef.h>

/* What the program calls it; a word that is nobody's stays as it is. */
const char *word_question(const char *word);
const char *word_event(const char *word);

/* The name of an event, its own or people's, that a word is near to; NULL:
 * none. Points into the buffer. */
const char *word_event_near(const char *word, char *buffer, size_t size);

#endif
