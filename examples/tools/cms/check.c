/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A look at signatures, by the program's own verify; see check.h.
 */
#include <errno.h>
#include <unistd.h>

#include <openssl/x509.h>

#include "check.h"
#include "common/cms_read.h"
#include "document.h"

/* A file that is read, with what is done of it shown. */
struct looking {
	struct signing *signing;
	struct signing_file *file;
	int fd;
	uint64_t done, all;
};

static ssize_t
look(void *arg, void *buf, size_t size)
{
	struct looking *looking = arg;
	ssize_t n;

	if (file_interrupted()) {
		errno = ECANCELED;
		return -1;
	}
	if ((n = read(looking->fd, buf, size)) > 0) {
		looking->done += (uint64_t)n;
		signing_progress(looking->signing, looking->file,
		    looking->done, looking->all);
	}
	return n;
}

/* Whether a certificate is that of the card. */
static bool
is_ours(const struct signing *signing, const X509 *cert)
{
	const struct cms_job *job = signing->arg;
	const uint8_t *der;
	X509 *own;
	size_t len;
	bool same;

	if (signing->cert == NULL || cert == NULL)
		return false;
	der = jpki_cert_der(signing->cert, &len);
	own = X509_new_ex(job->judge.libctx, NULL);
	same = own != NULL && d2i_X509(&own, &der, (long)len) != NULL &&
	    X509_cmp(own, cert) == 0;
	X509_free(own);
	return same;
}

/*
 * What is wrong with one signer: the worst that counts. Another signer's
 * certificate may be missing, or its algorithm unknown, as long as the content
 * is what was signed.
 */
enum wrong {
	NOTHING, CANNOT_SAY, BROKEN, CONTENT
};

static enum wrong
look_at_signer(const struct signing *signing, const struct cms_signer *signer)
{
	const struct jpki_review *review =
	    judgement_review(signer->judgement);

	if (jpki_review_content(review) == JPKI_TESTED_WRONG)
		return CONTENT;
	if (jpki_review_signature(review) == JPKI_TESTED_WRONG)
		return BROKEN;
	if (jpki_review_content(review) == JPKI_TESTED_NOT)
		return CANNOT_SAY;
	if (jpki_review_signature(review) == JPKI_TESTED_NOT &&
	    is_ours(signing, signer->cert))
		return CANNOT_SAY;
	return NOTHING;
}

static int
tell_new(const struct signing_file *file, enum wrong wrong)
{
	if (wrong == CONTENT)
		complain("%s: changed while it was being signed",
		    "%s: 署名している間に内容が変わりました", file->path);
	else
		complain("%s: the new signature does not pass the check and "
		    "is not kept", "%s: 作った署名が検証に通らないため、"
		    "保存していません", file->path);
	return EXIT_FAILURE;
}

static int
tell_earlier(const struct signing_file *file, enum wrong wrong)
{
	const struct document *document = file->own;

	if (wrong == CONTENT)
		complain("%s: not what was signed in %s, or changed since",
		    "%s: %s で署名されたものではないか、署名の後に変わって"
		    "います", file->path, document->base.path);
	else if (wrong == BROKEN)
		complain("%s: an earlier signature in it does not fit",
		    "%s: 前の署名が正しくありません", document->base.path);
	else
		complain("%s: an earlier signature in it cannot be checked "
		    "against %s", "%s: 前の署名と %s を照合できません",
		    document->base.path, file->path);
	return EX_DATAERR;
}

static int
check_open(struct signing *signing, struct signing_file *file,
    enum check_what what, const struct cms_question *question)
{
	const struct cms_job *job = signing->arg;
	struct cms_answer answer;
	enum wrong worst = NOTHING, wrong;
	size_t i;
	int code;

	code = cms_read(&job->judge, question, &answer);
	signing_progress_end();
	for (i = 0; code == 0 && i < answer.n; i++) {
		wrong = answer.broken ? CANNOT_SAY :
		    look_at_signer(signing, &answer.signers[i]);
		if (wrong > worst)
			worst = wrong;
	}
	if (code == 0 && worst != NOTHING)
		code = what == CHECK_NEW ? tell_new(file, worst) :
		    tell_earlier(file, worst);
	cms_answer_free(&answer);
	return code;
}

int
check_signature(struct signing *signing, struct signing_file *file,
    enum check_what what, const char *cms, const char *content)
{
	struct looking large = { signing, file, -1, 0, file->size };
	struct looking small = large;
	struct cms_source sources[] = {
		{ look, &small, what == CHECK_NEW ? file->out : cms },
		{ look, &large, content }
	};
	struct cms_question question = {
		.cms = &sources[0],
		.content = content != NULL ? &sources[1] : NULL
	};
	int code;

	if ((small.fd = file_open(cms)) == -1)
		return complain_errno(cms);
	if (content != NULL && (large.fd = file_open(content)) == -1)
		code = complain_errno(content);
	else
		code = check_open(signing, file, what, &question);
	close(small.fd);
	if (large.fd != -1)
		close(large.fd);
	return code;
}

int
check_stamped(const struct cms_job *job, const char *path,
    const struct file_output *out)
{
	int fd = out->fd;
	struct cms_source source = cms_source_fd(&fd, path);
	struct cms_question question = { .cms = &source };
	const struct jpki_review *review;
	struct cms_answer answer;
	bool bad = false;
	size_t i;
	int code;

	if (lseek(fd, 0, SEEK_SET) != 0)
		return complain_errno(path);
	code = cms_read(&job->judge, &question, &answer);
	for (i = 0; code == 0 && i < answer.n; i++) {
		review = judgement_review(answer.signers[i].judgement);
		bad = bad || answer.broken ||
		    jpki_review_content(review) == JPKI_TESTED_WRONG ||
		    jpki_review_stamp(review) == JPKI_TESTED_WRONG;
	}
	cms_answer_free(&answer);
	if (!bad)
		return code;
	complain("%s: with this time stamp the signature would not pass the "
	    "check; it is as it was", "%s: このタイムスタンプを付けると検証に"
	    "通らなくなります。元のまま残しました", path);
	return EX_DATAERR;
}
