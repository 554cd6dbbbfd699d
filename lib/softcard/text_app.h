/* SPDX-License-Identifier: Apache-2.0 */
#ifndef JPKIP_SOFT_TEXT_APP_H
#define JPKIP_SOFT_TEXT_APP_H

#include "softcard/card.h"

/* The files of 券面事項入力補助. */
int	jpkip_soft_text_files(struct jpki_softcard *,
	    struct jpkip_soft_app *) JPKI_CHECK;

#endif
