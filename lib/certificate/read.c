/* SPDX-License-Identifier: Apache-2.0 */
/* Certificates from a file, and clear words about what is none. */
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/der.h"
#include "base/wipe.h"
#include "certificate/cert.h"
#include "certificate/pem.h"
#include "certificate/read.h"

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
		return jpkip_hint(ctx, jpkip_fail_errno(ctx, path),
		    "Name a file with a certificate that you may read.",
		    "証明書の入った、読み取れるファイルを指定してください。");
	if (fstat(*fd, &st) == 0 && S_ISDIR(st.st_mode)) {
		(void)close(*fd);
		errno = EISDIR;
		return jpkip_hint(ctx, jpkip_fail_errno(ctx, path),
		    "Name one of the files in it.",
		    "その中のファイルを指定してください。");
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
			    "%s: larger than 1 MiB",
			    "%s: 1 MiB を超えています", path);
		else if (n > 0)
			*len += (size_t)n;
		else if (n == -1 && errno != EINTR)
			r = jpkip_fail_errno(ctx, path);
	} while (r == 0 && n != 0);
	if (fd != STDIN_FILENO)
		(void)close(fd);
	return r;
}

/* What a file is instead of a certificate. */
static const struct what {
	const char *en, *ja;
} nothing = { "empty", "空のファイルです" },
    other_pem = { "PEM without a certificate", "証明書を含まない PEM です" },
    other_der = { "DER of something else", "証明書以外の DER です" },
    other_text = { "neither PEM nor DER", "PEM でも DER でもありません" },
    private_key = { "a private key", "秘密鍵です" },
    public_key = { "a public key", "公開鍵です" },
    request = { "a certificate request", "証明書の発行要求です" },
    crl = { "a revocation list", "失効リストです" },
    pkcs7 = { "a PKCS #7 file", "PKCS #7 のファイルです" },
    pkcs12 = { "a PKCS #12 file", "PKCS #12 のファイルです" },
    cms = { "a CMS file", "CMS のファイルです" },
    cms_or_pkcs7 = { "a CMS or PKCS #7 file",
	"CMS か PKCS #7 のファイルです" };

static const struct what *
what_label(const char *label)
{
	static const struct {
		const char *part;
		const struct what *what;
	} labels[] = {
		{ "PRIVATE KEY", &private_key },
		{ "CERTIFICATE REQUEST", &request },
		{ "PUBLIC KEY", &public_key },
		{ "CRL", &crl },
		{ "PKCS7", &pkcs7 },
		{ "CMS", &cms }
	};
	size_t i;

	for (i = 0; i < sizeof(labels) / sizeof(labels[0]); i++)
		if (strstr(label, labels[i].part) != NULL)
			return labels[i].what;
	return &other_pem;
}

/* By the tags at the beginning; NULL: it may be a certificate. */
static const struct what *
what_der(struct jpkip_part from)
{
	struct jpkip_part outer, inner, value;
	uint32_t tags[4] = { 0 };
	int i;

	if (!jpkip_der_take(&from, JPKIP_TAG_SEQUENCE, &outer))
		return &other_text;
	if (jpkip_der_next_is(&outer, JPKIP_TAG_OID))
		return &cms_or_pkcs7;
	if (jpkip_der_take(&outer, JPKIP_TAG_INTEGER, &value))
		return value.len == 1 && value.at[0] == 3 ? &pkcs12 :
		    &private_key;
	if (!jpkip_der_take(&outer, JPKIP_TAG_SEQUENCE, &inner))
		return &other_der;
	for (i = 0; i < 4; i++)
		if (!jpkip_der_any(&inner, &tags[i], &value))
			break;
	if (tags[0] == JPKIP_TAG_OID)
		return &public_key;
	if (tags[0] == JPKIP_TAG_INTEGER && tags[3] == JPKIP_TAG_CONTEXT(0))
		return &request;
	for (i = 2; i < 4; i++)
		if (tags[i] == JPKIP_TAG_UTCTIME ||
		    tags[i] == JPKIP_TAG_GENTIME)
			return &crl;
	return NULL;
}

static int
refuse_file(struct jpki_ctx *ctx, const char *path, const struct what *what)
{
	return jpkip_fail(ctx, JPKI_ERR_NOT_CERT, JPKIP_SAME("%s: %s"), path,
	    jpkip_pick(ctx, what->en, what->ja));
}

/* What a card holds can be read again; a file stays as it is. */
static int
parse_file_der(struct jpki_ctx *ctx, const uint8_t *der, size_t len,
    struct jpki_cert **out)
{
	int r = jpkip_cert_parse(ctx, der, len, out);

	if (r == JPKI_ERR_DATA)
		r = jpkip_hint(ctx, r,
		    "The certificate in the file is damaged; get it again.",
		    "ファイルの証明書が壊れています。"
		    "もう一度入手してください。");
	return r;
}

/* The next certificate in PEM; *out is NULL where there is none. */
static int
next_pem(struct jpki_ctx *ctx, struct jpkip_part *rest, char found[64],
    struct jpki_cert **out)
{
	static const char *const labels[] = {
		"CERTIFICATE", "X509 CERTIFICATE", "TRUSTED CERTIFICATE", NULL
	};
	uint8_t *der;
	size_t len;
	int r;

	*out = NULL;
	if ((r = jpkip_pem_next(ctx, rest, labels, found, &der, &len)) != 0 ||
	    der == NULL)
		return r;
	r = parse_file_der(ctx, der, len, out);
	jpkip_freezero(der, len);
	return r;
}

/* A file without a certificate in PEM. */
static int
parse_other(struct jpki_ctx *ctx, const char *path, struct jpkip_part all,
    const char *found, struct jpki_cert **out)
{
	const struct what *what;

	if (all.len == 0)
		return refuse_file(ctx, path, &nothing);
	what = *found != '\0' ? what_label(found) : what_der(all);
	if (what != NULL)
		return refuse_file(ctx, path, what);
	return parse_file_der(ctx, all.at, all.len, out);
}

static int
parse_first(struct jpki_ctx *ctx, const char *path, struct jpkip_part all,
    struct jpki_cert **out)
{
	struct jpkip_part rest = all;
	char found[64] = "";
	int r = next_pem(ctx, &rest, found, out);

	return r != 0 || *out != NULL ? r :
	    parse_other(ctx, path, all, found, out);
}

bool
jpkip_certs_add(struct jpkip_certs *certs, struct jpki_cert *cert)
{
	struct jpki_cert **more;
	size_t max = certs->max * 2 + 8;

	if (certs->n + 1 >= certs->max) {
		more = realloc(certs->at, max * sizeof(*more));
		if (more == NULL) {
			jpki_cert_free(&cert);
			return false;
		}
		certs->at = more;
		certs->max = max;
	}
	certs->at[certs->n++] = cert;
	certs->at[certs->n] = NULL;
	return true;
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

/* Which of many files is damaged. */
static int
name_file(struct jpki_ctx *ctx, const char *path, int r)
{
	return r != JPKI_ERR_DATA ? r :
	    jpkip_detail(ctx, r, ", in %s", "、%s の中", path);
}

/* And which certificates of those in it: the last of the broken ones is the
 * one that the error is about. */
static int
name_broken(struct jpki_ctx *ctx, const char *path, int r, size_t last,
    size_t broken, size_t all)
{
	if (r != JPKI_ERR_DATA || all == 1)
		return name_file(ctx, path, r);
	if (broken == 1)
		return jpkip_detail(ctx, r, ", in %s, certificate %zu of %zu",
		    "、%s の中の %zu 番目の証明書（全 %zu 枚）", path, last,
		    all);
	return jpkip_detail(ctx, r, ", in %s, %zu of %zu certificates",
	    "、%s の中の証明書 %zu 枚（全 %zu 枚）", path, broken, all);
}

/* What was read of a file so far. */
struct tally {
	size_t n, last, broken;
	int r;			/* of the last one that is broken */
};

/* Counts one more, and takes it in if it is whole. Only what is not the
 * certificate's fault is returned. */
static int
count_in(struct jpki_ctx *ctx, struct tally *tally, int r,
    struct jpki_cert *cert, struct jpkip_certs *out)
{
	if (r == JPKI_ERR_MEMORY)
		return r;
	tally->n++;
	if (r != 0) {
		tally->r = r;
		tally->last = tally->n;
		tally->broken++;
		return 0;
	}
	return jpkip_certs_add(out, cert) ? 0 :
	    jpkip_fail(ctx, JPKI_ERR_MEMORY, NULL, NULL);
}

/* Goes past what is there in DER. False: no other certificate follows, but
 * filler or something else. */
static bool
next_der(struct jpkip_part *rest)
{
	struct jpkip_part whole, next;

	if (!jpkip_der_whole(rest, JPKIP_TAG_SEQUENCE, &whole))
		return false;
	next = *rest;
	return jpkip_der_whole(&next, JPKIP_TAG_SEQUENCE, &whole) &&
	    what_der(*rest) == NULL;
}

/* A broken one is an error, and hides none of the others. */
static int
parse_all(struct jpki_ctx *ctx, const char *path, struct jpkip_part all,
    struct jpkip_certs *out)
{
	struct jpkip_part rest = all;
	struct jpki_cert *cert;
	struct tally tally = { 0 };
	char found[64] = "";
	int r = 0;

	while (r == 0 && rest.len > 0) {
		r = next_pem(ctx, &rest, found, &cert);
		if (r == 0 && cert == NULL)
			break;
		r = count_in(ctx, &tally, r, cert, out);
	}
	if (r == 0 && tally.n == 0)
		do {
			r = parse_other(ctx, path, all, found, &cert);
			r = count_in(ctx, &tally, r, cert, out);
		} while (r == 0 && next_der(&all));
	return r != 0 ? r : name_broken(ctx, path, tally.r, tally.last,
	    tally.broken, tally.n);
}

/* The file's bytes, the caller's: jpkip_freezero(). */
static int
load(struct jpki_ctx *ctx, const char *path, uint8_t **data, size_t *len)
{
	int r;

	*len = 0;
	if ((*data = malloc(FILE_MAX)) == NULL)
		return jpkip_fail(ctx, JPKI_ERR_MEMORY, NULL, NULL);
	if ((r = read_file(ctx, path, *data, len)) != 0) {
		jpkip_freezero(*data, *len);
		*data = NULL;
	}
	return r;
}

int
jpki_cert_read(struct jpki_ctx *ctx, const char *path, struct jpki_cert **out)
{
	struct jpkip_part all;
	uint8_t *data;
	int r;

	if (out == NULL)
		return JPKI_ERR_USAGE;
	*out = NULL;
	if (ctx == NULL || path == NULL)
		return JPKI_ERR_USAGE;
	jpkip_ctx_clear(ctx);
	if ((r = load(ctx, path, &data, &all.len)) != 0)
		return r;
	all.at = data;
	r = name_file(ctx, path, parse_first(ctx, path, all, out));
	jpkip_freezero(data, all.len);
	return r;
}

int
jpkip_certs_read(struct jpki_ctx *ctx, const char *path,
    struct jpkip_certs *out)
{
	struct jpkip_part all;
	uint8_t *data;
	int r;

	if ((r = load(ctx, path, &data, &all.len)) != 0)
		return r;
	all.at = data;
	r = parse_all(ctx, path, all, out);
	jpkip_freezero(data, all.len);
	return r;
}

int
jpki_cert_read_all(struct jpki_ctx *ctx, const char *path,
    struct jpki_cert ***out, size_t *n)
{
	struct jpkip_certs certs = { NULL, 0, 0 };
	int r;

	if (out == NULL || n == NULL)
		return JPKI_ERR_USAGE;
	*out = NULL;
	*n = 0;
	if (ctx == NULL || path == NULL)
		return JPKI_ERR_USAGE;
	jpkip_ctx_clear(ctx);
	r = jpkip_certs_read(ctx, path, &certs);
	if (r != 0 && r != JPKI_ERR_DATA)
		jpki_certs_free(&certs.at);
	else {
		*out = certs.at;
		*n = certs.n;
	}
	return r;
}
