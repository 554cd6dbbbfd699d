/* SPDX-License-Identifier: Apache-2.0 */
/* The certificates in a directory: those of CAs that a user collected. */
#include <sys/stat.h>

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/ctx.h"
#include "certificate/cert_record.h"

static bool
is_known(struct jpki_cert *const *certs, size_t n,
    const struct jpki_cert *cert)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (strcmp(certs[i]->info.fingerprint,
		    cert->info.fingerprint) == 0)
			return true;
	return false;
}

/* Whatever a file is: only want of memory is a failure. */
static int
add_file(struct jpki_ctx *ctx, const char *path, struct jpki_cert **certs,
    size_t *n)
{
	struct jpki_cert *cert;
	struct stat st;
	int r;

	/* A pipe would make us wait. */
	if (stat(path, &st) != 0 || !S_ISREG(st.st_mode))
		return 0;
	if ((r = jpki_cert_read(ctx, path, &cert)) != 0)
		return r == JPKI_ERR_MEMORY ? r : 0;
	if (is_known(certs, *n, cert))
		jpki_cert_free(&cert);
	else
		certs[(*n)++] = cert;
	return 0;
}

static int
add_files(struct jpki_ctx *ctx, const char *dir, struct dirent **names,
    int count, struct jpki_cert **certs, size_t *n)
{
	char path[PATH_MAX];
	int i, r = 0;

	for (i = 0; r == 0 && i < count; i++)
		if ((size_t)snprintf(path, sizeof(path), "%s/%s", dir,
		    names[i]->d_name) < sizeof(path))
			r = add_file(ctx, path, certs, n);
	return r;
}

static int
refuse_dir(struct jpki_ctx *ctx, const char *dir)
{
	if (errno == ENOMEM)
		return jpkip_fail(ctx, JPKI_ERR_MEMORY, NULL, NULL);
	return jpkip_hint(ctx, jpkip_fail_errno(ctx, dir),
	    "Name a directory with certificates that you may read.",
	    "証明書が入っていて読み取れるフォルダーを指定してください。");
}

int
jpki_cert_read_dir(struct jpki_ctx *ctx, const char *dir,
    struct jpki_cert ***out, size_t *n)
{
	struct dirent **names = NULL;
	int count, i, r;

	if (out == NULL || n == NULL)
		return JPKI_ERR_USAGE;
	*out = NULL;
	*n = 0;
	if (ctx == NULL || dir == NULL)
		return JPKI_ERR_USAGE;
	jpkip_ctx_clear(ctx);
	if ((count = scandir(dir, &names, NULL, alphasort)) == -1)
		return refuse_dir(ctx, dir);
	/* As many as there are files, and the NULL at the end. */
	*out = calloc((size_t)count + 1, sizeof(**out));
	r = *out != NULL ? add_files(ctx, dir, names, count, *out, n) :
	    jpkip_fail(ctx, JPKI_ERR_MEMORY, NULL, NULL);
	for (i = 0; i < count; i++)
		free(names[i]);
	free(names);
	if (r != 0) {
		jpki_certs_free(out);
		*n = 0;
	} else {
		jpkip_ctx_clear(ctx);
	}
	return r;
}

void
jpki_certs_free(struct jpki_cert ***certs)
{
	size_t i;

	if (certs == NULL || *certs == NULL)
		return;
	for (i = 0; (*certs)[i] != NULL; i++)
		jpki_cert_free(&(*certs)[i]);
	free(*certs);
	*certs = NULL;
}
