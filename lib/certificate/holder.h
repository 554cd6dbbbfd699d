/* SPDX-License-Identifier: Apache-2.0 */
#ifndef JPKIP_HOLDER_H
#define JPKIP_HOLDER_H

#include <jpki/cert.h>

#include "base/der.h"

/* The value of subjectAltName: the holder's attributes. False: malformed, or
 * the arena is full. */
bool	jpkip_holder_read(struct jpki_cert *, struct jpkip_part value);

#endif
