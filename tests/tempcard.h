/* SPDX-License-Identifier: Apache-2.0 */
/* A fresh copy of one of the software cards made at build time. */
#ifndef TEMPCARD_H
#define TEMPCARD_H

#define TEMPCARD_MAX 64

/* "card", "child" or "android" becomes path; fails the test when it cannot. */
void	tempcard_make(const char *name, char path[TEMPCARD_MAX]);
void	tempcard_remove(const char *path);

/* As if the card in path were taken out and one of these put in, or pcscd
 * restarted: it has a new number for its stay in the reader. */
void	tempcard_insert(const char *path, const char *name);

#endif
