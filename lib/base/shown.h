/* SPDX-License-Identifier: Apache-2.0 */
/* Names of files and readers inside messages. */
#ifndef JPKIP_SHOWN_H
#define JPKIP_SHOWN_H

#include <stddef.h>

/*
 * Copies a text so that a terminal may get it: what it might obey and what is
 * no UTF-8 is written as C writes it (\n, \t, \r; \x1b and \xff for other
 * bytes; \u202e for characters that are invisible or turn the direction of
 * writing). All else stays, a backslash too, so that doing it twice changes
 * nothing. Cut between characters where out is too small.
 */
void	jpkip_shown(char *out, size_t size, const char *text);

#endif
