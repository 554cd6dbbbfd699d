/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What can be said about a signature on a document, one thing at a time, and
 * the overall answer. There is no "valid": the content can be unchanged, the
 * signature fit its certificate, that chain to a CA of the service, and still
 * nobody have asked whether it was revoked.
 *
 * The caller knows the document's format: it digests, checks the signature
 * with the certificate's key and reads the times. The rest is done here. Pure:
 * no clock, no card, no network.
 */
#ifndef JPKI_REVIEW_H
#define JPKI_REVIEW_H

#include <jpki/check.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What became of a test. */
enum jpki_tested {
	JPKI_TESTED_NOT = 0,	/* not made, or could not be made */
	JPKI_TESTED_RIGHT,
	JPKI_TESTED_WRONG
};

#ifdef __cplusplus
}
#endif

#endif
