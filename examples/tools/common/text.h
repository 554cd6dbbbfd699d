/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Texts in the language of whoever reads them, and names of files, readers and
 * holders as they may be shown.
 *
 * The language is one for the whole program: that of the locale until --lang
 * says otherwise. main() sets it first (message_start()), options_parse()
 * finds --lang; nobody else needs to.
 */
#ifndef TOOLS_TEXT_H
#define TOOLS_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include <jpki.h>

/* For tables: one text in both languages. */
struct text {
	const char *en, *ja;
};

void text_set_lang(enum jpki_lang lang);
enum jpki_lang text_lang(void);

/* The one of two texts that is in the language. The compiler checks both when
 * the result is a format. */
const char *pick(const char *en, const char *ja)
    __attribute__((format_arg(1), format_arg(2)));

/* The same for a row of a table. */
const char *text_of(struct text text);

/*
 * How any string is shown: what a terminal might obey and what is no UTF-8 is
 * written as C writes it: \n, \t, \r; \x1b and \xff for other bytes; \u202e
 * and \U000e0001 for invisible and direction-changing characters. All else,
 * a backslash too, stays, so that showing twice changes nothing.
 *
 * Memory of its own, to be freed with text_free(), which wipes it, because
 * names and addresses of people pass here. NULL: memory is short.
 */
char *text_shown(const char *text);
void text_free(char **text);

/* Whether a character is one of those that are not shown as they are. */
bool text_is_hidden(unsigned c);

/* Writes such a character's name: "\n", "\x1b", "\u202e"; how many bytes. */
#define TEXT_ESCAPE_MAX 11
size_t text_escape(unsigned c, char out[TEXT_ESCAPE_MAX]);

#endif
