/* SPDX-License-Identifier: Apache-2.0 */
#ifndef JPKIP_KIND_H
#define JPKIP_KIND_H

#include <jpki/cert.h>

/* What kind it is, from all that was read. False: the arena is full. */
bool	jpkip_kind_read(struct jpki_cert *);

#endif
