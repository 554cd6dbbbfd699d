/* SPDX-License-Identifier: Apache-2.0 */
/*
 * jpki-xml sign: what the driver of the signers asks of a format.
 *
 * What the card signs is the digest of SignedInfo, which depends on the
 * document alone: one run does for all. The certificate is put in behind it.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "attached.h"
#include "canonical.h"
#include "check.h"
#include "common/consent.h"
#include "common/message.h"
#include "make.h"
#include "xml.h"

#define SUFFIX ".sig.xml"

/* A file that is signed with the document. */
struct beside {
	char *name;
	uint64_t size;
	uint8_t sha256[DIGEST_MAX];
};

struct own {
	uint8_t *data;		/* the document; detached: NULL */
	size_t len;
	struct making making;
	struct beside *beside;
	size_t n_beside;
};

static struct request *
request_of(const struct signing *signing)
{
	return signing->arg;
}

/* IN.xml becomes IN-signed.xml; kousei.xml keeps its name in another folder. */
static char *
name(const struct signing *signing, const struct signing_file *file)
{
	const struct request *request = request_of(signing);
	const char *base = attached_base(file->path);
	const char *dot = strrchr(base, '.');
	char *out;
	size_t stem;
	int r;

	if (request->profile == PROFILE_EGOV && signing->out != NULL)
		return strdup(file->path);
	stem = dot != NULL && dot != base ? (size_t)(dot - file->path) :
	    strlen(file->path);
	if (request->profile == PROFILE_DETACHED)
		r = asprintf(&out, "%s" SUFFIX, file->path);
	else
		r = asprintf(&out, "%.*s-signed%s", (int)stem, file->path,
		    file->path + stem);
	return r != -1 ? out : NULL;
}

static int
no_digest(const struct signing_file *file)
{
	complain("%s: it could not be digested",
	    "%s: ダイジェストを計算できません", file->path);
	return EXIT_FAILURE;
}

/* ---- What is signed ---- */

static int
prepare_detached(struct signing *signing, struct signing_file *file,
    struct own *own)
{
	struct request *request = request_of(signing);
	struct trouble trouble = { 0 };
	uint8_t digest[DIGEST_MAX];
	struct digest sum;
	int fd, code;

	if (attached_check(attached_base(file->path), &trouble) != 0)
		return trouble_complain(&trouble, file->path);
	if ((fd = file_open(file->path)) == -1)
		return complain_errno(file->path);
	if (digest_begin(&sum, request->judge.libctx, file->md) != 0)
		code = no_digest(file);
	else
		code = signing_read(signing, file, fd, digest_take, &sum);
	if (digest_end(&sum, code == 0 ? digest : NULL) != 0)
		code = no_digest(file);
	close(fd);
	if (code != 0)
		return code;
	if (making_add(&own->making, attached_uri(attached_base(file->path)),
	    "", digest) != 0 || making_alone(&own->making, &trouble) != 0)
		return complain_code(NULL, JPKI_ERR_MEMORY);
	return 0;
}

/* The element, or the document. */
static int
add_element(const struct signing *signing, const struct document *document,
    const struct place *place, struct making *making, struct trouble *trouble)
{
	bool enveloped = place->profile == PROFILE_ENVELOPED;
	uint8_t digest[DIGEST_MAX];
	struct digest sum;
	int r;

	r = digest_begin(&sum, request_of(signing)->judge.libctx,
	    making->algorithm->md);
	if (r == 0)
		r = canonical_form(document->xml, place->target, NULL,
		    digest_take, &sum);
	if (digest_end(&sum, r == 0 ? digest : NULL) != 0 || r != 0)
		return trouble_set(trouble, "canonical",
		    "it has no canonical form: some namespace in it is not an "
		    "absolute address",
		    "正規化できません。名前空間が絶対的な URI ではありません");
	if (making_add(making, place->target == NULL ? strdup("") :
	    making_id_uri(place->id), enveloped ? making_enveloped :
	    making_c14n, digest) != 0)
		return trouble_memory(trouble);
	return 0;
}

struct watch {
	const struct signing *signing;
	const struct signing_file *file;
	uint64_t all;
};

static void
watch_file(void *arg, uint64_t done)
{
	const struct watch *watch = arg;

	signing_progress(watch->signing, watch->file, done, watch->all);
}

/* Digests an open file beside the document. -1 with errno. */
static int
digest_beside(const struct signing *signing, const struct signing_file *file,
    int fd, struct beside *beside)
{
	struct watch watch = { signing, file, 0 };
	struct stat st;
	int r;

	if (fstat(fd, &st) != 0)
		return -1;
	watch.all = (uint64_t)st.st_size;
	r = attached_digest(fd, request_of(signing)->judge.libctx,
	    JPKI_MD_SHA256, beside->sha256, &beside->size, watch_file, &watch);
	signing_progress_end();
	return r;
}

/* Whether it is the document itself, or would be replaced by it. */
static bool
is_document(int fd, const struct signing_file *file)
{
	struct stat st, out;

	if (fstat(fd, &st) != 0)
		return false;
	if (st.st_dev == file->st.st_dev && st.st_ino == file->st.st_ino)
		return true;
	return stat(file->out, &out) == 0 && st.st_dev == out.st_dev &&
	    st.st_ino == out.st_ino;
}

static int
add_file(const struct signing *signing, const struct signing_file *file,
    const char *named, struct own *own, struct trouble *trouble)
{
	struct beside *beside = &own->beside[own->n_beside];
	int fd, r = -1;

	if ((beside->name = strdup(named)) == NULL)
		return trouble_memory(trouble);
	own->n_beside++;
	if ((fd = attached_open(file->path, named)) == -1) {
		if (errno == ELOOP || errno == EINVAL)
			return trouble_set(trouble, "file-kind",
			    "it names the file %s, which is a link or no "
			    "regular file", "指定されているファイル %s は、"
			    "リンクか特殊なファイルです", named);
		return trouble_set(trouble, "file-missing",
		    "it names the file %s, which could not be read: %s",
		    "指定されているファイル %s を読めません: %s", named,
		    strerror(errno));
	}
	if (is_document(fd, file))
		trouble_set(trouble, "file-itself",
		    "it names the file %s, which is the document itself or "
		    "would be replaced by it", "指定されているファイル %s は、"
		    "この文書自身か、署名で上書きされるファイルです", named);
	else if (digest_beside(signing, file, fd, beside) != 0)
		trouble_errno(trouble, named);
	else if (making_add(&own->making, attached_uri(named), "",
	    beside->sha256) != 0)
		trouble_memory(trouble);
	else
		r = 0;
	close(fd);
	return r;
}

static int
add_files(const struct signing *signing, const struct signing_file *file,
    const struct place *place, struct own *own, struct trouble *trouble)
{
	size_t i;

	if (place->n_names == 0)
		return 0;
	own->beside = calloc(place->n_names, sizeof(*own->beside));
	if (own->beside == NULL)
		return trouble_memory(trouble);
	for (i = 0; i < place->n_names; i++)
		if (add_file(signing, file, place->names[i], own,
		    trouble) != 0)
			return -1;
	return 0;
}

/* An id that readers of XML agree on. */
static int
check_name(const struct place *place, struct trouble *trouble)
{
	if (place->id == NULL ||
	    xmlValidateNCName((const xmlChar *)place->id, 0) == 0)
		return 0;
	return trouble_set(trouble, "id-name",
	    "the id \"%s\" is no XML name, so that others would not find what "
	    "is signed", "ID「%s」は XML の名前ではないため、ほかのソフトが"
	    "署名の対象を見つけられません", place->id);
}

/* e-Gov's Signature has the time as its Id: in Japan, and as no other has. */
static void
set_id(struct making *making, const struct document *document, int64_t now)
{
	time_t t = (time_t)(now + 9 * 3600);
	xmlNode *element;
	struct tm tm;

	do {
		gmtime_r(&t, &tm);
		strftime(making->id, sizeof(making->id), "%Y%m%d%H%M%S", &tm);
		t++;
	} while (document_id(document, making->id, &element) > 0);
}

static int
prepare_in(const struct signing *signing, const struct signing_file *file,
    const struct document *document, const struct place *place,
    struct own *own, struct trouble *trouble)
{
	if (check_name(place, trouble) != 0 ||
	    place_check_free(place, document, trouble) != 0 ||
	    add_element(signing, document, place, &own->making,
	    trouble) != 0 ||
	    add_files(signing, file, place, own, trouble) != 0 ||
	    making_place(&own->making, document, place, trouble) != 0)
		return -1;
	if (place->profile == PROFILE_EGOV)
		set_id(&own->making, document, signing->now);
	return 0;
}

static int
prepare_document(struct signing *signing, struct signing_file *file,
    struct own *own)
{
	const struct request *request = request_of(signing);
	struct trouble trouble = { 0 };
	struct document document;
	struct place place = { 0 };
	int r;

	if (file_read(file->path, DOCUMENT_MAX, &own->data, &own->len) != 0) {
		if (errno != EFBIG)
			return complain_errno(file->path);
		complain("%s: it is larger than %d MB",
		    "%s: %d MB を超えています", file->path,
		    DOCUMENT_MAX >> 20);
		return EX_DATAERR;
	}
	r = document_read(&document, own->data, own->len, &trouble);
	if (r == 0)
		r = place_find(&place, &document, request->profile,
		    request->id, &trouble);
	if (r == 0)
		r = prepare_in(signing, file, &document, &place, own,
		    &trouble);
	place_clear(&place);
	document_clear(&document);
	return r == 0 ? signing_note(file, own->data, own->len) :
	    trouble_complain(&trouble, file->path);
}

static int
prepare(struct signing *signing, struct signing_file *file)
{
	struct own *own;

	if ((own = calloc(1, sizeof(*own))) == NULL)
		return complain_code(NULL, JPKI_ERR_MEMORY);
	file->own = own;
	own->making.algorithm = digest_of(file->md);
	if (request_of(signing)->profile == PROFILE_DETACHED)
		return prepare_detached(signing, file, own);
	return prepare_document(signing, file, own);
}

/* ---- The signature ---- */

/* The Signature that was put in last. */
static int
digest_signed_info(struct request *request, const struct document *document,
    struct signing_file *file, struct trouble *trouble)
{
	struct place place;
	struct digest sum;
	int r;

	r = place_find(&place, document, request->profile, request->id,
	    trouble);
	if (r == 0) {
		r = digest_begin(&sum, request->judge.libctx, file->md);
		if (r == 0 && place.n_signatures > 0)
			r = canonical_form(document->xml, document_first(
			    place.signatures[place.n_signatures - 1]), NULL,
			    digest_take, &sum);
		if (digest_end(&sum, file->digest) != 0 || r != 0)
			r = trouble_set(trouble, "canonical",
			    "it could not be digested",
			    "ダイジェストを計算できません");
	}
	place_clear(&place);
	return r;
}

static int
build(struct signing *signing, struct signing_file *file)
{
	struct own *own = file->own;
	struct trouble trouble = { 0 };
	struct document document = { 0 };
	uint8_t *data;
	size_t len;
	int r = -1;

	data = making_write(&own->making, own->data, own->len, NULL, 0, NULL,
	    0, &len, &trouble);
	if (data != NULL &&
	    (r = document_read(&document, data, len, &trouble)) == 0)
		r = digest_signed_info(request_of(signing), &document, file,
		    &trouble);
	document_clear(&document);
	free(data);
	return r == 0 ? 0 : trouble_complain(&trouble, file->path);
}

static int
finish(struct signing *signing, struct signing_file *file,
    struct file_output *out)
{
	const struct own *own = file->own;
	struct trouble trouble = { 0 };
	const uint8_t *cert;
	uint8_t *data;
	size_t len, cert_len;
	int code = 0;

	cert = jpki_cert_der(signing->cert, &cert_len);
	data = making_write(&own->making, own->data, own->len, file->sig,
	    file->sig_len, cert, cert_len, &len, &trouble);
	if (data == NULL)
		return trouble_complain(&trouble, file->path);
	if (file_put(out, data, len) != 0)
		code = complain_errno(file->out);
	free(data);
	return code;
}

/* Content and signature of the one that was put in last; whose it is and by
 * which CA is not the question. */
static bool
is_good(const struct answer *answer)
{
	const struct checked *last = answer->n > 0 ?
	    &answer->signatures[answer->n - 1] : NULL;

	return last != NULL && last->content == JPKI_TESTED_RIGHT &&
	    last->signature == JPKI_TESTED_RIGHT;
}

static int
check(struct signing *signing, struct signing_file *file,
    const struct file_output *out)
{
	struct request *request = request_of(signing);
	struct question question = {
		.judge = &request->judge, .path = file->path,
		.profile = request->profile, .id = request->id,
		.content = file->path
	};
	struct answer answer = { 0 };
	uint8_t *data;
	int code;

	/* The signature has made it longer. */
	if (file_read(out->tmp, DOCUMENT_MAX + (1 << 20), &data,
	    &question.len) != 0)
		return complain_errno(file->out);
	question.data = data;
	code = check_document(&question, &answer);
	if (code == 0 && !is_good(&answer)) {
		complain("%s: the finished signature does not fit what it "
		    "should sign: was a file changed meanwhile? Nothing was "
		    "kept", "%s: できた署名が対象と合いません。途中でファイル"
		    "が変更された可能性があります。署名は保存していません",
		    file->path);
		code = EXIT_FAILURE;
	}
	answer_free(&answer);
	free(data);
	return code;
}

static void
release(struct signing_file *file)
{
	struct own *own = file->own;
	size_t i;

	if (own == NULL)
		return;
	for (i = 0; i < own->n_beside; i++)
		free(own->beside[i].name);
	free(own->beside);
	making_clear(&own->making);
	free(own->data);
	free(own);
	file->own = NULL;
}

/* ---- Reports ---- */

static void
show(const struct layout *layout, const struct signing_file *file)
{
	const struct own *own = file->own;
	size_t i;

	for (i = 0; i < own->n_beside; i++)
		consent_put(layout, own->beside[i].name, own->beside[i].size,
		    own->beside[i].sha256);
}

static json_t *
describe(const struct signing *signing, const struct signing_file *file)
{
	const struct own *own = file->own;
	json_t *names = json_array();
	size_t i;

	for (i = 0; i < own->n_beside; i++)
		json_array_append_new(names, json_text(own->beside[i].name));
	return json_pack("{s:s, s:s, s:o}",
	    "profile", profile_words[request_of(signing)->profile - 1],
	    "md", own->making.algorithm->word,
	    "attached", names);
}

int
xml_sign(struct request *request, char *const *paths, size_t n)
{
	static const struct signing_format format = {
		.when = SIGNING_BEFORE, .name = name, .prepare = prepare,
		.build = build, .finish = finish, .check = check,
		.release = release, .describe = describe, .show = show
	};
	int code;

	request->signing.format = &format;
	request->signing.arg = request;
	code = judge_open(&request->judge, request->signing.ctx);
	if (code == 0)
		code = signing_run(&request->signing, paths, n);
	judge_close(&request->judge);
	return code;
}
