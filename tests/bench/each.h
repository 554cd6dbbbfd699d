/* SPDX-License-Identifier: Apache-2.0 */
/* What each.c measures with a software card, and without one. */
#ifndef EACH_H
#define EACH_H

#include <openssl/evp.h>
#include <openssl/x509.h>

#include <jpki.h>
#include <jpki/framework/shared.h>

/* Of a software card's folder: what a work needs, read before it is
 * measured. */
struct each {
	struct jpki_ctx *ctx;
	const char *dir;

	/* The card, open, and its PIN. */
	struct jpki_cards *cards;
	struct jpki_shared *shared;
	struct jpki_kept *kept;
	EVP_PKEY *key;			/* the same key in a file */

	/* The sign certificate and its CA. */
	uint8_t *der;
	size_t der_len;
	X509 *x509, *x509_ca;
	struct jpki_cert *cert, *cas[3];

	/* A list of the CA's. */
	uint8_t *crl;
	size_t crl_len;
	struct jpki_check *check;
};

/* 0, or something else after it was told on standard error. */
int	each_open_card(struct each *);
int	each_open_certs(struct each *);
int	each_open_crl(struct each *);
void	each_close(struct each *);

/* Writes the list, with a million entries, to DIR/million.crl. */
int	each_make_crl(struct each *);

#endif
