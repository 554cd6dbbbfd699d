/* SPDX-License-Identifier: Apache-2.0 */
/*
 * jpki-xml verify: the report on a document's signatures.
 */
#include <errno.h>
#include <string.h>

#include "check.h"
#include "common/message.h"
#include "xml.h"

static const char *
tested_text(enum jpki_tested tested)
{
	switch (tested) {
	case JPKI_TESTED_RIGHT:
		return pick("unchanged", "変更なし");
	case JPKI_TESTED_WRONG:
		return pick("CHANGED", "変更あり");
	case JPKI_TESTED_NOT:
		break;
	}
	return pick("NOT CHECKED", "未確認");
}

static void
put_covered(const struct layout *layout, const struct checked *checked)
{
	const char *label = pick("Covers", "署名の対象");
	const struct covered *c = checked->covered;
	size_t n;

	for (n = checked->n_covered; n > 0; n--, c++) {
		if (c->what == NULL)
			continue;
		layout_pairf(layout, 0, JUDGE_COLUMN, label,
		    "%s %s: %s%s%s%s", "%s %s：%s%s%s%s",
		    c->is_file ? pick("file", "ファイル") :
		    strcmp(c->what, "/") == 0 ?
		    pick("the whole document", "文書全体") :
		    pick("element", "要素"), c->what,
		    tested_text(c->unchanged), c->digest == NULL ? "" :
		    pick(" (", "（"), c->digest == NULL ? "" : c->digest,
		    c->digest == NULL ? "" : pick(")", "）"));
		label = "";
	}
}

static void
put_answer(const struct layout *layout, const char *path,
    const struct answer *answer)
{
	const struct checked *checked = answer->signatures;
	size_t i;

	if (answer->is_unsigned) {
		layout_pair(layout, 0, JUDGE_COLUMN, pick("File",
		    "ファイル"), path);
		judge_put_unsigned(layout);
		return;
	}
	for (i = 0; i < answer->n; i++, checked++) {
		layout_pairf(layout, 0, JUDGE_COLUMN, pick("File",
		    "ファイル"), answer->n > 1 ? "%s (signature %zu of %zu)" :
		    "%s", answer->n > 1 ? "%s（署名 %zu/%zu）" : "%s", path,
		    i + 1, answer->n);
		if (answer->profile != 0)
			layout_pair(layout, 0, JUDGE_COLUMN, pick("Profile",
			    "プロファイル"),
			    profile_words[answer->profile - 1]);
		put_covered(layout, checked);
		if (answer->outside != NULL)
			layout_pair(layout, 0, JUDGE_COLUMN,
			    pick("Does not cover", "署名の対象外"),
			    answer->outside);
		judgement_put(checked->judgement, layout, 0);
		putc('\n', layout->out);
	}
	judge_put_answer(layout, answer_exit(answer));
}

static json_t *
covered_json(const struct checked *checked)
{
	const struct covered *c = checked->covered;
	json_t *list = json_array();
	size_t n;

	for (n = checked->n_covered; n > 0; n--, c++)
		if (c->what != NULL)
			json_array_append_new(list, json_pack(
			    "{s:o, s:s?, s:s}",
			    c->is_file ? "file" : "element",
			    json_text(c->what), "digest", c->digest, "content",
			    c->unchanged == JPKI_TESTED_RIGHT ? "unchanged" :
			    c->unchanged == JPKI_TESTED_WRONG ? "changed" :
			    "not-checked"));
	return list;
}

static int
print_json(const char *path, const struct answer *answer)
{
	json_t *signatures = json_array();
	size_t i;

	for (i = 0; i < answer->n; i++)
		json_array_append_new(signatures, json_with(
		    judgement_json(answer->signatures[i].judgement),
		    json_pack("{s:o}", "covers",
		    covered_json(&answer->signatures[i]))));
	return json_print(json_pack("{s:o, s:s?, s:s, s:i, s:o, s:o}",
	    "file", json_text(path),
	    "profile", answer->profile != 0 ?
	    profile_words[answer->profile - 1] : NULL,
	    "result", answer->is_unsigned ? JUDGE_UNSIGNED :
	    judge_word(answer_exit(answer)),
	    "exit", answer_exit(answer),
	    "not_covered", json_text(answer->outside),
	    "signatures", signatures));
}

static int
report(const struct request *request, const char *path,
    const struct answer *answer)
{
	struct layout layout = layout_of(stdout);

	if (request->signing.args.json)
		return print_json(path, answer);
	if (!request->signing.quiet)
		put_answer(&layout, path, answer);
	return message_finish(EXIT_SUCCESS);
}

static int
check_file(const struct request *request, const char *path,
    const char *content)
{
	struct question question = {
		.judge = &request->judge, .path = path,
		.profile = request->profile, .id = request->id,
		.content = content
	};
	struct answer answer = { 0 };
	uint8_t *data;
	int code;

	if (file_read(path, DOCUMENT_MAX, &data, &question.len) != 0) {
		if (errno != EFBIG)
			return complain_errno(path);
		complain("%s: it is larger than %d MB",
		    "%s: %d MB を超えています", path, DOCUMENT_MAX >> 20);
		return EX_DATAERR;
	}
	question.data = data;
	if (!check_is_xml(data, question.len)) {
		complain("%s: it is no XML document",
		    "%s: XML 文書ではありません", path);
		code = EX_DATAERR;
	} else if ((code = check_document(&question, &answer)) == 0 &&
	    (code = report(request, path, &answer)) == 0)
		code = answer_exit(&answer);
	answer_free(&answer);
	free(data);
	return code;
}

int
xml_verify(struct request *request, const char *path, const char *content)
{
	int code;

	json_wipe_memory();	/* the holder's name and address */
	code = judge_open(&request->judge, request->signing.ctx);
	if (code == 0)
		code = check_file(request, path, content);
	judge_close(&request->judge);
	return code;
}
