/* SPDX-License-Identifier: Apache-2.0 */
/*
 * jpki-pdf sign. What is signed holds the signer's name, which is in the
 * certificate: so the update is made between two runs on the card.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include "common/cms_make.h"
#include "common/message.h"
#include "common/openssl.h"

#include "grow.h"
#include "look.h"
#include "pdf.h"
#include "update.h"

#define ROOM 8192	/* bytes for the CMS: 16 kB in the file */

/* What is kept of a file between the steps: not its bytes. */
struct own {
	struct pdf_update update;
	struct cms_draft *draft;
};

int
pdf_read(const char *path, uint8_t **data, struct pdf_bytes *bytes)
{
	if (file_read(path, PDF_SIZE_MAX, data, &bytes->len) != 0)
		return complain_errno(path);
	bytes->data = *data;
	return 0;
}

/* IN.pdf becomes IN-signed.pdf. */
static char *
name_output(const struct signing *signing, const struct signing_file *file)
{
	size_t len = strlen(file->path);
	const char *end = "";
	char *name;

	(void)signing;
	if (len > 4 && strcasecmp(file->path + len - 4, ".pdf") == 0) {
		len -= 4;
		end = file->path + len;
	}
	if (asprintf(&name, "%.*s-signed%s", (int)len, file->path, end) == -1)
		return NULL;
	return name;
}

static int
take_piece(void *arg, const void *data, size_t len)
{
	struct pdf_text *text = arg;

	pdf_text_add(text, data, len);
	return text->failed || text->len > PDF_SIZE_MAX ? -1 : 0;
}

/* All of a file, with a progress line and what the holder is shown of it. */
static int
read_file(struct signing *signing, struct signing_file *file,
    struct pdf_text *text)
{
	int fd, code;

	if (file->st.st_size > (off_t)PDF_SIZE_MAX) {
		errno = EFBIG;
		return complain_errno(file->path);
	}
	if ((fd = file_open(file->path)) == -1)
		return complain_errno(file->path);
	code = signing_read(signing, file, fd, take_piece, text);
	close(fd);
	return code;
}

static int
prepare(struct signing *signing, struct signing_file *file)
{
	struct pdf_text text = { NULL, 0, 0, false };
	struct pdf_doc doc = { NULL, { NULL, 0 } };
	enum pdf_fault fault;
	uint64_t at;
	int code;

	if ((code = read_file(signing, file, &text)) == 0) {
		fault = pdf_doc_open((struct pdf_bytes){
		    (const uint8_t *)text.data, text.len }, &doc, &at);
		if (fault == PDF_FAULT_NONE)
			fault = pdf_doc_signable(&doc, &at);
		pdf_doc_close(&doc);
		code = pdf_complain(file->path, fault, at);
	}
	free(text.data);
	if (code == 0 && (file->own = calloc(1, sizeof(struct own))) == NULL)
		code = complain_code(file->path, JPKI_ERR_MEMORY);
	return code;
}

/* The bytes again, as they were when the holder was told what is signed. */
static int
read_again(const struct signing_file *file, uint8_t **data,
    struct pdf_bytes *bytes)
{
	uint8_t sha256[sizeof(file->sha256)];
	int code;

	if ((code = pdf_read(file->path, data, bytes)) != 0)
		return code;
	if (EVP_Digest(bytes->data, bytes->len, sha256, NULL, EVP_sha256(),
	    NULL) != 1)
		code = openssl_complain(NULL);
	else if (memcmp(sha256, file->sha256, sizeof(sha256)) != 0) {
		complain("%s: was changed while it was being signed. Sign it "
		    "again", "%s: 署名の途中で変更されました。もう一度署名して"
		    "ください", file->path);
		code = EXIT_FAILURE;
	}
	if (code != 0) {
		free(*data);
		*data = NULL;
	}
	return code;
}

/* The holder's name; the auth certificate knows only a number. */
static const char *
signer_name(const struct signing *signing)
{
	const struct pdf_job *job = signing->arg;
	const struct jpki_cert_info *info = jpki_cert_info(signing->cert);
	const char *name = jpki_attributes_item(info->attributes,
	    JPKI_ITEM_NAME);

	if (job->name != NULL)
		return job->name;
	return name != NULL && *name != '\0' ? name : info->cn;
}

static int
make_update(struct signing *signing, struct signing_file *file,
    struct pdf_bytes bytes)
{
	const struct pdf_job *job = signing->arg;
	struct own *own = file->own;
	size_t room = cms_draft_room(signing->cert);
	struct pdf_entries entries = {
		.subfilter = job->profile == PDF_PROFILE_PADES ?
		    "ETSI.CAdES.detached" : "adbe.pkcs7.detached",
		.name = signer_name(signing), .reason = job->reason,
		.location = job->location, .time = signing->now,
		.room = room > ROOM ? room : ROOM
	};
	enum pdf_fault fault;
	struct pdf_doc doc;
	uint64_t at;

	fault = pdf_doc_open(bytes, &doc, &at);
	if (fault == PDF_FAULT_NONE)
		fault = pdf_update_make(&doc, &entries, &own->update);
	pdf_doc_close(&doc);
	return pdf_complain(file->path, fault, at);
}

/* All but Contents. */
static bool
digest(const struct own *own, struct pdf_bytes bytes, enum jpki_md md,
    uint8_t *out)
{
	const struct pdf_update *update = &own->update;
	size_t behind = update->contents + update->contents_len;
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	bool ok;

	ok = ctx != NULL &&
	    EVP_DigestInit_ex(ctx, EVP_get_digestbyname(jpki_md_name(md)),
	    NULL) == 1 &&
	    EVP_DigestUpdate(ctx, bytes.data, bytes.len) == 1 &&
	    EVP_DigestUpdate(ctx, update->text.data, update->contents) == 1 &&
	    EVP_DigestUpdate(ctx, update->text.data + behind,
	    update->text.len - behind) == 1 &&
	    EVP_DigestFinal_ex(ctx, out, NULL) == 1;
	EVP_MD_CTX_free(ctx);
	return ok;
}

static int
build(struct signing *signing, struct signing_file *file)
{
	const struct pdf_job *job = signing->arg;
	struct own *own = file->own;
	uint8_t content[SIGNING_DIGEST_MAX], *data;
	struct cms_order order = {
		.cert = signing->cert, .md = file->md,
		.form = job->profile == PDF_PROFILE_PADES ? CMS_FORM_PADES :
		    CMS_FORM_PLAIN,
		.time = signing->now, .digest = content
	};
	struct pdf_bytes bytes;
	int code;

	if ((code = read_again(file, &data, &bytes)) != 0)
		return code;
	if ((code = make_update(signing, file, bytes)) == 0 &&
	    (!digest(own, bytes, file->md, content) ||
	    cms_draft_new(&order, &own->draft) != 0 ||
	    cms_draft_digest(own->draft, file->digest) != 0))
		code = openssl_complain(NULL);
	free(data);
	return code;
}

static int
put_signature(struct signing_file *file)
{
	struct own *own = file->own;
	uint8_t *der = NULL;
	size_t len;
	int code = 0;

	if (cms_draft_sign(own->draft, file->sig, file->sig_len) != 0 ||
	    cms_draft_der(own->draft, &der, &len) != 0)
		return openssl_complain(NULL);
	if (!pdf_update_sign(&own->update, der, len))
		code = complain_code(file->path, JPKI_ERR_INTERNAL);
	OPENSSL_free(der);
	return code;
}

static int
finish(struct signing *signing, struct signing_file *file,
    struct file_output *out)
{
	const struct own *own = file->own;
	struct pdf_bytes bytes;
	uint8_t *data;
	int code;

	(void)signing;
	if ((code = put_signature(file)) != 0 ||
	    (code = read_again(file, &data, &bytes)) != 0)
		return code;
	if (file_put(out, data, bytes.len) != 0 ||
	    file_put(out, own->update.text.data, own->update.text.len) != 0)
		code = complain_errno(file->out);
	free(data);
	return code;
}

/* As a stranger would look at it, but for trust. */
static int
check(struct signing *signing, struct signing_file *file,
    const struct file_output *out)
{
	struct pdf_job *job = signing->arg;
	struct pdf_bytes bytes;
	uint8_t *data;
	int code;

	if ((code = pdf_read(out->tmp, &data, &bytes)) != 0)
		return code;
	if (!pdf_look_newest_holds(&job->judge, bytes)) {
		complain("%s: the signature that was made does not pass "
		    "\"jpki-pdf verify\"; nothing was written",
		    "%s: できた署名が「jpki-pdf verify」の検査に通りませんで"
		    "した。何も書き込んでいません", file->path);
		code = EXIT_FAILURE;
	}
	free(data);
	return code;
}

static void
release(struct signing_file *file)
{
	struct own *own = file->own;

	if (own == NULL)
		return;
	pdf_update_free(&own->update);
	cms_draft_free(&own->draft);
	free(own);
	file->own = NULL;
}

static json_t *
describe(const struct signing *signing, const struct signing_file *file)
{
	const struct pdf_job *job = signing->arg;

	(void)file;
	return json_pack("{s:s}", "profile",
	    job->profile == PDF_PROFILE_PADES ? "pades" : "moj");
}

static const struct signing_format pdf_format = {
	.when = SIGNING_BETWEEN,
	.name = name_output,
	.prepare = prepare,
	.build = build,
	.finish = finish,
	.check = check,
	.release = release,
	.describe = describe,
};

int
pdf_sign(struct pdf_job *job, char *const *paths, size_t n)
{
	int code;

	job->signing.format = &pdf_format;
	job->signing.arg = job;
	if ((code = judge_open(&job->judge, job->signing.ctx)) == 0)
		code = signing_run(&job->signing, paths, n);
	judge_close(&job->judge);
	return code;
}
