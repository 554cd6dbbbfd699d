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
#include "certificate/read.h"

/* Whatever a file is: only want of memory is a failure. */
static int
add_file(struct jpki_ctx *ctx, const char *path, struct jpkip_certs *certs)
{
	struct stat st;
	int r;

	/* A pipe would make us wait. */
	if (stat(path, &st) != 0 || !S_ISREG(st.st_mode))
		return 0;
	jpkip_ctx_clear(ctx);
	r = jpkip_certs_read(ctx, path, certs);
	return r == JPKI_ERR_MEMORY ? r : 0;
}

static int
add_files(struct jpki_ctx *ctx, const char *dir, struct dirent **names,
    int count, struct jpkip_certs *certs)
{
	char path[PATH_MAX];
	int i, r = 0;

	for (i = 0; r == 0 && i < count; i++)
		if ((size_t)snprintf(path, sizeof(path), "%s/%s", dir,
		    names[i]->d_name) < sizeof(path))
			r = add_file(ctx, path, certs);
	return r;
}

/* ---- Each certificate once ---- */

struct seen {
	struct jpki_cert *cert;
	size_t at;		/* in the order of the files */
};

static int
by_fingerprint(const void *one, const void *other)
{
	const struct seen *a = one, *b = other;
	int order = strcmp(a->cert->info.fingerprint,
	    b->cert->info.fingerprint);

	return order != 0 ? order : a->at < b->at ? -1 : 1;
}

/* The first of those that are equal stays where it is. */
static bool
drop_copies(struct jpkip_certs *certs)
{
	struct seen *seen;
	size_t i, n = 0;

	if (certs->n < 2)
		return true;
	if ((seen = calloc(certs->n, sizeof(*seen))) == NULL)
		return false;
	for (i = 0; i < certs->n; i++)
		seen[i] = (struct seen){ certs->at[i], i };
	qsort(seen, certs->n, sizeof(*seen), by_fingerprint);
	for (i = 1; i < certs->n; i++)
		if (strcmp(seen[i].cert->info.fingerprint,
		    seen[i - 1].cert->info.fingerprint) == 0)
			certs->at[seen[i].at] = NULL;
	/* A copy's record is needed up to here, for its neighbours. */
	for (i = 0; i < certs->n; i++)
		if (certs->at[seen[i].at] == NULL)
			jpki_cert_free(&seen[i].cert);
	for (i = 0; i < certs->n; i++)
		if (certs->at[i] != NULL)
			certs->at[n++] = certs->at[i];
	certs->at[certs->n = n] = NULL;
	free(seen);
	return true;
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

static int
read_dir(struct jpki_ctx *ctx, const char *dir, struct jpkip_certs *certs)
{
	struct dirent **names = NULL;
	int count, i, r;

	if ((count = scandir(dir, &names, NULL, alphasort)) == -1)
		return refuse_dir(ctx, dir);
	r = add_files(ctx, dir, names, count, certs);
	for (i = 0; i < count; i++)
		free(names[i]);
	free(names);
	if (r != 0)
		return r;
	/* What was passed over. */
	jpkip_ctx_clear(ctx);
	if (!drop_copies(certs))
		return jpkip_fail(ctx, JPKI_ERR_MEMORY, NULL, NULL);
	/* An array also where nothing is in it. */
	if (certs->at == NULL &&
	    (certs->at = calloc(1, sizeof(*certs->at))) == NULL)
		return jpkip_fail(ctx, JPKI_ERR_MEMORY, NULL, NULL);
	return 0;
}

int
jpki_cert_read_dir(struct jpki_ctx *ctx, const char *dir,
    struct jpki_cert ***out, size_t *n)
{
	struct jpkip_certs certs = { NULL, 0, 0 };
	int r;

	if (out == NULL || n == NULL)
		return JPKI_ERR_USAGE;
	*out = NULL;
	*n = 0;
	if (ctx == NULL || dir == NULL)
		return JPKI_ERR_USAGE;
	jpkip_ctx_clear(ctx);
	if ((r = read_dir(ctx, dir, &certs)) != 0) {
		jpki_certs_free(&certs.at);
		return r;
	}
	*out = certs.at;
	*n = certs.n;
	return 0;
}
