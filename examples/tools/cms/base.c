/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A signature that is there; see base.h.
 */
#include <stdlib.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/pem.h>

#include "base.h"
#include "common/file.h"
#include "common/message.h"

/* Signatures beside their content are small; with a content inside, larger. */
#define BASE_MAX (256 * 1024 * 1024)
#define PEM_START "-----BEGIN "

/* All labels that programs write. */
static bool
is_label(const char *name)
{
	return strcmp(name, "CMS") == 0 || strcmp(name, "PKCS7") == 0 ||
	    strcmp(name, "PKCS #7 SIGNED DATA") == 0;
}

/* The text's first PEM block, if it is a CMS, in its place. */
static bool
decode(struct base *base)
{
	BIO *bio = BIO_new_mem_buf(base->der, (int)base->len);
	char *name = NULL, *header = NULL;
	unsigned char *data = NULL;
	long len = 0;
	bool ok;

	ok = bio != NULL && PEM_read_bio(bio, &name, &header, &data,
	    &len) == 1 && is_label(name) && (size_t)len <= base->len;
	if (ok) {
		memcpy(base->der, data, (size_t)len);
		base->len = (size_t)len;
	}
	ERR_clear_error();
	OPENSSL_free(name);
	OPENSSL_free(header);
	OPENSSL_free(data);
	BIO_free(bio);
	return ok;
}

int
base_read(const char *path, struct base *base)
{
	memset(base, 0, sizeof(*base));
	if (file_read(path, BASE_MAX, &base->der, &base->len) != 0)
		return complain_errno(path);
	base->pem = base->len > strlen(PEM_START) &&
	    memcmp(base->der, PEM_START, strlen(PEM_START)) == 0;
	if (!base->pem || decode(base))
		return 0;
	complain("%s: no CMS signature in this PEM file",
	    "%s: この PEM ファイルに CMS の署名はありません", path);
	return EX_DATAERR;
}

void
base_free(struct base *base)
{
	free(base->der);
	memset(base, 0, sizeof(*base));
}
