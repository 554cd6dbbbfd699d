/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What 登記・供託オンライン申請システム asks of the form of a signature, as far
 * as it is known: C1 to C9.
 */
#ifndef PDF_MOJ_H
#define PDF_MOJ_H

#include "look.h"

/* Fills one->moj; what has to be met and is not is wrong in its judgement. */
void pdf_moj_check(const struct pdf_look *look, struct pdf_one *one);

/* "C1" and what it asks for. */
const char *pdf_moj_name(int i);
const char *pdf_moj_text(int i);

/* Whether all that has to be met is. */
bool pdf_moj_is_met(const struct pdf_one *one);

/* "met", "met-with-warning", "not-met", "unknown"; and for people. */
const char *pdf_met_word(enum pdf_met met);
const char *pdf_met_text(enum pdf_met met);

#endif
