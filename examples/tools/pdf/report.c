/* SPDX-License-Identifier: Apache-2.0 */
/*
 * jpki-pdf verify: what is said about the signatures of files.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/message.h"

#include "diff.h"
#include "look.h"
#include "moj.h"
#include "pdf.h"

static const struct change {
	unsigned bit;
	const char *word;	/* in JSON */
	struct text text;
} changes[] = {
	{ PDF_CHANGE_SIGNATURE, "signature", { "a further signature",
	    "別の署名" } },
	{ PDF_CHANGE_PROOF, "proof", { "data for checking signatures",
	    "署名の検証用データ" } },
	{ PDF_CHANGE_METADATA, "metadata", { "title, dates or the like",
	    "題名や日付などの情報" } },
	{ PDF_CHANGE_FORM, "form", { "a form that was filled in",
	    "フォームへの記入" } },
	{ PDF_CHANGE_NOTE, "annotations", { "annotations", "注釈" } },
	{ PDF_CHANGE_PAGE, "pages", { "CHANGED PAGES", "ページの変更" } },
	{ PDF_CHANGE_OTHER, "other", { "OTHER CHANGES", "その他の変更" } },
};
#define COLUMN (2 + JUDGE_COLUMN)

#define N_CHANGES (sizeof(changes) / sizeof(changes[0]))

/* "a further signature, annotations" in memory to be freed. */
static char *
changes_text(unsigned bits)
{
	char *text = NULL;
	size_t i, len;
	FILE *out;

	if ((out = open_memstream(&text, &len)) == NULL)
		return NULL;
	for (i = 0; i < N_CHANGES; i++) {
		if ((bits & changes[i].bit) == 0)
			continue;
		fprintf(out, "%s%s", ftell(out) > 0 ? pick(", ", "、") : "",
		    text_of(changes[i].text));
	}
	if (bits == 0)
		fputs(pick("of unknown kind", "種類は不明"), out);
	fclose(out);
	return text;
}

static void
put_text(const struct layout *layout, const char *label, const char *text)
{
	if (text != NULL)
		layout_pair(layout, 2, COLUMN, label, text);
}

static void
put_cover(const struct layout *layout, const struct pdf_one *one)
{
	const char *label = pick("Covers", "署名の対象");
	char *kinds;

	if (!one->placed) {
		put_text(layout, label, pick("cannot be told", "不明"));
		return;
	}
	if (one->whole) {
		put_text(layout, label, pick("the whole file",
		    "ファイル全体"));
		return;
	}
	if ((kinds = changes_text(one->changes)) == NULL)
		return;
	layout_pairf(layout, 2, COLUMN, label,
	    "the first %zu bytes; %" PRIu64 " bytes were added after it: %s",
	    "先頭の %zu バイト。その後に %" PRIu64 " バイトが付け足されていま"
	    "す：%s", one->range.end, one->added, kinds);
	free(kinds);
}

static void
put_moj(const struct layout *layout, const struct pdf_one *one)
{
	int i;

	for (i = 0; i < PDF_MOJ_N; i++)
		layout_pairf(layout, 2, COLUMN, pdf_moj_name(i),
		    "%s: %s", "%s: %s", pdf_moj_text(i),
		    pdf_met_text(one->moj[i]));
	if (pdf_moj_is_met(one))
		put_text(layout, pick("登記", "登記"), pick(
		    "the requirements that are known are met in form; nobody "
		    "has accepted such a signature yet",
		    "知られている要件を形式上は満たします。この形式の署名が"
		    "受理された実績は、まだありません"));
}

static void
put_one(const struct layout *layout, const struct pdf_look *look,
    size_t i, bool moj)
{
	const struct pdf_one *one = &look->ones[i];
	size_t k;

	layout_pairf(layout, 0, COLUMN, pick("Signature", "署名"),
	    "%zu of %zu", "%zu / %zu", i + 1, look->n);
	put_text(layout, pick("Field", "フィールド"), one->field);
	put_text(layout, pick("Name as written", "記載の名前"), one->name);
	put_text(layout, pick("Reason as written",
	    "記載の理由"), one->reason);
	put_text(layout, pick("Place as written",
	    "記載の場所"), one->location);
	put_cover(layout, one);
	if (one->cms.n == 0)
		judgement_put(one->own, layout, 2);
	for (k = 0; k < one->cms.n; k++)
		judgement_put(one->cms.signers[k].judgement, layout, 2);
	if (moj)
		put_moj(layout, one);
}

static void
put_look(const char *path, const struct pdf_look *look, bool moj)
{
	struct layout layout = layout_of(stdout);
	size_t i;

	layout_pair(&layout, 0, COLUMN, pick("File", "ファイル"), path);
	for (i = 0; i < look->n; i++)
		put_one(&layout, look, i, moj);
	putc('\n', layout.out);
	if (look->n == 0)
		judge_put_unsigned(&layout);
	else
		judge_put_answer(&layout, pdf_look_exit(look));
}

/* ---- The same for programs ---- */

static json_t *
changes_json(const struct pdf_one *one)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < N_CHANGES; i++)
		if ((one->changes & changes[i].bit) != 0)
			json_array_append_new(list,
			    json_string(changes[i].word));
	return list;
}

static json_t *
moj_json(const struct pdf_one *one)
{
	json_t *object = json_object();
	int i;

	for (i = 0; i < PDF_MOJ_N; i++)
		json_object_set_new(object, pdf_moj_name(i),
		    json_string(pdf_met_word(one->moj[i])));
	return object;
}

static json_t *
one_json(const struct pdf_one *one, bool moj)
{
	json_t *signers = json_array(), *object;
	size_t i;

	for (i = 0; i < one->cms.n; i++)
		json_array_append_new(signers,
		    judgement_json(one->cms.signers[i].judgement));
	if (one->cms.n == 0)
		json_array_append_new(signers, judgement_json(one->own));
	object = json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:b, s:o, s:o, "
	    "s:s, s:o}",
	    "field", json_text(one->field),
	    "format", json_text(one->subfilter),
	    "name", json_text(one->name),
	    "reason", json_text(one->reason),
	    "location", json_text(one->location),
	    "time", json_text(one->when),
	    "whole_file", one->whole,
	    "bytes_after", one->placed && !one->whole ?
	    json_integer((json_int_t)one->added) : json_integer(0),
	    "changes", changes_json(one),
	    "answer", judge_word(pdf_one_exit(one)),
	    "signers", signers);
	if (moj && object != NULL)
		json_object_set_new(object, "moj", moj_json(one));
	return object;
}

/* Without a look at it, the file could not be read. */
static json_t *
look_json(const char *path, const struct pdf_look *look, int code, bool moj)
{
	const char *answer = look == NULL ? NULL : look->n == 0 ?
	    JUDGE_UNSIGNED : judge_word(code);
	json_t *list = json_array();
	size_t i;

	for (i = 0; look != NULL && i < look->n; i++)
		json_array_append_new(list, one_json(&look->ones[i], moj));
	return json_pack("{s:o, s:i, s:o, s:o}",
	    "file", json_text(path),
	    "exit", code,
	    "answer", json_text(answer),
	    "signatures", list);
}

/* ---- The command ---- */

static int
verify_file(const struct pdf_job *job, const char *path, json_t *list)
{
	bool moj = job->profile == PDF_PROFILE_MOJ, looked = false;
	struct pdf_look look = { .n = 0 };
	struct pdf_bytes bytes;
	uint8_t *data = NULL;
	int code;

	if ((code = pdf_read(path, &data, &bytes)) == 0 &&
	    (code = pdf_look(&job->judge, path, bytes, moj, &look)) == 0) {
		looked = true;
		code = pdf_look_exit(&look);
	}
	if (list != NULL)
		json_array_append_new(list, look_json(path, looked ? &look :
		    NULL, code, moj));
	else if (looked && !job->signing.quiet)
		put_look(path, &look, moj);
	pdf_look_free(&look);
	free(data);
	return code;
}

/* The worst of all: what could not be looked at is not fine either. */
static int
worse(int a, int b)
{
	if (a <= JUDGE_OPEN && b <= JUDGE_OPEN)
		return judge_worst(a, b);
	return a == 0 || a == b ? b : b == 0 ? a : EXIT_FAILURE;
}

int
pdf_verify(struct pdf_job *job, char *const *paths, size_t n)
{
	json_t *list = job->signing.args.json ? json_array() : NULL;
	int code, printed;
	size_t i;

	if ((code = judge_open(&job->judge, job->signing.ctx)) != 0) {
		judge_close(&job->judge);
		return code;
	}
	for (i = 0; i < n; i++) {
		if (i > 0 && list == NULL && !job->signing.quiet)
			putchar('\n');
		code = worse(code, verify_file(job, paths[i], list));
	}
	judge_close(&job->judge);
	if (list == NULL)
		return message_finish(code);
	printed = json_print(json_pack("{s:o}", "files", list));
	return printed != EXIT_SUCCESS ? printed : code;
}
