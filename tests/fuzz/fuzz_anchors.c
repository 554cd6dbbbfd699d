/* SPDX-License-Identifier: Apache-2.0 */
/* Files with certificates that somebody collected: one, and a folder of
 * them. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <jpki.h>

#include "fuzz.h"

static void
put(const char *path, const char *before, const uint8_t *data, size_t size)
{
	FILE *file = fopen(path, "we");

	if (file == NULL)
		abort();
	fputs(before, file);
	if (size > 0)
		fwrite(data, 1, size, file);
	fclose(file);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct jpki_ctx *ctx;
	char dir[] = "/tmp/jpki-anchors-XXXXXX", a[64], b[64];
	struct jpki_cert *cert, **certs;
	size_t n, i;

	if ((ctx == NULL && (ctx = jpki_ctx_new()) == NULL) ||
	    mkdtemp(dir) == NULL)
		abort();
	snprintf(a, sizeof(a), "%s/a", dir);
	snprintf(b, sizeof(b), "%s/b", dir);
	put(a, "", data, size);
	put(b, "-----BEGIN CERTIFICATE-----\n", data, size);
	if (jpki_cert_read(ctx, a, &cert) == 0)
		jpki_cert_free(&cert);
	else if (cert != NULL || *jpki_ctx_errmsg(ctx) == '\0')
		abort();
	if (jpki_cert_read_dir(ctx, dir, &certs, &n) == 0) {
		for (i = 0; i < n; i++)
			if (certs[i] == NULL)
				abort();
		jpki_certs_free(&certs);
	}
	unlink(a);
	unlink(b);
	rmdir(dir);
	return 0;
}
