/* SPDX-License-Identifier: Apache-2.0 */
/* The rows of the law book, for those who cite them. */
#ifndef JPKIP_LAW_BOOK_H
#define JPKIP_LAW_BOOK_H

#include <jpki/rules.h>

enum jpkip_row {
	JPKIP_NO_ROW = 0,
#define ROW(id, seeds, checks, disputes, en, ja) JPKIP_##id,
#include "rules/rows_card.h"
#include "rules/rows_use.h"
#undef ROW
	JPKIP_ROWS_END
};

#define JPKIP_ROWS (JPKIP_ROWS_END - 1)	/* how many there are */

const struct jpki_rule *jpkip_rule(enum jpkip_row);

#endif
