/* SPDX-License-Identifier: Apache-2.0 */
/*
 * verify: what can be said about a signature, one thing at a time.
 */
#include <errno.h>
#include <unistd.h>

#include <sys/stat.h>

#include "cms.h"
#include "common/cms_read.h"
#include "common/message.h"

struct verify {
	struct cms_job *job;
	const char *path, *content;	/* NULL: none was named */
	struct signing_file file;	/* for the line that tells how far */
	uint64_t done, all;		/* bytes of both */
	struct cms_answer answer;
};

/* One of the two, while it is read. */
struct reading {
	struct verify *v;
	int fd;				/* -1: it was not named */
};

static ssize_t
read_some(void *arg, void *buf, size_t size)
{
	struct reading *reading = arg;
	struct verify *v = reading->v;
	ssize_t n;

	do
		n = read(reading->fd, buf, size);
	while (n == -1 && errno == EINTR);
	if (n > 0 && v->all > 0) {
		v->done += (uint64_t)n;
		signing_progress(&v->job->signing, &v->file, v->done, v->all);
	}
	return n;
}

/* How much there is to read, as far as files tell. */
static void
add_size(struct reading *reading)
{
	struct stat st;

	if (reading->fd != -1 && fstat(reading->fd, &st) == 0 &&
	    S_ISREG(st.st_mode))
		reading->v->all += (uint64_t)st.st_size;
}

static void
put_text(const struct verify *v)
{
	const struct layout layout = layout_of(stdout);
	size_t i, n = v->answer.n;

	if (v->answer.is_unsigned) {
		layout_paragraph(&layout, 0, v->path);
		judge_put_unsigned(&layout);
		return;
	}
	for (i = 0; i < n; i++) {
		if (n > 1)
			layout_pairf(&layout, 0, JUDGE_COLUMN, v->path,
			    "signature %zu of %zu",
			    "%zu つめの署名（全部で %zu）", i + 1, n);
		else
			layout_paragraph(&layout, 0, v->path);
		judgement_put(v->answer.signers[i].judgement, &layout, 2);
		putchar('\n');
	}
	if (!v->answer.broken && !v->answer.enclosed && v->content == NULL)
		layout_paragraph(&layout, 0, pick("The content is not in the "
		    "signature; name its file, too: jpki-cms verify "
		    "SIGNATURE CONTENT.",
		    "署名の中に元のデータがありません。元のファイルも指定して"
		    "ください（jpki-cms verify 署名ファイル 元のファイル）。"));
	judge_put_answer(&layout, cms_answer_exit(&v->answer));
}

static json_t *
signatures_json(const struct cms_answer *answer)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < answer->n; i++)
		json_array_append_new(list,
		    judgement_json(answer->signers[i].judgement));
	return list;
}

static int
put_json(const struct verify *v)
{
	return json_print(json_pack("{s:o, s:o, s:s, s:b, s:o}",
	    "signature", json_text(v->path),
	    "content", json_text(v->content),
	    "answer", v->answer.is_unsigned ? JUDGE_UNSIGNED :
	    judge_word(cms_answer_exit(&v->answer)),
	    "enclosed", v->answer.enclosed,
	    "signatures", signatures_json(&v->answer)));
}

static int
verify_open(struct verify *v, struct reading *cms, struct reading *content)
{
	struct cms_source cms_source = { read_some, cms, v->path };
	struct cms_source content_source = { read_some, content, v->content };
	struct cms_question question = {
		.cms = &cms_source,
		.content = content->fd != -1 ? &content_source : NULL,
		.padded = true	/* as it came out of a PDF */
	};
	int code;

	v->job->signing.files = &v->file;
	v->job->signing.n_files = 1;
	add_size(cms);
	add_size(content);
	code = cms_read(&v->job->judge, &question, &v->answer);
	signing_progress_end();
	if (code == 0 && v->job->signing.args.json)
		code = put_json(v);
	else if (code == 0 && !v->job->signing.quiet)
		put_text(v);
	if (code == 0)
		code = message_finish(cms_answer_exit(&v->answer));
	cms_answer_free(&v->answer);
	return code;
}

static int
verify_files(struct verify *v)
{
	struct reading cms = { v, file_open(v->path) }, content = { v, -1 };
	int code;

	if (cms.fd == -1)
		return complain_errno(v->path);
	if (v->content != NULL && (content.fd = file_open(v->content)) == -1)
		code = complain_errno(v->content);
	else
		code = verify_open(v, &cms, &content);
	close(cms.fd);
	if (content.fd != -1)
		close(content.fd);
	return code;
}

int
cms_verify(void *arg)
{
	struct cms_job *job = arg;
	const struct args *args = &job->signing.args;
	struct verify v = { .job = job };
	int code;

	if (args->n_operands < 2)
		return usage_error("Which signature is to be verified?",
		    "検証する署名ファイルを指定してください。");
	if (args->n_operands > 3)
		return options_too_many();
	v.path = args->operands[1];
	if (args->n_operands == 3)
		v.content = args->operands[2];
	/* Names and addresses of people pass there. */
	if (args->json)
		json_wipe_memory();
	if ((code = judge_open(&job->judge, job->signing.ctx)) == 0)
		code = verify_files(&v);
	judge_close(&job->judge);
	return code;
}
