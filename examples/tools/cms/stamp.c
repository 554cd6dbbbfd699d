/* SPDX-License-Identifier: Apache-2.0 */
/*
 * jpki-cms stamp, and queries for time stamps after signing. The way to the
 * authority is somebody else's: a file goes there, a file comes back.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <sys/stat.h>

#include <openssl/crypto.h>

#include "base.h"
#include "check.h"
#include "common/openssl.h"
#include "enclose.h"
#include "stamp.h"
#include "token.h"
#include "write.h"

#define REPLY_MAX (1024 * 1024)

int
stamp_usage(const struct cms_job *job, size_t n)
{
	if (job->reply != NULL)
		return usage_error("--timestamp-reply goes with stamp.",
		    "--timestamp-reply は stamp のときに使います。");
	if (job->query == NULL)
		return 0;
	if (n > 1)
		return usage_error("--timestamp-query goes with one file.",
		    "--timestamp-query を使えるのは、ファイルが 1 つのとき"
		    "だけです。");
	return file_check_place(job->query) == 0 ? 0 :
	    complain_place(job->query);
}

static bool
is_same(const char *a, const char *b)
{
	struct stat x, y;

	if (strcmp(a, b) == 0)
		return true;
	return stat(a, &x) == 0 && stat(b, &y) == 0 &&
	    x.st_dev == y.st_dev && x.st_ino == y.st_ino;
}

int
stamp_clash(const struct cms_job *job, const char *content,
    const char *signature)
{
	if (job->query == NULL || (!is_same(job->query, content) &&
	    !is_same(job->query, signature)))
		return 0;
	complain("%s: the query for a time stamp would replace it",
	    "%s: タイムスタンプ局への要求で上書きされます", job->query);
	return EXIT_FAILURE;
}

/* What went wrong with the signature or the reply. */
static int
told(const struct cms_job *job, const char *path, enum token_result r)
{
	switch (r) {
	case TOKEN_OK:
		return 0;
	case TOKEN_OPENSSL:
		return openssl_complain(NULL);
	case TOKEN_NOT_CMS:
		complain("%s: not a CMS signature", "%s: CMS の署名では"
		    "ありません", path);
		return EX_DATAERR;
	case TOKEN_ALL_STAMPED:
		complain("%s: every signature in it has a time stamp already",
		    "%s: どの署名にも、すでにタイムスタンプが付いています",
		    path);
		return EX_DATAERR;
	case TOKEN_NOT_REPLY:
		complain("%s: not the reply of a time stamp authority "
		    "(RFC 3161)", "%s: タイムスタンプ局の応答（RFC 3161）では"
		    "ありません", job->reply);
		return EX_DATAERR;
	case TOKEN_REFUSED:
		complain("%s: the time stamp authority refused; ask it again "
		    "with a new query", "%s: タイムスタンプ局が発行を拒否"
		    "しました。新しい要求でもう一度依頼してください",
		    job->reply);
		return EX_DATAERR;
	case TOKEN_OTHER:
		complain("%s: the time stamp is of another signature than %s",
		    "%s: %s の署名に対するタイムスタンプではありません",
		    job->reply, path);
		return EX_DATAERR;
	}
	return EXIT_FAILURE;
}

static int
write_query(const struct cms_job *job, uint8_t *query, size_t len)
{
	int code = file_write(job->query, query, len) == 0 ? 0 :
	    complain_errno(job->query);

	OPENSSL_free(query);
	return code;
}

int
stamp_query(const struct cms_job *job)
{
	uint8_t *query;
	size_t len;

	if (job->query == NULL)
		return 0;
	if (token_query(job->sig, job->sig_len, &query, &len) != TOKEN_OK)
		return openssl_complain(NULL);
	return write_query(job, query, len);
}

/* The whole signature, its content copied from the old one. */
static int
put_parts(const struct base *base, struct writer *writer, const uint8_t *der,
    size_t len)
{
	struct enclosure around;

	if (!base->enclosed)
		return writer_put(writer, der, len);
	if (enclose(der, len, base->content_length, &around) != 0) {
		errno = EINVAL;
		return -1;
	}
	if (writer_put(writer, around.head, around.head_len) != 0 ||
	    base_copy_content(base, writer) != 0)
		return -1;
	return writer_put(writer, around.tail, around.tail_len);
}

/* The new signature takes the place of the old one, in its form. */
static int
put_back(const struct cms_job *job, const struct base *base,
    const uint8_t *der, size_t len)
{
	const char *place = job->signing.out != NULL ? job->signing.out :
	    base->path;
	struct file_output out;
	struct writer writer;
	mode_t mode = 0666;
	struct stat st;
	int code = 0, r;

	if (stat(base->path, &st) == 0)
		mode = st.st_mode & 0666;
	if (file_begin(&out, place) != 0)
		return complain_place(place);
	r = writer_begin(&writer, &out, base->pem || job->pem);
	if (r == 0)
		r = put_parts(base, &writer, der, len);
	if (writer_end(&writer) != 0 || r != 0)
		code = complain_errno(place);
	if (code == 0)
		code = check_stamped(job, place, &out);
	if (code != 0)
		file_abandon(&out);
	else if (file_end(&out, place, mode) != 0)
		code = complain_errno(place);
	return code;
}

static int
add_reply(const struct cms_job *job, const struct base *base)
{
	uint8_t *reply, *der;
	size_t reply_len, len;
	int code;

	if (file_read(job->reply, REPLY_MAX, &reply, &reply_len) != 0)
		return complain_errno(job->reply);
	if ((code = told(job, base->path, token_add(base->cms, base->len,
	    reply, reply_len, &der, &len))) == 0)
		code = put_back(job, base, der, len);
	OPENSSL_free(der);
	free(reply);
	return code;
}

static int
ask(const struct cms_job *job, const struct base *base)
{
	uint8_t *query;
	size_t len;
	int code;

	if ((code = told(job, base->path, token_query_cms(base->cms,
	    base->len, &query, &len))) != 0)
		return code;
	return write_query(job, query, len);
}

int
cms_stamp(void *arg)
{
	struct cms_job *job = arg;
	const char *path = job->signing.args.operands[1];
	struct base base;
	int code;

	if (path == NULL)
		return usage_error("Which signature is to be stamped?",
		    "タイムスタンプを付ける署名ファイルを指定してください。");
	if (job->signing.args.n_operands > 2)
		return options_too_many();
	if ((job->query == NULL) == (job->reply == NULL))
		return usage_error("stamp takes --timestamp-query or "
		    "--timestamp-reply.", "stamp には --timestamp-query か "
		    "--timestamp-reply を付けてください。");
	if (job->query != NULL && file_check_place(job->query) != 0)
		return complain_place(job->query);
	if ((code = stamp_clash(job, path, path)) != 0)
		return code;
	if ((code = base_read(path, &base)) == 0 &&
	    (code = judge_open(&job->judge, job->signing.ctx)) == 0)
		code = job->reply != NULL ? add_reply(job, &base) :
		    ask(job, &base);
	judge_close(&job->judge);
	base_free(&base);
	return code;
}
