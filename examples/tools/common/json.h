/* SPDX-License-Identifier: Apache-2.0 */
/*
 * JSON: jansson, and what every program needs beside it. Build a value with
 * json_pack() and the like (members stay in their order), strings by
 * json_text(), and print it:
 *
 *	return json_print(json_pack("{s:o, s:i}",
 *	    "file", json_text(path), "left", left));
 *
 * jansson's functions give NULL when something failed and take the NULLs of
 * others without harm, so it is enough that json_print() looks.
 */
#ifndef TOOLS_JSON_H
#define TOOLS_JSON_H

#include <jansson.h>

#include <jpki.h>

/* A string of any bytes: as it is where it is UTF-8, else as text_shown()
 * shows it, the same as in messages. NULL is null. */
json_t *json_text(const char *text);

/* "YYYY-MM-DD"; null for a date that is not known or not whole. */
json_t *json_date(struct jpki_date date);

/* A number; null if it is negative, which says that it is not known. */
json_t *json_count(int n);

/* An object with the members of another one behind its own; frees that one.
 * NULL, and both are freed, if either is. */
json_t *json_with(json_t *object, json_t *more);

/*
 * Prints a value on standard output, with a line end, and frees it; a terminal
 * never gets a raw control or an invisible character. Returns EXIT_SUCCESS, or
 * EXIT_FAILURE after a message.
 */
int json_print(json_t *value);

/* From here on all memory of JSON is wiped before it is freed: for programs
 * that print what is personal. Before the first value. */
void json_wipe_memory(void);

#endif
