/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Judges a CMS SignedData (RFC 5652): of any software, in DER, BER or PEM,
 * with its content beside it or inside, read once from beginning to end. It
 * takes the memory of its certificates and signers, whatever the length of the
 * content.
 */
#ifndef TOOLS_CMS_READ_H
#define TOOLS_CMS_READ_H

#include <sys/types.h>

#include "judge.h"

/* More than any document has; each costs a check. */
#define CMS_SIGNERS_MAX	64
#define CMS_CERTS_MAX	128

/* Where bytes come from: as read(2), -1 with errno. */
struct cms_source {
	ssize_t (*read)(void *arg, void *buf, size_t size);
	void *arg;
	const char *name;	/* for messages about reading it */
};

/* Of a descriptor, and of memory. */
struct cms_source cms_source_fd(int *fd, const char *name);

struct cms_memory {
	const uint8_t *data;
	size_t len;
};
struct cms_source cms_source_memory(struct cms_memory *memory,
    const char *name);

struct cms_question {
	const struct cms_source *cms;
	const struct cms_source *content;	/* NULL: it is enclosed, or not
						 * at hand: then "not
						 * checked" */
	bool padded;		/* zeroes may follow, as in a PDF */
	bool der_only;		/* no PEM: bytes of a container */
	/* A time that the container claims, where the CMS has none. */
	bool has_claimed;
	int64_t claimed;
};

/* One signer. */
struct cms_signer {
	struct judgement *judgement;
	X509 *cert;		/* NULL: not among the certificates */
	bool signed_attributes;
	bool signing_time;	/* among them: not allowed in PAdES */
	bool signing_certificate; /* ESS v1 or v2, and it is this one */
	bool stamp;		/* has a time stamp */
	int digest_nid, signature_nid;	/* as written: NID_sha256,
					 * NID_rsaEncryption ... */
};

struct cms_answer {
	/* It is no SignedData that could be read: why, as one judgement
	 * without a signer. */
	bool broken;
	bool is_unsigned;	/* because it has no signer */
	bool enclosed;		/* the content is inside */
	size_t n;		/* at least 1 */
	struct cms_signer *signers;
	uint64_t length;	/* bytes of the CMS without what follows */
	uint64_t content_length;	/* of what was digested */
};

/*
 * 0 whatever there is to say about the signature, or the exit code after a
 * message: EX_DATAERR (it is not a CMS at all), EXIT_FAILURE (cannot be read,
 * memory is short). The caller frees the answer's parts in either case.
 */
int cms_read(const struct judge *judge, const struct cms_question *question,
    struct cms_answer *answer);
void cms_answer_free(struct cms_answer *answer);

/* The worst of all signers. */
int cms_answer_exit(const struct cms_answer *answer);

#endif
