/* SPDX-License-Identifier: Apache-2.0 */
#ifndef JPKIP_CA_H
#define JPKIP_CA_H

#include <jpki/cert.h>

/* The CA that it is, or that it claims to be from. */
void	jpkip_ca_read(struct jpki_cert *);

#endif
