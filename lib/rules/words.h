/* SPDX-License-Identifier: Apache-2.0 */
#ifndef JPKIP_WORDS_H
#define JPKIP_WORDS_H

#include <jpki/rules.h>

/* How many codes of advice there are. words.c has a text for each, and a text
 * beyond does not compile. */
#define JPKIP_ADVICES JPKI_ADVICE_STAY_ENDED

#endif
