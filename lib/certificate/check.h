/* SPDX-License-Identifier: Apache-2.0 */
/* A check from the inside. */
#ifndef JPKIP_CHECK_H
#define JPKIP_CHECK_H

#include <jpki/check.h>

struct jpki_check {
	struct jpki_cert *cert;
	struct jpki_cert *issuer;	/* NULL: not found */
	int64_t at;
	enum jpki_period period, ca_period;
	enum jpki_issuer issuer_state;
	bool purpose_fits;
	struct jpki_revocation revocation;
	/* Since when it counts as revoked and as on hold, by all answers
	 * together; INT64_MAX: none says so. */
	int64_t revoked_from, held_from;
};

#endif
