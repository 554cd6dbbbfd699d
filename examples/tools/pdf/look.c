/* SPDX-License-Identifier: Apache-2.0 */
/*
 * All that is said about the signatures of a file; see look.h.
 */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/cms.h>
#include <openssl/err.h>

#include "common/message.h"

#include "diff.h"
#include "entries.h"
#include "look.h"
#include "moj.h"
#include "view.h"

#define DER_OCTET_STRING 0x04
#define DER_SEQUENCE 0x30
#define ONES_MAX 500	/* each costs a look at the whole file */

/* ---- What each is worth ---- */

/* Reads the two stretches of a signature one after the other. */
struct stretches {
	struct pdf_bytes bytes;
	const struct pdf_range *range;
	int part;
	size_t at;		/* in the part */
};

static ssize_t
read_stretches(void *arg, void *buf, size_t size)
{
	struct stretches *s = arg;
	const struct pdf_span *span;
	size_t n;

	for (; s->part < 2; s->part++, s->at = 0) {
		span = &s->range->parts[s->part];
		if ((n = span->len - s->at) == 0)
			continue;
		if (n > size)
			n = size;
		memcpy(buf, s->bytes.data + span->at + s->at, n);
		s->at += n;
		return (ssize_t)n;
	}
	return 0;
}

/* A judgement that knows of no signature: for what is wrong before one. */
static int
judge_nothing(const struct pdf_view *view, struct pdf_one *one)
{
	struct judge_facts facts = { .content = JPKI_TESTED_NOT };

	one->cms.n = 0;
	return judge_signature(view->judge, &facts, &one->own);
}

static int
read_cms(struct pdf_view *view, struct pdf_one *one)
{
	struct pdf_bytes bytes = view->look->bytes;
	struct stretches stretches = { bytes, &one->range, 0, 0 };
	struct cms_source content = { read_stretches, &stretches, view->path };
	struct cms_memory memory;
	struct cms_source cms = cms_source_memory(&memory, view->path);
	struct cms_question question = { .cms = &cms, .content = &content,
		.padded = true, .der_only = true,
		.has_claimed = one->has_time, .claimed = one->time };
	uint8_t *der;
	int code;

	if ((der = pdf_range_contents(bytes, one->dict, &memory.len)) == NULL)
		return complain_code(view->path, JPKI_ERR_MEMORY);
	memory.data = der;
	if (memory.len < 2 || *der != DER_SEQUENCE)
		code = EX_DATAERR;
	else
		code = cms_read(view->judge, &question, &one->cms);
	free(der);
	if (code != EX_DATAERR)
		return code;
	one->no_cms = true;
	cms_answer_free(&one->cms);
	return judge_nothing(view, one);
}

/* The formats that are not a CMS over the bytes. */
static bool
is_other_format(const struct pdf_one *one)
{
	return one->is_stamp || (one->subfilter != NULL &&
	    (strcmp(one->subfilter, "adbe.pkcs7.sha1") == 0 ||
	    strcmp(one->subfilter, "adbe.x509.rsa_sha1") == 0));
}

/* Whether Contents is of such a format: a CMS with something inside, or the
 * bare signature. Else the format was changed, so that nobody looks at it. */
static bool
fits_other_format(const struct pdf_view *view, const struct pdf_one *one)
{
	CMS_ContentInfo *cms = NULL;
	ASN1_OCTET_STRING **inside;
	const uint8_t *at;
	uint8_t *der;
	size_t len;
	bool fits;

	if (!one->placed || (der = pdf_range_contents(view->look->bytes,
	    one->dict, &len)) == NULL)
		return false;
	at = der;
	fits = len > 0 && *der == DER_OCTET_STRING && !one->is_stamp;
	if (!fits && len <= LONG_MAX &&
	    (cms = d2i_CMS_ContentInfo(NULL, &at, (long)len)) != NULL)
		fits = (inside = CMS_get0_content(cms)) != NULL &&
		    *inside != NULL;
	ERR_clear_error();
	CMS_ContentInfo_free(cms);
	free(der);
	return fits;
}

static void
say_format(const struct pdf_view *view, struct pdf_one *one)
{
	struct judgement *j = one->judgement;

	if (is_other_format(one) && !fits_other_format(view, one))
		judgement_add(j, JUDGE_WRONG, "subfilter",
		    "its format (SubFilter) is not that of what is in it",
		    "署名の形式（SubFilter）が中身と合いません");
	else if (one->is_stamp)
		judgement_add(j, JUDGE_UNKNOWN, "document-stamp",
		    "it is a time stamp of the document, which is not checked",
		    "文書のタイムスタンプで、確認していません");
	else if (is_other_format(one))
		judgement_add(j, JUDGE_UNKNOWN, "old-format",
		    "it is made in an old format with SHA-1, which is not "
		    "checked", "SHA-1 を使う古い形式で、確認していません");
	else if (one->subfilter == NULL ||
	    (strcmp(one->subfilter, "adbe.pkcs7.detached") != 0 &&
	    strcmp(one->subfilter, "ETSI.CAdES.detached") != 0))
		judgement_add(j, JUDGE_WRONG, "subfilter",
		    "its format (SubFilter) is missing or unknown",
		    "署名の形式（SubFilter）がないか、知られていません");
}

static void
say_problem(struct pdf_one *one, const struct pdf_problem *problem)
{
	if (problem->code != NULL)
		judgement_add(one->judgement, JUDGE_WRONG, problem->code,
		    "%s", "%s", text_of(problem->text));
}

/* Where it was found. */
static void
say_place(const struct pdf_view *view, struct pdf_one *one)
{
	if (one->packed)
		judgement_add(one->judgement, JUDGE_WRONG, "compressed",
		    "it is in a compressed part of the file, where nothing "
		    "can be signed", "圧縮された部分にあり、署名になりません");
	else if (one->dict == NULL)
		judgement_add(one->judgement, JUDGE_WRONG, "no-dictionary",
		    "the field's value is no signature that stands in the "
		    "file", "フィールドの値が、ファイルにある署名ではありま"
		    "せん");
	if (!one->in_form && view->doc.q != NULL)
		judgement_add(one->judgement, JUDGE_WRONG, "outside-form",
		    "no signature field leads to it: it was put there beside "
		    "the form, or was removed",
		    "どの署名フィールドにもつながっていません（フォームの外に"
		    "置かれたか、取り除かれた署名です）");
}

/* Judges the signature itself, then says what the PDF has to say. */
static int
judge_one(struct pdf_view *view, struct pdf_one *one)
{
	static const struct pdf_problem none = { NULL, { NULL, NULL } };
	const struct pdf_problem *problem = &none;
	int code;

	if (one->dict != NULL)
		problem = pdf_range_take(view->look->bytes, one->dict,
		    &one->range);
	one->placed = one->dict != NULL && problem->code == NULL;
	code = one->placed && !is_other_format(one) ? read_cms(view, one) :
	    judge_nothing(view, one);
	if (code != 0)
		return code;
	one->judgement = one->cms.n > 0 ? one->cms.signers[0].judgement :
	    one->own;
	say_place(view, one);
	say_problem(one, problem);
	if (one->no_cms)
		judgement_add(one->judgement, JUDGE_WRONG, "not-cms",
		    "Contents is no signature (CMS)",
		    "Contents が署名（CMS）ではありません");
	say_format(view, one);
	return 0;
}

/* ---- What was added behind it ---- */

/* Whether what was signed was a document of its own, and a field of it held
 * this signature; compares it with what the file is now. */
static void
compare_revision(struct pdf_view *view, struct pdf_one *one)
{
	struct pdf_bytes bytes = { view->look->bytes.data, one->range.end };
	struct pdf_fields fields = { NULL, 0, false };
	struct pdf_doc doc;
	uint64_t at;
	size_t i;

	if (pdf_doc_open(bytes, &doc, &at) != PDF_FAULT_NONE) {
		pdf_doc_close(&doc);
		return;
	}
	pdf_fields_find(&doc, &fields);
	view->failed |= fields.failed;
	for (i = 0; i < fields.n && !one->in_revision; i++) {
		one->in_revision = pdf_entries_match(&doc,
		    fields.fields[i].value, bytes, one->dict);
		if (!one->in_revision)
			continue;
		/* What the file says now may be somebody else's words. */
		one->permission = pdf_doc_permission(&doc,
		    fields.fields[i].value);
		if (!pdf_entries_read(&doc, &fields.fields[i], one))
			view->failed = true;
	}
	if (!one->whole && view->doc.q != NULL &&
	    !pdf_diff(&doc, &view->doc, &one->changes))
		view->failed = true;
	pdf_fields_free(&fields);
	pdf_doc_close(&doc);
}

/* What the signer has not seen, though it is a part of signing. */
static void
say_picture(struct pdf_one *one)
{
	if ((one->changes & PDF_CHANGE_PICTURE) != 0)
		judgement_add(one->judgement, JUDGE_NOTE, "picture-added",
		    "a later signature is visible on a page: what it shows "
		    "there is not covered by this one",
		    "後の署名がページに表示されます。その表示は、この署名の"
		    "対象ではありません");
}

/* What was changed after a signature, weighed: after the newest one nobody has
 * signed it. */
static void
say_changes(const struct pdf_view *view, struct pdf_one *one)
{
	bool newest = one == view->look->newest;
	struct judgement *j = one->judgement;
	unsigned seen = one->changes &
	    (PDF_CHANGE_FORM | PDF_CHANGE_NOTE);

	if ((one->changes & PDF_CHANGE_PAGE) != 0)
		judgement_add(j, JUDGE_WRONG, "pages-changed",
		    "pages were changed after it",
		    "署名の後で、ページが変更されています");
	if ((one->changes & PDF_CHANGE_OTHER) != 0)
		judgement_add(j, JUDGE_WRONG, "other-changed",
		    "other parts of the document were changed after it",
		    "署名の後で、文書のその他の部分が変更されています");
	if (seen != 0)
		judgement_add(j, newest ? JUDGE_WRONG : JUDGE_UNKNOWN,
		    "shown-changed", newest ?
		    "forms were filled in or annotations changed after it, "
		    "which nobody signed" :
		    "forms were filled in or annotations changed after it, "
		    "which only a later signature covers", newest ?
		    "署名の後で、フォームの記入か注釈の変更があり、だれも署名し"
		    "ていません" :
		    "署名の後で、フォームの記入か注釈の変更があり、後の署名だ"
		    "けがその対象です");
	if (newest && (one->changes & ~(unsigned)PDF_CHANGE_PROOF) != 0 &&
	    (one->changes & (PDF_CHANGE_PAGE | PDF_CHANGE_OTHER)) == 0 &&
	    seen == 0)
		judgement_add(j, JUDGE_WRONG, "unsigned-update",
		    "the document was changed after it, which nobody signed",
		    "署名の後で文書が変更され、だれも署名していません");
	if ((one->permission == 1 &&
	    (one->changes & ~(unsigned)PDF_CHANGE_PROOF) != 0) ||
	    (one->permission == 2 && (one->changes & PDF_CHANGE_NOTE) != 0))
		judgement_add(j, JUDGE_WRONG, "not-permitted",
		    "it forbids what was changed after it",
		    "この署名が禁じている変更が、後で加えられています");
	if (one->changes == 0)
		judgement_add(j, JUDGE_WRONG, "unknown-update",
		    "bytes were added after it that change nothing that is "
		    "known", "署名の後に、用途のわからないバイトが付け足されて"
		    "います");
}

static void
look_behind(struct pdf_view *view, struct pdf_one *one)
{
	struct pdf_look *look = view->look;
	const struct pdf_problem *problem;

	one->whole = one->range.end == look->bytes.len;
	one->added = look->bytes.len - one->range.end;
	if (!pdf_range_is_revision(look->bytes, &look->scan,
	    one->range.end)) {
		judgement_add(one->judgement, JUDGE_WRONG, "short-range",
		    "it does not cover its file to the end (%%%%EOF)",
		    "署名の対象が、ファイルの終わり（%%%%EOF）まで届いていま"
		    "せん");
		return;
	}
	compare_revision(view, one);
	if (!one->in_revision)
		judgement_add(one->judgement, JUDGE_WRONG, "not-in-revision",
		    "what it covers does not hold it as a signature",
		    "署名の対象のなかに、署名として入っていません");
	if (one->whole)
		return;
	problem = pdf_range_added(look->bytes, &look->scan, &view->doc,
	    one->range.end);
	say_problem(one, problem);
	if (view->doc.q != NULL && problem->code == NULL) {
		say_changes(view, one);
		say_picture(one);
	}
}

static int
judge_all(struct pdf_view *view, bool moj)
{
	struct pdf_look *look = view->look;
	struct pdf_one *one;
	size_t i;
	int code;

	for (i = 0; i < look->n; i++) {
		one = &look->ones[i];
		if ((code = judge_one(view, one)) != 0)
			return code;
		if (one->placed && (look->newest == NULL ||
		    look->newest->range.end < one->range.end))
			look->newest = one;
	}
	for (i = 0; i < look->n; i++) {
		one = &look->ones[i];
		if (one->placed)
			look_behind(view, one);
		if (look->damaged)
			judgement_add(one->judgement, JUDGE_WRONG, "damaged",
			    "the file is damaged: programs show it in "
			    "different ways, or not at all",
			    "ファイルが壊れています（ソフトウェアによって表示が"
			    "異なるか、開けません）");
		if (moj)
			pdf_moj_check(look, one);
	}
	return 0;
}

/* Whether something that was signed can be opened, though the file cannot: then
 * what was added is to blame. */
static bool
opened_once(const struct pdf_look *look)
{
	struct pdf_range range;
	struct pdf_doc doc;
	bool opened = false;
	uint64_t at;
	size_t i;

	for (i = 0; i < look->scan.n_sigs && !opened; i++) {
		if (pdf_range_take(look->bytes, &look->scan.sigs[i],
		    &range)->code != NULL)
			continue;
		opened = pdf_doc_open((struct pdf_bytes){ look->bytes.data,
		    range.end }, &doc, &at) == PDF_FAULT_NONE;
		pdf_doc_close(&doc);
	}
	return opened;
}

static int
open_file(struct pdf_view *view)
{
	struct pdf_look *look = view->look;
	struct pdf_numbers numbers;
	enum pdf_fault fault;
	uint64_t at;

	fault = pdf_doc_open(look->bytes, &view->doc, &at);
	if (fault == PDF_FAULT_DAMAGED || fault == PDF_FAULT_PASSWORD)
		pdf_doc_close(&view->doc);
	else if (fault != PDF_FAULT_NONE)
		return pdf_complain(view->path, fault, at);
	numbers = pdf_doc_numbers(&view->doc);
	if (pdf_scan(look->bytes, view->doc.q != NULL ? &numbers : NULL,
	    &look->scan) != 0)
		return pdf_complain(view->path, PDF_FAULT_MEMORY, 0);
	look->damaged = view->doc.q == NULL || look->scan.broken;
	if (fault == PDF_FAULT_PASSWORD && !opened_once(look))
		return pdf_complain(view->path, fault, at);
	if (look->damaged && look->scan.n_sigs == 0)
		return pdf_complain(view->path, PDF_FAULT_DAMAGED, at);
	return 0;
}

int
pdf_look(const struct judge *judge, const char *path, struct pdf_bytes bytes,
    bool moj, struct pdf_look *look)
{
	struct pdf_view view = { .judge = judge, .path = path, .look = look };
	int code;

	memset(look, 0, sizeof(*look));
	look->bytes = bytes;
	if ((code = open_file(&view)) == 0) {
		pdf_view_find(&view);
		if (look->n > ONES_MAX) {
			complain("%s: too many signatures",
			    "%s: 署名が多すぎます", path);
			code = EX_DATAERR;
		} else if (!view.failed)
			code = judge_all(&view, moj);
	}
	if (code == 0 && view.failed)
		code = pdf_complain(path, PDF_FAULT_MEMORY, 0);
	pdf_fields_free(&view.fields);
	pdf_doc_close(&view.doc);
	return code;
}

static void
free_one(struct pdf_one *one)
{
	free(one->field);
	free(one->subfilter);
	free(one->name);
	free(one->reason);
	free(one->location);
	free(one->when);
	cms_answer_free(&one->cms);
	judgement_free(&one->own);
}

void
pdf_look_free(struct pdf_look *look)
{
	size_t i;

	for (i = 0; i < look->n; i++)
		free_one(&look->ones[i]);
	free(look->ones);
	pdf_scan_free(&look->scan);
	memset(look, 0, sizeof(*look));
}

int
pdf_one_exit(const struct pdf_one *one)
{
	return one->cms.n > 0 ? cms_answer_exit(&one->cms) :
	    judgement_exit(one->own);
}

int
pdf_look_exit(const struct pdf_look *look)
{
	int code = look->n == 0 ? JUDGE_BAD : JUDGE_FINE;
	size_t i;

	for (i = 0; i < look->n; i++)
		code = judge_worst(code, pdf_one_exit(&look->ones[i]));
	return code;
}

bool
pdf_look_newest_holds(const struct judge *judge, struct pdf_bytes bytes)
{
	const struct jpki_review *review;
	const struct pdf_one *one;
	struct pdf_look look;
	bool holds = false;

	if (pdf_look(judge, message_program(), bytes, false, &look) == 0 &&
	    (one = look.newest) != NULL && one->whole && one->in_form &&
	    one->in_revision && one->cms.n == 1) {
		review = judgement_review(one->judgement);
		holds = jpki_review_content(review) == JPKI_TESTED_RIGHT &&
		    jpki_review_signature(review) == JPKI_TESTED_RIGHT;
	}
	pdf_look_free(&look);
	return holds;
}
