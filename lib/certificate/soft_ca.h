/* SPDX-License-Identifier: Apache-2.0 */
/* The CAs of software cards. Every card makes its own, all alike: they are
 * known by their name and number. */
#ifndef JPKIP_SOFT_CA_H
#define JPKIP_SOFT_CA_H

#include <jpki/date.h>
#include <jpki/types.h>

#define JPKIP_GENERATIONS 3

/* O of all of them. */
#define JPKIP_SOFTCARD_ORGANISATION "JPKI-SOFTCARD"

/* A generation of the CA of one purpose: 1, 2, 3. */
struct jpkip_generation {
	uint32_t serial;
	int64_t not_before;
	int64_t not_after;
};

struct jpkip_generation jpkip_soft_generation(enum jpki_key, int generation);

/* The generation that issued in the night before a day; 0: none did yet. */
int	jpkip_soft_generation_on(struct jpki_date);

#endif
