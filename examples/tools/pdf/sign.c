/* SPDX-License-Identifier: Apache-2.0 */
/*
 * jpki-pdf sign. What is signed holds the signer's name, which is in the
 * certificate: room is left for it, and all before it is digested before the
 * card is used, so that one run and one PIN do for both.
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
#define NAME_ROOM 200	/* letters for the holder's name */

/* What is kept of a file between the steps: not its bytes. */
struct own {
	struct pdf_update update;
	EVP_MD_CTX *md;		/* of the file, without the update */
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
make_update(struct signing *signing, struct signing_file *file,
    struct pdf_bytes bytes)
{
	const struct pdf_job *job = signing->arg;
	struct own *own = file->own;
	struct pdf_entries entries = {
		.subfilter = job->profile == PDF_PROFILE_PADES ?
		    "ETSI.CAdES.detached" : "adbe.pkcs7.detached",
		.name = job->name, .name_room = job->name == NULL ?
		    NAME_ROOM : 0, .reason = job->reason,
		.location = job->location, .time = signing->now, .room = ROOM
	};
	enum pdf_fault fault;
	struct pdf_doc doc;
	uint64_t at;

	fault = pdf_doc_open(bytes, &doc, &at);
	if (fault == PDF_FAULT_NONE)
		fault = pdf_doc_signable(&doc, &at);
	pdf_doc_close(&doc);
	/* Looking at all of it has changed what is in memory. */
	if (fault == PDF_FAULT_NONE)
		fault = pdf_doc_open(bytes, &doc, &at);
	if (fault == PDF_FAULT_NONE)
		fault = pdf_update_make(&doc, &entries, &own->update);
	pdf_doc_close(&doc);
	if (fault != PDF_FAULT_NONE)
		return pdf_complain(file->path, fault, at);
	if (bytes.len + own->update.text.len <= PDF_SIZE_MAX)
		return 0;
	errno = EFBIG;
	return complain_errno(file->path);
}

static int
prepare(struct signing *signing, struct signing_file *file)
{
	struct pdf_text text = { NULL, 0, 0, false };
	const EVP_MD *md = EVP_get_digestbyname(jpki_md_name(file->md));
	struct pdf_bytes bytes;
	struct own *own;
	int code;

	if ((own = file->own = calloc(1, sizeof(*own))) == NULL)
		return complain_code(file->path, JPKI_ERR_MEMORY);
	if ((code = read_file(signing, file, &text)) == 0) {
		bytes = (struct pdf_bytes){ (const uint8_t *)text.data,
			text.len };
		code = make_update(signing, file, bytes);
		if (code == 0 && ((own->md = EVP_MD_CTX_new()) == NULL ||
		    EVP_DigestInit_ex(own->md, md, NULL) != 1 ||
		    EVP_DigestUpdate(own->md, text.data, text.len) != 1))
			code = openssl_complain(NULL);
	}
	free(text.data);
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
	const struct jpki_cert_info *info = jpki_cert_info(signing->cert);
	const char *name = jpki_attributes_item(info->attributes,
	    JPKI_ITEM_NAME);

	return name != NULL && *name != '\0' ? name : info->cn;
}

/* All but Contents. */
static bool
digest(const struct own *own, uint8_t *out)
{
	const struct pdf_update *update = &own->update;
	size_t behind = update->contents + update->contents_len;

	return EVP_DigestUpdate(own->md, update->text.data,
	    update->contents) == 1 &&
	    EVP_DigestUpdate(own->md, update->text.data + behind,
	    update->text.len - behind) == 1 &&
	    EVP_DigestFinal_ex(own->md, out, NULL) == 1;
}

/* In the run: a kilobyte or two are digested, no more. */
static int
build(struct signing *signing, struct signing_file *file)
{
	const struct pdf_job *job = signing->arg;
	struct own *own = file->own;
	uint8_t content[SIGNING_DIGEST_MAX];
	struct cms_order order = {
		.cert = signing->cert, .md = file->md,
		.form = job->profile == PDF_PROFILE_PADES ? CMS_FORM_PADES :
		    CMS_FORM_PLAIN,
		.time = signing->now, .digest = content
	};

	if (cms_draft_room(signing->cert) > ROOM || (job->name == NULL &&
	    !pdf_update_name(&own->update, signer_name(signing)))) {
		complain("%s: there is not enough room for the certificate. "
		    "Give a shorter name with --name",
		    "%s: 証明書が大きすぎます。--name で短い名前を指定して"
		    "ください", file->path);
		return EXIT_FAILURE;
	}
	if (!digest(own, content) ||
	    cms_draft_new(&order, &own->draft) != 0 ||
	    cms_draft_digest(own->draft, file->digest) != 0)
		return openssl_complain(NULL);
	return 0;
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
	EVP_MD_CTX_free(own->md);
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
	.when = SIGNING_WITHIN,
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
	return signer_sign(&job->signing, &job->judge, &pdf_format, paths, n);
}
