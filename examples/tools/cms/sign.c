/* SPDX-License-Identifier: Apache-2.0 */
/*
 * jpki-cms sign: FILE.p7s beside each file, or with the content in it
 * FILE.p7m.
 */
#include <stdio.h>

#include "document.h"
#include "stamp.h"

static char *
name(const struct signing *signing, const struct signing_file *file)
{
	const struct cms_job *job = signing->arg;
	char *out;

	return asprintf(&out, "%s%s", file->path, job->enclose ? ".p7m" :
	    ".p7s") != -1 ? out : NULL;
}

static int
prepare(struct signing *signing, struct signing_file *file)
{
	const struct cms_job *job = signing->arg;
	struct document *document;
	int code;

	if ((file->own = document = calloc(1, sizeof(*document))) == NULL)
		return complain_code(file->path, JPKI_ERR_MEMORY);
	document->pem = job->pem;
	document->enclose = job->enclose;
	if ((code = stamp_clash(job, file->path, file->out)) != 0)
		return code;
	return document_digest(signing, file);
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

int
cms_run(struct cms_job *job, const struct signing_format *how,
    char *const *files, size_t n)
{
	int code;

	if ((code = stamp_usage(job, n)) != 0)
		return code;
	code = signer_sign(&job->signing, &job->judge, how, files, n);
	return code != 0 ? code : stamp_query(job);
}

int
cms_sign(void *arg)
{
	struct cms_job *job = arg;
	struct args *args = &job->signing.args;

	if (args->n_operands < 2)
		return usage_error("Which files are to be signed?",
		    "署名するファイルを指定してください。");
	return cms_run(job, &format, args->operands + 1,
	    (size_t)args->n_operands - 1);
}
