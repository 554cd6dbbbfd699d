/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What will be signed; see prepare.h.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "attached.h"
#include "canonical.h"
#include "common/message.h"
#include "prepare.h"
#include "signature.h"

static const struct request *
request_of(const struct signing *signing)
{
	return signing->arg;
}

static int
no_digest(const struct signing_file *file)
{
	complain("%s: it could not be digested",
	    "%s: ダイジェストを計算できません", file->path);
	return EXIT_FAILURE;
}

int
prepare_detached(struct signing *signing, struct signing_file *file,
    struct own *own)
{
	const struct request *request = request_of(signing);
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
		    NULL, digest_take, &sum);
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
		    "指定されているファイル %s を読めません：%s", named,
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
	if (place->n_names >= SIGNATURE_REFERENCES_MAX)
		return trouble_set(trouble, "files",
		    "it names more than %d files", "%d 個を超えるファイルが"
		    "指定されています", SIGNATURE_REFERENCES_MAX - 1);
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
	if (place->target == NULL ||
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

int
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

void
prepare_clear(struct own *own)
{
	size_t i;

	for (i = 0; i < own->n_beside; i++)
		free(own->beside[i].name);
	free(own->beside);
	making_clear(&own->making);
	free(own->data);
}
