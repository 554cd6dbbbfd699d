/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Waiting for a card on a terminal: who sits there hears of it, and what is
 * typed meanwhile, a PIN perhaps, is neither shown nor kept.
 */
#ifndef TOOLS_WAIT_H
#define TOOLS_WAIT_H

/* From now on what follows may wait; said if it does for a moment, once in a
 * program. Nothing where standard error is no terminal. Not nested. */
void wait_begin(void);
void wait_end(void);

#endif
