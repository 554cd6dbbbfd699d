/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lists of certificates; see certs.h.
 */
#include <stdlib.h>

#include <sys/stat.h>

#include "certs.h"
#include "message.h"

int
certs_add(struct jpki_cert ***certs, size_t *n, struct jpki_cert *cert)
{
	struct jpki_cert **longer;

	longer = realloc(*certs, (*n + 2) * sizeof(*longer));
	if (longer == NULL) {
		jpki_cert_free(&cert);
		return complain_code(NULL, JPKI_ERR_MEMORY);
	}
	*certs = longer;
	longer[(*n)++] = cert;
	longer[*n] = NULL;
	return 0;
}

static void
warn_ctx(const struct jpki_ctx *ctx, int r)
{
	char *text = message_text(ctx, r, NULL);

	complain_mildly("%s", "%s", text != NULL ? text :
	    jpki_strerror(r, text_lang()));
	free(text);
}

int
certs_read(struct jpki_ctx *ctx, const char *path,
    struct jpki_cert ***certs, size_t *n)
{
	struct jpki_cert **more;
	struct stat st;
	size_t i, n_more;
	int r, code = 0;

	r = stat(path, &st) == 0 && S_ISDIR(st.st_mode) ?
	    jpki_cert_read_dir(ctx, path, &more, &n_more) :
	    jpki_cert_read_all(ctx, path, &more, &n_more);
	/* Broken ones beside others are told of. */
	if (r != 0 && more == NULL)
		return complain_ctx(ctx, r, NULL);
	if (r != 0)
		warn_ctx(ctx, r);
	for (i = 0; code == 0 && i < n_more; i++)
		code = certs_add(certs, n, jpki_cert_ref(more[i]));
	jpki_certs_free(&more);
	return code;
}
