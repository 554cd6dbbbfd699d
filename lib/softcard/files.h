/* SPDX-License-Identifier: Apache-2.0 */
/* What the applications hold. */
#ifndef JPKIP_SOFT_FILES_H
#define JPKIP_SOFT_FILES_H

#include "softcard/card.h"

/* At power-up, and when the power goes. */
int	jpkip_soft_files_load(struct jpki_softcard *) JPKI_CHECK;
void	jpkip_soft_files_free(struct jpki_softcard *);

/* A key; NULL without power, and if there is none. */
EVP_PKEY *jpkip_soft_key(const struct jpki_softcard *, enum jpki_key);

#endif
