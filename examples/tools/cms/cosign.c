/* SPDX-License-Identifier: Apache-2.0 */
/*
 * jpki-cms cosign: one more signer in a signature that is there. Never blind:
 * the content is digested, and has to be what the others signed.
 */
#include <stdlib.h>
#include <string.h>

#include <openssl/cms.h>
#include <openssl/err.h>

#include "check.h"
#include "common/cms_read.h"
#include "common/message.h"
#include "document.h"
#include "stamp.h"

/* The signature that a content belongs to. */
static const char *
base_of(const struct signing *signing, const struct signing_file *file)
{
	const struct cms_job *job = signing->arg;

	return job->bases[2 * (file - signing->files)];
}

/* The new signature takes the old one's place: the others' are in it. */
static char *
name(const struct signing *signing, const struct signing_file *file)
{
	return strdup(base_of(signing, file));
}

static enum jpki_md
known_digest(const X509_ALGOR *algorithm)
{
	const ASN1_OBJECT *name;

	X509_ALGOR_get0(&name, NULL, NULL, algorithm);
	switch (OBJ_obj2nid(name)) {
	case NID_sha256:
		return JPKI_MD_SHA256;
	case NID_sha384:
		return JPKI_MD_SHA384;
	case NID_sha512:
		return JPKI_MD_SHA512;
	default:
		return 0;
	}
}

/* Whether one more signer with a certificate can be checked in the end. */
static bool
has_room(CMS_ContentInfo *cms, int n_signers)
{
	STACK_OF(X509) *certs = CMS_get1_certs(cms);
	bool room = n_signers < CMS_SIGNERS_MAX &&
	    sk_X509_num(certs) < CMS_CERTS_MAX;

	sk_X509_pop_free(certs, X509_free);
	return room;
}

/* The others' digest, the first that the card's key may sign; many programs
 * make only one pass over the content. 0, or EX_DATAERR after a message. */
static int
choose_digest(const struct base *base, struct signing_file *file)
{
	const uint8_t *p = base->cms;
	CMS_ContentInfo *cms = d2i_CMS_ContentInfo(NULL, &p,
	    (long)base->len);
	STACK_OF(CMS_SignerInfo) *signers = cms != NULL ?
	    CMS_get0_SignerInfos(cms) : NULL;
	int i, n = signers != NULL ? sk_CMS_SignerInfo_num(signers) : 0;
	X509_ALGOR *algorithm;
	enum jpki_md md = 0;
	bool room = n > 0 && has_room(cms, n);

	for (i = 0; md == 0 && i < n; i++) {
		CMS_SignerInfo_get0_algs(sk_CMS_SignerInfo_value(signers, i),
		    NULL, NULL, &algorithm, NULL);
		md = known_digest(algorithm);
	}
	if (md != 0)
		file->md = md;
	CMS_ContentInfo_free(cms);
	ERR_clear_error();
	if (room)
		return 0;
	if (n > 0)
		complain("%s: it has as many signers or certificates as can "
		    "be checked", "%s: 署名者か証明書の数が、検証できる上限に"
		    "達しています", base->path);
	else
		complain("%s: nobody has signed this, or it is no CMS "
		    "signature; sign makes a new one", "%s: だれの署名も"
		    "入っていないか、CMS の署名ではありません。新しい署名は "
		    "sign で作れます", base->path);
	return EX_DATAERR;
}

static int
prepare(struct signing *signing, struct signing_file *file)
{
	const struct cms_job *job = signing->arg;
	const char *path = base_of(signing, file);
	struct document *document;
	int code;

	if ((file->own = document = calloc(1, sizeof(*document))) == NULL)
		return complain_code(file->path, JPKI_ERR_MEMORY);
	if ((code = stamp_clash(job, file->path, file->out)) != 0)
		return code;
	code = base_read(path, &document->base);
	document->pem = document->base.pem || job->pem;
	document->enclose = document->base.enclosed;
	if (code == 0)
		code = choose_digest(&document->base, file);
	if (code == 0)
		code = document_digest(signing, file);
	return code != 0 ? code : check_signature(signing, file,
	    CHECK_EARLIER, path, file->path);
}

static const struct signing_format format = {
	.when = SIGNING_WITHIN,
	.name = name,
	.prepare = prepare,
	.build = document_build,
	.finish = document_finish,
	.check = document_check,
	.release = document_release,
	.describe = document_describe,
};

/* SIGNATURE CONTENT SIGNATURE CONTENT ... */
int
cms_cosign(void *arg)
{
	struct cms_job *job = arg;
	struct signing *signing = &job->signing;
	size_t i, n = (size_t)signing->args.n_operands / 2;
	char **contents;
	int code;

	if (n == 0 || signing->args.n_operands % 2 == 0)
		return usage_error("cosign takes a signature and the content "
		    "that it is of.", "cosign には、署名ファイルとその元の"
		    "ファイルを指定してください。");
	if (job->enclose)
		return usage_error("--enclose goes with sign.",
		    "--enclose は sign のときに使います。");
	if ((contents = calloc(n, sizeof(*contents))) == NULL)
		return complain_code(NULL, JPKI_ERR_MEMORY);
	job->bases = signing->args.operands + 1;
	for (i = 0; i < n; i++)
		contents[i] = signing->args.operands[2 * i + 2];
	code = cms_run(job, &format, contents, n);
	free(contents);
	return code;
}
