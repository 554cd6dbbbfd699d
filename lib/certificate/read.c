/* SPDX-License-Identifier: Apache-2.0 */
/* A certificate from a file, and clear words about what is none. */
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/ctx.h"
#include "base/wipe.h"
#include "certificate/cert.h"
#include "certificate/pem.h"
#include "certificate/record.h"

/* A bundle with "openssl x509 -text" in front of each certificate. */
#define FILE_MAX (1u << 20)

static int
open_file(struct jpki_ctx *ctx, const char *path, int *fd)
{
	struct stat st;

	*fd = STDIN_FILENO;
	if (strcmp(path, "-") == 0)
		return 0;
	do {
		*fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	} while (*fd == -1 && errno == EINTR);
	if (*fd == -1)
		return jpkip_fail(ctx, JPKI_ERR_SYSTEM, "%s: %s", path,
		    strerror(errno));
	if (fstat(*fd, &st) == 0 && S_ISDIR(st.st_mode)) {
		(void)close(*fd);
		return jpkip_fail(ctx, JPKI_ERR_SYSTEM, "%s: %s", path,
		    strerror(EISDIR));
	}
	return 0;
}

/* All of it, into FILE_MAX bytes; one byte more is too much. */
static int
read_file(struct jpki_ctx *ctx, const char *path, uint8_t *data, size_t *len)
{
	uint8_t more;
	ssize_t n;
	int fd, r;

	if ((r = open_file(ctx, path, &fd)) != 0)
		return r;
	*len = 0;
	do {
		n = *len < FILE_MAX ? read(fd, data + *len, FILE_MAX - *len) :
		    read(fd, &more, 1);
		if (n > 0 && *len == FILE_MAX)
			r = jpkip_fail(ctx, JPKI_ERR_NOT_CERT,
			    "%s: larger than 1 MiB", path);
		else if (n > 0)
			*len += (size_t)n;
		else if (n == -1 && errno != EINTR)
			r = jpkip_fail(ctx, JPKI_ERR_SYSTEM, "%s: %s", path,
			    strerror(errno));
	} while (r == 0 && n != 0);
	if (fd != STDIN_FILENO)
		(void)close(fd);
	return r;
}

static const char *
what_label(const char *label)
{
	static const struct {
		const char *part, *what;
	} labels[] = {
		{ "PRIVATE KEY", "a private key" },
		{ "CERTIFICATE REQUEST", "a certificate request" },
		{ "PUBLIC KEY", "a public key" },
		{ "CRL", "a revocation list" },
		{ "PKCS7", "a PKCS #7 file" },
		{ "CMS", "a CMS file" }
	};
	size_t i;

	for (i = 0; i < sizeof(labels) / sizeof(labels[0]); i++)
		if (strstr(label, labels[i].part) != NULL)
			return labels[i].what;
	return "PEM without a certificate";
}

/* By the tags at the beginning; NULL: it may be a certificate. */
static const char *
what_der(struct jpkip_part from)
{
	struct jpkip_part outer, inner, value;
	uint32_t tags[4] = { 0 };
	int i;

	if (!jpkip_der_take(&from, JPKIP_TAG_SEQUENCE, &outer))
		return "neither PEM nor DER";
	if (jpkip_der_next_is(&outer, JPKIP_TAG_OID))
		return "a CMS or PKCS #7 file";
	if (jpkip_der_take(&outer, JPKIP_TAG_INTEGER, &value))
		return value.len == 1 && value.at[0] == 3 ?
		    "a PKCS #12 file" : "a private key";
	if (!jpkip_der_take(&outer, JPKIP_TAG_SEQUENCE, &inner))
		return "DER of something else";
	for (i = 0; i < 4; i++)
		if (!jpkip_der_any(&inner, &tags[i], &value))
			break;
	if (tags[0] == JPKIP_TAG_OID)
		return "a public key";
	if (tags[0] == JPKIP_TAG_INTEGER && tags[3] == JPKIP_TAG_CONTEXT(0))
		return "a certificate request";
	for (i = 2; i < 4; i++)
		if (tags[i] == JPKIP_TAG_UTCTIME ||
		    tags[i] == JPKIP_TAG_GENTIME)
			return "a revocation list";
	return NULL;
}

static int
parse_file(struct jpki_ctx *ctx, const char *path, const uint8_t *data,
    size_t len, struct jpki_cert **out)
{
	static const char *const labels[] = {
		"CERTIFICATE", "X509 CERTIFICATE", "TRUSTED CERTIFICATE", NULL
	};
	struct jpkip_part all = { data, len };
	const char *what = NULL;
	char found[64];
	uint8_t *der;
	size_t der_len;
	int r;

	if ((r = jpkip_pem(ctx, data, len, labels, found, &der,
	    &der_len)) != 0)
		return r;
	if (der != NULL) {
		r = jpkip_cert_parse(ctx, der, der_len, out);
		jpkip_freezero(der, der_len);
		return r;
	}
	if (len == 0)
		what = "empty";
	else
		what = found[0] != '\0' ? what_label(found) : what_der(all);
	if (what != NULL)
		return jpkip_fail(ctx, JPKI_ERR_NOT_CERT, "%s: %s", path,
		    what);
	return jpkip_cert_parse(ctx, data, len, out);
}

int
jpki_cert_read(struct jpki_ctx *ctx, const char *path, struct jpki_cert **out)
{
	size_t len = 0;
	uint8_t *data;
	int r;

	if (out == NULL)
		return JPKI_ERR_USAGE;
	*out = NULL;
	if (ctx == NULL || path == NULL)
		return JPKI_ERR_USAGE;
	jpkip_ctx_clear(ctx);
	if ((data = malloc(FILE_MAX)) == NULL)
		return jpkip_fail(ctx, JPKI_ERR_MEMORY, NULL);
	if ((r = read_file(ctx, path, data, &len)) == 0)
		r = parse_file(ctx, path, data, len, out);
	jpkip_freezero(data, len);
	return r;
}
