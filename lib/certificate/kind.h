/* SPDX-License-Identifier: Apache-2.0 */
#ifndef JPKIP_KIND_H
#define JPKIP_KIND_H

#include "certificate/record.h"

/* What kind it is, from all that was read. */
bool	jpkip_kind_read(struct jpki_cert *);

#endif
