/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A look at signatures; see check.h.
 */
#include <openssl/cms.h>
#include <openssl/pem.h>

#include "check.h"
#include "common/openssl.h"

int
check_signature(struct signing *signing, struct signing_file *file,
    enum check_what what, const char *cms, const char *content)
{
	BIO *in = BIO_new_file(cms, "rb"), *data = content != NULL ?
	    BIO_new_file(content, "rb") : NULL;
	CMS_ContentInfo *info = d2i_CMS_bio(in, NULL);
	int ok;

	(void)signing;
	if (info == NULL) {
		BIO_reset(in);
		info = (CMS_ContentInfo *)PEM_ASN1_read_bio((d2i_of_void *)
		    d2i_CMS_ContentInfo, "CMS", in, NULL, NULL, NULL);
	}
	ok = info != NULL && CMS_verify(info, NULL, NULL, data, NULL,
	    CMS_BINARY | CMS_NO_SIGNER_CERT_VERIFY) == 1;
	CMS_ContentInfo_free(info);
	BIO_free(in);
	BIO_free(data);
	if (ok)
		return 0;
	complain("%s", "%s", what == CHECK_NEW ? file->out : file->path);
	return openssl_complain(NULL);
}
