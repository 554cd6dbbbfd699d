/* SPDX-License-Identifier: Apache-2.0 */
#ifndef JPKIP_EXTENSIONS_H
#define JPKIP_EXTENSIONS_H

#include <jpki/cert.h>

#include "base/der.h"

/* The content of the list of extensions. False: the arena is full, or it is so
 * broken that there is no certificate; what is merely odd gets a note. */
bool	jpkip_extensions_read(struct jpki_cert *, struct jpkip_part list);

#endif
