/* SPDX-License-Identifier: Apache-2.0 */
/* A certificate from the inside, while it is read and checked. */
#ifndef JPKIP_CERT_RECORD_H
#define JPKIP_CERT_RECORD_H

#include <jpki/cert.h>

#include <stdatomic.h>

#include "certificate/attributes.h"
#include "certificate/name.h"
#include "certificate/text.h"
#include "crypto/key_cache.h"
#include "crypto/public_key.h"

/* More than these in one certificate are left out, with a note. */
#define JPKIP_CRL_POINTS	8
#define JPKIP_NOTES		32

/* Bits of keyUsage, as RFC 5280 counts them. */
#define JPKIP_KU_DIGITAL_SIGNATURE	(1u << 0)
#define JPKIP_KU_NON_REPUDIATION	(1u << 1)
#define JPKIP_KU_CERT_SIGN		(1u << 5)
#define JPKIP_KU_CRL_SIGN		(1u << 6)

/* Extensions that are read; one bit each for "present" and "twice". */
enum jpkip_extension {
	JPKIP_EXT_KEY_USAGE,
	JPKIP_EXT_BASIC,
	JPKIP_EXT_POLICIES,
	JPKIP_EXT_EKU,
	JPKIP_EXT_SUBJECT_NAME,
	JPKIP_EXT_ISSUER_NAME,
	JPKIP_EXT_CRL_POINTS,
	JPKIP_EXT_ACCESS,
	JPKIP_EXT_AUTHORITY,
	JPKIP_EXT_SUBJECT_KEY,
	JPKIP_EXT_COUNT
};

/* Who issues for whom, by policy. */
enum jpkip_policy {
	JPKIP_POLICY_NONE = 0,
	JPKIP_POLICY_SIGN,
	JPKIP_POLICY_AUTH,
	JPKIP_POLICY_SIGN_TEST,
	JPKIP_POLICY_SIGN_PHONE,
	JPKIP_POLICY_UNKNOWN	/* of the service's arc */
};

struct jpki_cert {
	uint8_t *der;
	size_t der_len;
	atomic_uint refs;

	/* Parts of der. Those marked * with their header. */
	struct jpkip_part tbs;		/* * */
	struct jpkip_part serial;
	struct jpkip_part issuer;	/* * */
	struct jpkip_part subject;	/* * */
	struct jpkip_part algorithm;	/* of the signature: OID, */
	struct jpkip_part parameters;	/* ... the rest */
	struct jpkip_part signature;
	struct jpkip_part crl_points;	/* the extension's value */
	struct jpkip_part authority_key, subject_key;
	struct jpkip_public_key key;
	struct jpkip_key_cache decoded;	/* of that key */

	unsigned present, twice;	/* 1 << enum jpkip_extension */
	unsigned key_usage;
	bool basic_ca;
	int path_len;		/* of basic constraints; -1: no limit */
	bool client_auth, ocsp_signing;
	bool document_signing;	/* an extended usage that fits documents */
	bool unclear;		/* an extension that is critical and not known
				 * here, or broken: the notes may be too many
				 * to have it */
	bool weak_key;
	enum jpkip_policy policy;
	bool policies_conflict;

	/* What info points to. */
	struct jpki_cert_info info;
	struct jpki_ca ca;
	struct jpki_attributes attributes;
	struct jpkip_name issuer_name, subject_name;
	const char *crls[JPKIP_CRL_POINTS];
	struct jpki_cert_note notes[JPKIP_NOTES];
	const struct jpki_cert_note *notes_at[JPKIP_NOTES];
	struct jpkip_arena arena;
};

#endif
