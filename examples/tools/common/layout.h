/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Text in lines for people: labels in one column and what they say in another,
 * paragraphs that go on below their own beginning.
 *
 * On a terminal, lines end at its width, between words, and in Japanese where
 * a line may end. A file or a pipe gets whole lines, so that programs find
 * what they look for. Everything passes text_shown().
 *
 * Tones are colours on a terminal, unless NO_COLOR is set or TERM is "dumb".
 * They repeat what the words say: nothing is told by a colour alone.
 */
#ifndef TOOLS_LAYOUT_H
#define TOOLS_LAYOUT_H

#include <stdbool.h>
#include <stdio.h>

enum layout_tone { LAYOUT_PLAIN, LAYOUT_GOOD, LAYOUT_CARE, LAYOUT_BAD };

struct layout {
	FILE *out;
	int width;	/* columns of a line; 0: as many as it takes */
	bool colours;	/* there are any */
	enum layout_tone tone;	/* of texts; labels stay plain */
};

/* For standard output or standard error, as wide as the terminal that it is. */
struct layout layout_of(FILE *out);

/* The columns of the terminal behind a stream, 80 if it does not tell; 0: it
 * is no terminal. */
int layout_terminal(FILE *out);

/* The same with another tone. */
struct layout layout_toned(const struct layout *layout, enum layout_tone tone);

/* A word of the program's own, in the tone; ends no line. */
void layout_word(const struct layout *layout, const char *word);

/* The columns that a text takes once it is shown. */
int layout_columns(const char *text);

/*
 * Writes a text from column "at" on, which is where the line that has been
 * begun ends; what does not fit goes on in new lines from column "indent".
 * Ends the last line.
 */
void layout_text(const struct layout *layout, int indent, int at,
    const char *text);

/* A text of whole lines, with a format in each language. */
void layout_textf(const struct layout *layout, const char *en, const char *ja,
    ...) __attribute__((format(printf, 2, 4), format(printf, 3, 4)));

/* A text of its own lines, all from column "indent" on. */
void layout_paragraph(const struct layout *layout, int indent,
    const char *text);

/*
 * A label in column "indent" and what it says in column "column":
 *
 *	  Label        what it says, which goes on
 *	               below its own beginning
 *
 * Where that leaves a text too few columns, on a narrow terminal or behind a
 * long label, it goes below the label.
 */
void layout_pair(const struct layout *layout, int indent, int column,
    const char *label, const char *text);

/* The same with formats, one in each language. */
void layout_pairf(const struct layout *layout, int indent, int column,
    const char *label, const char *en, const char *ja, ...)
    __attribute__((format(printf, 5, 7), format(printf, 6, 7)));

#endif
