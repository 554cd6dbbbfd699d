/* SPDX-License-Identifier: Apache-2.0 */
#ifndef JPKIP_HOLDER_H
#define JPKIP_HOLDER_H

#include "certificate/record.h"

/* The value of subjectAltName: the holder's attributes. False: malformed. */
bool	jpkip_holder_read(struct jpki_cert *, struct jpkip_part value);

#endif
