/* SPDX-License-Identifier: Apache-2.0 */
/* The keys and certificates of a card: names of their files, issuing. */
#ifndef JPKIP_SOFT_CERTS_H
#define JPKIP_SOFT_CERTS_H

#include "softcard/state.h"
#include "softcard/store.h"

#define JPKIP_SOFT_FILE_NAME 32

/* Names of files, by key. */
struct jpkip_soft_names {
	const char *cert;
	const char *key;
	const char *ca_cert;	/* the issuing one's, as on the card */
};

const struct jpkip_soft_names *jpkip_soft_names(enum jpki_key);

/* "ca/auth-ca-3.pem" and the like. */
void	jpkip_soft_ca_file(enum jpki_key, int generation, const char *suffix,
	    char out[JPKIP_SOFT_FILE_NAME]);

/* Issues the certificate of a key that is in the directory already, to end
 * with the day "last". */
int	jpkip_soft_issue(struct jpki_ctx *, const struct jpkip_soft_dir *,
	    const struct jpkip_soft_state *, enum jpki_key,
	    struct jpki_date last, bool replace) JPKI_CHECK;

/* The last day of a key's certificate. */
int	jpkip_soft_last_day(struct jpki_ctx *, const struct jpkip_soft_dir *,
	    enum jpki_key, struct jpki_date *out) JPKI_CHECK;

#endif
