/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What one signature covers; see cover.h.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "attached.h"
#include "canonical.h"
#include "common/file.h"
#include "common/message.h"
#include "cover.h"

#define SUFFIX ".sig.xml"
#define OUTSIDE_MAX 5		/* names of what is not covered */

/* What all steps need. */
struct look {
	struct cover *cover;
	const struct question *question;
	const struct document *document;
	const struct place *place;
	const struct signature *signature;
};

/* Keeps what was found. 0, or the exit code if it was told already. */
static int
find(struct cover *cover, enum judge_weight weight,
    const struct trouble *trouble)
{
	struct finding *more;

	if (trouble->failed != 0)
		return trouble->failed;
	more = reallocarray(cover->findings, cover->n_findings + 1,
	    sizeof(*more));
	if (more == NULL)
		return complain_code(NULL, JPKI_ERR_MEMORY);
	cover->findings = more;
	more[cover->n_findings].weight = weight;
	more[cover->n_findings++].trouble = *trouble;
	return 0;
}

/* "/DataRoot/構成情報", to be freed. */
static char *
path_of(const xmlNode *element)
{
	char *path = strdup(""), *longer;

	for (; path != NULL && element != NULL &&
	    element->type == XML_ELEMENT_NODE; element = element->parent) {
		if (asprintf(&longer, "/%s%s", (const char *)element->name,
		    path) == -1)
			longer = NULL;
		free(path);
		path = longer;
	}
	return path;
}

/* A URI with its escapes undone where there are any, as "#構成情報" may be
 * written; whether it is a reference to this id. */
static bool
refers_to(const char *uri, const char *id)
{
	struct trouble unused = { 0 };
	char *name;
	bool yes;

	if (id == NULL || *uri != '#')
		return false;
	if (strcmp(uri + 1, id) == 0)
		return true;
	if (strchr(uri, '%') == NULL)
		return false;
	name = attached_name(uri + 1, &unused);
	yes = name != NULL && strcmp(name, id) == 0;
	free(name);
	return yes;
}

static void
compare(const struct look *look, const struct reference *reference,
    struct covered *covered, const uint8_t *digest)
{
	covered->unchanged = memcmp(digest, reference->digest,
	    jpki_md_len(reference->algorithm->md)) == 0 ? JPKI_TESTED_RIGHT :
	    JPKI_TESTED_WRONG;
	look->cover->weak |= reference->algorithm->weak;
}

/* The element, or the document, in which the signature says something. */
static int
look_at_element(const struct look *look, const struct reference *reference,
    struct covered *covered)
{
	const struct place *place = look->place;
	bool enveloped = place->profile == PROFILE_ENVELOPED;
	const xmlNode *target = place->target;
	struct trouble trouble = { 0 };
	uint8_t digest[DIGEST_MAX];
	struct digest sum;
	int r;

	if (target == NULL && *reference->uri != '\0')
		target = place->home;	/* the root by its id */
	if (!refers_to(reference->uri, place->id) &&
	    !(place->target == NULL && *reference->uri == '\0'))
		r = trouble_set(&trouble, "reference-other",
		    "the signature covers \"%s\", not what the profile has or "
		    "--id names",
		    "署名の対象は「%s」で、プロファイルや --id の対象では"
		    "ありません", reference->uri);
	else if (reference->algorithm != NULL && reference->transforms !=
	    (enveloped ? TRANSFORMS_ENVELOPED : TRANSFORMS_C14N))
		r = trouble_set(&trouble, "transforms",
		    "the signature covers %s after other steps (Transforms) "
		    "than the profile's",
		    "署名の対象 %s の変換（Transforms）がプロファイルと"
		    "違います", reference->uri);
	else
		r = 0;
	if (r != 0) {
		look->cover->amiss = true;
		return find(look->cover, JUDGE_WRONG, &trouble);
	}
	if ((covered->what = *reference->uri == '\0' ? strdup("/") :
	    path_of(target)) == NULL)
		return complain_code(NULL, JPKI_ERR_MEMORY);
	if (reference->algorithm == NULL)
		return 0;
	r = digest_begin(&sum, look->question->judge->libctx,
	    reference->algorithm->md);
	if (r == 0)
		r = canonical_form(look->document->xml, target,
		    enveloped ? look->signature->element : NULL,
		    &reference->canonical, digest_take, &sum);
	if (digest_end(&sum, r == 0 ? digest : NULL) == 0 && r == 0)
		compare(look, reference, covered, digest);
	return 0;
}

/* Why a file was not read; fd is -1. */
static int
no_file(const struct look *look, const char *name)
{
	struct trouble trouble = { 0 };

	if (errno == ELOOP || errno == EINVAL)
		trouble_set(&trouble, "file-kind",
		    "the file %s is a link or no regular file, and is not "
		    "followed", "ファイル %s はリンクか特殊なファイルのため、"
		    "読んでいません", name);
	else
		trouble_set(&trouble, "file-missing",
		    "the file %s could not be read: %s",
		    "ファイル %s を読めません：%s", name, strerror(errno));
	return find(look->cover, JUDGE_UNKNOWN, &trouble);
}

/* Compares an open file, or says why it is not; closes it. */
static int
look_at_open(const struct look *look, const struct reference *reference,
    struct covered *covered, int fd)
{
	uint8_t digest[DIGEST_MAX];
	uint64_t size;
	int r = -1;

	if (fd != -1 && reference->algorithm == NULL) {
		close(fd);
		return 0;
	}
	if (fd != -1)
		r = attached_digest(fd, look->question->judge->libctx,
		    reference->algorithm->md, digest, &size, NULL, NULL);
	if (r != 0) {
		r = no_file(look, covered->what);
		if (fd != -1)
			close(fd);
		return r;
	}
	close(fd);
	compare(look, reference, covered, digest);
	return 0;
}

/* A name that the signature has for a file; NULL: *code says how it goes on. */
static char *
name_of(const struct look *look, const struct reference *reference, int *code)
{
	struct trouble trouble = { 0 };
	char *name;

	if (reference->transforms != TRANSFORMS_NONE)
		trouble_set(&trouble, "transforms",
		    "the signature covers the file \"%s\" after steps "
		    "(Transforms), which the profile has not",
		    "署名の対象のファイル「%s」に、プロファイルにない変換"
		    "（Transforms）があります", reference->uri);
	else if ((name = attached_name(reference->uri, &trouble)) != NULL)
		return name;
	look->cover->amiss = true;
	*code = find(look->cover, JUDGE_WRONG, &trouble);
	return NULL;
}

static bool
is_named(const struct place *place, const char *name)
{
	size_t i;

	for (i = 0; i < place->n_names; i++)
		if (strcmp(place->names[i], name) == 0)
			return true;
	return false;
}

static int
look_at_file(const struct look *look, const struct reference *reference,
    struct covered *covered)
{
	struct trouble trouble = { 0 };
	const struct covered *other;
	int code = 0;

	covered->is_file = true;
	if ((covered->what = name_of(look, reference, &code)) == NULL)
		return code;
	for (other = look->cover->covered; other < covered; other++)
		if (other->is_file && other->what != NULL &&
		    strcmp(other->what, covered->what) == 0) {
			trouble_set(&trouble, "reference-twice",
			    "the signature covers the file %s twice",
			    "ファイル %s が署名の対象に 2 回あります",
			    covered->what);
			return find(look->cover, JUDGE_WRONG, &trouble);
		}
	if (!is_named(look->place, covered->what)) {
		trouble_set(&trouble, "file-unnamed",
		    "the signature covers the file %s, which the document "
		    "does not name", "署名の対象のファイル %s は、文書では"
		    "指定されていません", covered->what);
		if ((code = find(look->cover, JUDGE_NOTE, &trouble)) != 0)
			return code;
	}
	return look_at_open(look, reference, covered,
	    attached_open(look->question->path, covered->what));
}

/* Each file that the document names has to be covered. */
static int
look_for_files(const struct look *look)
{
	struct trouble trouble = { 0 };
	size_t i, j;
	int code = 0;

	for (i = 0; i < look->place->n_names && code == 0; i++) {
		const char *name = look->place->names[i];

		for (j = 0; j < look->cover->n; j++)
			if (look->cover->covered[j].is_file &&
			    look->cover->covered[j].what != NULL &&
			    strcmp(look->cover->covered[j].what, name) == 0)
				break;
		if (j < look->cover->n)
			continue;
		trouble_set(&trouble, "file-unsigned",
		    "the document names the file %s, which the signature does "
		    "not cover", "文書が指定しているファイル %s は、署名の対象"
		    "になっていません", name);
		code = find(look->cover, JUDGE_WRONG, &trouble);
	}
	return code;
}

/* The file of a detached signature: as the user says, or beside it, with its
 * name without the suffix; to be freed. */
static char *
content_of(const struct question *question)
{
	size_t len = strlen(question->path), end = strlen(SUFFIX);

	if (question->content != NULL)
		return strdup(question->content);
	if (len <= end || strcmp(question->path + len - end, SUFFIX) != 0)
		return NULL;
	return strndup(question->path, len - end);
}

static int
look_at_content(const struct look *look, const struct reference *reference,
    struct covered *covered)
{
	char *path = content_of(look->question), *name = NULL;
	struct trouble trouble = { 0 };
	int code = 0;

	covered->is_file = true;
	if ((name = name_of(look, reference, &code)) == NULL)
		goto out;
	if (path == NULL) {
		trouble_set(&trouble, "file-missing",
		    "the file that is signed was not given: name it behind "
		    "the signature", "署名の対象のファイルがわかりません。署名"
		    "の後に指定してください");
		code = find(look->cover, JUDGE_UNKNOWN, &trouble);
		goto out;
	}
	if (strcmp(attached_base(path), name) != 0) {
		trouble_set(&trouble, "file-renamed",
		    "the file was signed under another name: %s",
		    "署名したときのファイル名は %s でした", name);
		code = find(look->cover, JUDGE_NOTE, &trouble);
	}
	if ((covered->what = strdup(path)) == NULL)
		code = complain_code(NULL, JPKI_ERR_MEMORY);
	if (code == 0)
		code = look_at_open(look, reference, covered,
		    file_open(path));
 out:
	free(path);
	free(name);
	return code;
}

/* egov has files behind the element, the others have one Reference. */
static int
check_number(const struct look *look)
{
	struct trouble trouble = { 0 };

	if (look->place->profile == PROFILE_EGOV ||
	    look->signature->n_references == 1)
		return 0;
	trouble_set(&trouble, "references",
	    "the signature covers %zu things, where the profile has one",
	    "署名の対象が %zu 個ありますが、プロファイルでは一つです",
	    look->signature->n_references);
	look->cover->amiss = true;
	return find(look->cover, JUDGE_WRONG, &trouble);
}

/* Another way to canonicalize than Canonical XML 1.0 without comments, of what
 * is signed or of some part; NULL: there is none. */
static const char *
other_canonical(const struct signature *signature)
{
	const struct canonical_method *usual = canonical_by_uri(C14N_URI);
	size_t i;

	if (signature->canonical.method != usual)
		return canonical_uri(signature->canonical.method);
	for (i = 0; i < signature->n_references; i++)
		if (signature->references[i].canonical.method != usual)
			return canonical_uri(signature->references[i].
			    canonical.method);
	return NULL;
}

/* e-Gov and e-Tax want RSA with SHA-256, Canonical XML 1.0 and nothing else. */
static int
check_methods(const struct look *look)
{
	const struct signature *signature = look->signature;
	bool fixed = look->place->profile == PROFILE_EGOV ||
	    look->place->profile == PROFILE_ETAX;
	const char *unjudged = signature->unjudged, *other = NULL;
	struct trouble trouble = { 0 };
	size_t i;

	if (fixed && unjudged == NULL)
		unjudged = other_canonical(signature);
	if (unjudged != NULL) {
		trouble_set(&trouble, "algorithm", fixed ?
		    "it is signed in a way that the profile has not: %s" :
		    "the signature: it is made in a way that is not known "
		    "here: %s", fixed ?
		    "プロファイルにない方式で署名されています：%s" :
		    "署名（ここでは調べられない方式です：%s）", unjudged);
		return find(look->cover, fixed ? JUDGE_WRONG : JUDGE_UNKNOWN,
		    &trouble);
	}
	if (!fixed)
		return 0;
	if (signature->algorithm->md != JPKI_MD_SHA256)
		other = signature->algorithm->label;
	for (i = 0; i < signature->n_references; i++)
		if (signature->references[i].algorithm->md != JPKI_MD_SHA256)
			other = signature->references[i].algorithm->label;
	if (other == NULL)
		return 0;
	trouble_set(&trouble, "digest",
	    "it is signed with %s, where the profile has SHA-256",
	    "%s で署名されていますが、プロファイルでは SHA-256 です", other);
	return find(look->cover, JUDGE_WRONG, &trouble);
}

int
cover_look(struct cover *cover, const struct question *question,
    const struct document *document, const struct place *place,
    const struct signature *signature)
{
	struct look look = { cover, question, document, place, signature };
	const struct reference *reference;
	struct covered *covered;
	size_t i;
	int code;

	cover->covered = calloc(signature->n_references,
	    sizeof(*cover->covered));
	if (cover->covered == NULL)
		return complain_code(NULL, JPKI_ERR_MEMORY);
	if ((code = check_number(&look)) == 0)
		code = check_methods(&look);
	for (i = 0; i < signature->n_references && code == 0; i++) {
		reference = &signature->references[i];
		covered = &cover->covered[cover->n++];
		covered->digest = reference->algorithm != NULL ?
		    reference->algorithm->label : NULL;
		if (place->profile == PROFILE_DETACHED)
			code = look_at_content(&look, reference, covered);
		else if (i == 0)
			code = look_at_element(&look, reference, covered);
		else if (place->profile == PROFILE_EGOV)
			code = look_at_file(&look, reference, covered);
	}
	return code == 0 ? look_for_files(&look) : code;
}

enum jpki_tested
cover_unchanged(const struct cover *cover)
{
	enum jpki_tested all = cover->amiss ? JPKI_TESTED_NOT :
	    JPKI_TESTED_RIGHT;
	size_t i;

	for (i = 0; i < cover->n; i++) {
		if (cover->covered[i].unchanged == JPKI_TESTED_WRONG)
			return JPKI_TESTED_WRONG;
		if (cover->covered[i].unchanged == JPKI_TESTED_NOT)
			all = JPKI_TESTED_NOT;
	}
	return all;
}

char *
cover_outside(const struct place *place)
{
	const xmlNode *target = place->target, *root = target, *node;
	char *list = NULL, *longer;
	size_t n = 0;

	while (root != NULL && root->parent != NULL &&
	    root->parent->type == XML_ELEMENT_NODE)
		root = root->parent;
	for (node = root != NULL ? document_first(root) : NULL; node != NULL &&
	    target != root; node = document_after(node)) {
		if (document_within(target, node) || node == place->home ||
		    document_is(node, DSIG_NS, "Signature"))
			continue;
		if (asprintf(&longer, "%s%s%s", list != NULL ? list : "",
		    list != NULL ? ", " : "", n == OUTSIDE_MAX ? "..." :
		    (const char *)node->name) == -1)
			break;
		free(list);
		list = longer;
		if (n++ == OUTSIDE_MAX)
			break;
	}
	return list;
}
