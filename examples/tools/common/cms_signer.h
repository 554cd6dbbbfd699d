/* SPDX-License-Identifier: Apache-2.0 */
/* One signer of a CMS whose content has been digested. */
#ifndef TOOLS_CMS_SIGNER_H
#define TOOLS_CMS_SIGNER_H

#include <openssl/bio.h>
#include <openssl/cms.h>

#include "cms_read.h"

/* What all signers of a CMS have in common. */
struct cms_whole {
	const struct judge *judge;
	CMS_ContentInfo *cms;
	STACK_OF(X509) *certs;
	BIO *digests;		/* a chain of BIO_f_md() */
	bool have_content;	/* it went through them */
	bool attributes_inside;	/* it begins as signed attributes do */
	bool has_claimed;	/* as the container says */
	int64_t claimed;
};

/* 0, or the exit code after a message. */
int cms_signer_judge(const struct cms_whole *whole, CMS_SignerInfo *si,
    struct cms_signer *out);

#endif
