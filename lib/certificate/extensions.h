/* SPDX-License-Identifier: Apache-2.0 */
#ifndef JPKIP_EXTENSIONS_H
#define JPKIP_EXTENSIONS_H

#include "certificate/record.h"

/* The content of the list of extensions. */
bool	jpkip_extensions_read(struct jpki_cert *, struct jpkip_part list);

#endif
