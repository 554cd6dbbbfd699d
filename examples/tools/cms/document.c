/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What sign and cosign share; see document.h.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <openssl/evp.h>

#include "common/openssl.h"
#include "check.h"
#include "document.h"
#include "enclose.h"
#include "write.h"

#define PIECE (256 * 1024)

static int
take(void *arg, const void *data, size_t len)
{
	return EVP_DigestUpdate(arg, data, len) == 1 ? 0 : -1;
}

/* The driver makes SHA-256 in any case; another digest goes along. */
static int
begin_digest(const struct signing_file *file, EVP_MD_CTX **ctx)
{
	const EVP_MD *md = EVP_get_digestbyname(jpki_md_name(file->md));

	*ctx = NULL;
	if (file->md == JPKI_MD_SHA256)
		return 0;
	if (md != NULL && (*ctx = EVP_MD_CTX_new()) != NULL &&
	    EVP_DigestInit_ex(*ctx, md, NULL) == 1)
		return 0;
	return openssl_complain(NULL);
}

int
document_digest(struct signing *signing, struct signing_file *file)
{
	struct document *document = file->own;
	EVP_MD_CTX *ctx = NULL;
	int fd, code;

	if ((fd = file_open(file->path)) == -1)
		return complain_errno(file->path);
	if ((code = begin_digest(file, &ctx)) == 0)
		code = signing_read(signing, file, fd, ctx != NULL ? take :
		    NULL, ctx);
	if (code == 0 && ctx == NULL)
		memcpy(document->content, file->sha256,
		    sizeof(file->sha256));
	else if (code == 0 && EVP_DigestFinal_ex(ctx, document->content,
	    NULL) != 1)
		code = openssl_complain(NULL);
	EVP_MD_CTX_free(ctx);
	close(fd);
	return code;
}

int
document_build(struct signing *signing, struct signing_file *file)
{
	const struct cms_job *job = signing->arg;
	struct document *document = file->own;
	struct cms_order order = {
		.libctx = job->judge.libctx, .cert = signing->cert,
		.md = file->md,
		.form = job->cades ? CMS_FORM_CADES : CMS_FORM_PLAIN,
		.time = signing->now, .digest = document->content
	};
	int r;

	if (document->base.cms != NULL)
		r = cms_draft_cosign(document->base.cms, document->base.len,
		    &order, &document->draft);
	else
		r = cms_draft_new(&order, &document->draft);
	if (r == 0)
		r = cms_draft_digest(document->draft, file->digest);
	return r == 0 ? 0 : openssl_complain(NULL);
}

/* The content itself. 0, -1 with errno, or 1: it is not what was digested. */
static int
put_content(struct signing *signing, struct signing_file *file, int fd,
    struct writer *writer)
{
	uint8_t seen[sizeof(file->sha256)], *piece;
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	uint64_t done = 0;
	ssize_t n = -1;
	int r = -1;

	if ((piece = malloc(PIECE)) != NULL && ctx != NULL &&
	    EVP_DigestInit_ex(ctx, EVP_sha256(), NULL) == 1)
		r = 0;
	while (r == 0 && (n = read(fd, piece, PIECE)) > 0) {
		if (EVP_DigestUpdate(ctx, piece, (size_t)n) != 1)
			r = -1;
		else
			r = writer_put(writer, piece, (size_t)n);
		done += (uint64_t)n;
		signing_progress(signing, file, done, file->size);
	}
	if (r == 0 && n == 0 && EVP_DigestFinal_ex(ctx, seen, NULL) == 1)
		r = memcmp(seen, file->sha256, sizeof(seen)) != 0;
	else
		r = -1;
	EVP_MD_CTX_free(ctx);
	free(piece);
	return r;
}

static int
put_enclosed(struct signing *signing, struct signing_file *file,
    struct writer *writer, const uint8_t *der, size_t len)
{
	struct enclosure around;
	int fd, r;

	if (enclose(der, len, file->size, &around) != 0)
		return complain_code(file->out, JPKI_ERR_INTERNAL);
	if ((fd = file_open(file->path)) == -1)
		return complain_errno(file->path);
	if ((r = writer_put(writer, around.head, around.head_len)) == 0 &&
	    (r = put_content(signing, file, fd, writer)) == 0)
		r = writer_put(writer, around.tail, around.tail_len);
	close(fd);
	if (r == -1)
		return complain_errno(file->out);
	if (r != 0)
		complain("%s: changed while it was being signed",
		    "%s: 署名している間に内容が変わりました", file->path);
	return r == 0 ? 0 : EXIT_FAILURE;
}

int
document_finish(struct signing *signing, struct signing_file *file,
    struct file_output *out)
{
	struct cms_job *job = signing->arg;
	struct document *document = file->own;
	struct writer writer;
	uint8_t *der = NULL;
	size_t len;
	int code = 0;

	if (cms_draft_sign(document->draft, file->sig, file->sig_len) != 0 ||
	    cms_draft_der(document->draft, &der, &len) != 0)
		return openssl_complain(NULL);
	if (writer_begin(&writer, out, document->pem) != 0)
		code = complain_errno(file->out);
	else if (document->enclose)
		code = put_enclosed(signing, file, &writer, der, len);
	else if (writer_put(&writer, der, len) != 0)
		code = complain_errno(file->out);
	if (writer_end(&writer) != 0 && code == 0)
		code = complain_errno(file->out);
	OPENSSL_free(der);
	memcpy(job->sig, file->sig, file->sig_len);
	job->sig_len = file->sig_len;
	return code;
}

int
document_check(struct signing *signing, struct signing_file *file,
    const struct file_output *out)
{
	const struct document *document = file->own;

	return check_signature(signing, file, CHECK_NEW, out->tmp,
	    document->enclose ? NULL : file->path);
}

void
document_release(struct signing_file *file)
{
	struct document *document = file->own;

	if (document == NULL)
		return;
	cms_draft_free(&document->draft);
	base_free(&document->base);
	free(document);
	file->own = NULL;
}

json_t *
document_describe(const struct signing *signing,
    const struct signing_file *file)
{
	const struct cms_job *job = signing->arg;
	const struct document *document = file->own;

	return json_pack("{s:s, s:s, s:b, s:b}",
	    "md", file->md == JPKI_MD_SHA512 ? "sha512" :
	    file->md == JPKI_MD_SHA384 ? "sha384" : "sha256",
	    "form", job->cades ? "cades-b" : "cms",
	    "enclosed", document->enclose,
	    "pem", document->pem);
}
