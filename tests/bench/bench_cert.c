/* SPDX-License-Identifier: Apache-2.0 */
/* 100,000 sign certificates parsed, 10,000 checked against three CAs, and
 * 1,000,000 sets of attributes compared. */
#include <stdio.h>
#include <time.h>

#include "certs.h"

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void
say(const char *what, int n, double since)
{
	double seconds = now() - since;

	printf("%7d %s: %.2f s, %.1f us each\n", n, what, seconds,
	    seconds * 1e6 / n);
}

int
main(void)
{
	struct jpki_cert *cert, *cas[3];
	const struct jpki_attributes *holder;
	struct jpki_check *check;
	enum jpki_item item;
	struct certs certs;
	uint8_t *der;
	size_t len;
	double begin;
	X509 *x509;
	int i;

	certs_make(&certs);
	for (i = 0; i < 3; i++) {
		if (jpkip_issue_ca(certs.ctx, JPKI_KEY_SIGN, i + 1,
		    i == 2 ? certs.ca_key : certs.key, &x509) != 0)
			return 1;
		cas[i] = certs_parse(&certs, x509);
		X509_free(x509);
	}
	der = certs_der(certs.cert[1], &len);

	begin = now();
	for (i = 0; i < 100000; i++) {
		if (jpki_cert_parse(certs.ctx, der, len, &cert) != 0)
			return 1;
		jpki_cert_free(&cert);
	}
	say("certificates parsed", i, begin);

	cert = certs_parse(&certs, certs.cert[1]);
	begin = now();
	for (i = 0; i < 10000; i++) {
		if (jpki_check_new(certs.ctx, cert, cas, 3, 0, &check) != 0 ||
		    jpki_check_issuer(check) != cas[2])
			return 1;
		jpki_check_free(&check);
	}
	say("certificates checked", i, begin);

	holder = jpki_cert_info(cert)->attributes;
	begin = now();
	for (i = 0; i < 1000000; i++)
		for (item = JPKI_ITEM_NAME; item <= JPKI_ITEM_SEX; item++)
			if (jpki_attributes_compare(holder, holder, item) !=
			    JPKI_COMPARED_SAME)
				return 1;
	say("attributes compared", i, begin);

	jpki_cert_free(&cert);
	for (i = 0; i < 3; i++)
		jpki_cert_free(&cas[i]);
	OPENSSL_free(der);
	certs_free(&certs);
	return 0;
}
