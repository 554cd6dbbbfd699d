/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What CRLs and OCSP answers say. Each certificate has its own answer among
 * them: what is about others, or damaged, never costs it or the report.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/message.h"
#include "info.h"

#define DRIFT 300	/* seconds that clocks are apart and still right */

/* Which option helps where the issuer is missing. */
static const struct text no_issuer = {
	"--ca names certificates of CAs.",
	"認証局の証明書は --ca で渡せます。"
};

/* How much a failure says about the answer itself. */
static int
weight(int err)
{
	return err == JPKI_ERR_NOT_COVERED ? 1 : err == JPKI_ERR_NOT_SIGNED ?
	    2 : 3;
}

static bool
is_about_answer(int err)
{
	return err == JPKI_ERR_NOT_COVERED || err == JPKI_ERR_NOT_SIGNED ||
	    err == JPKI_ERR_DATA;
}

static void
forget_words(struct answer *a)
{
	free(a->what);
	free(a->hint);
	a->what = a->hint = NULL;
}

/* What the last failure says, in one piece: where the issuer is missing, with
 * what to do about that. */
static void
remember_words(const struct info *info, const struct entry *e,
    struct answer *a, int err)
{
	const char *more = err == JPKI_ERR_NOT_COVERED &&
	    jpki_check_issuer(e->check) == NULL ? text_of(no_issuer) : "";
	const char *hint = jpki_ctx_errhint(info->ctx);

	if (asprintf(&a->what, "%s: %s", a->path,
	    jpki_ctx_errmsg(info->ctx)) == -1)
		a->what = NULL;
	if (asprintf(&a->hint, "%s%s%s", hint, *more == '\0' ? "" :
	    pick(" ", ""), more) == -1)
		a->hint = NULL;
}

/* Takes note of why the answer says nothing about a certificate. */
static void
take_note(const struct info *info, const struct entry *e, struct answer *a,
    int err)
{
	struct answer new = { .path = a->path };

	if (a->err != 0 && weight(a->err) > weight(err))
		return;
	remember_words(info, e, &new, err);
	if (a->err == 0 || weight(a->err) < weight(err)) {
		forget_words(a);
		a->err = err;
		a->what = new.what;
		a->hint = new.hint;
		return;
	}
	/* Another reason for another certificate. */
	if (a->what != NULL && new.what != NULL &&
	    strcmp(a->what, new.what) != 0)
		forget_words(a);
	forget_words(&new);
}

static int
ask(const struct info *info, struct entry *e, struct answer *a)
{
	a->last = a->ocsp ? jpki_check_ocsp(info->ctx, e->check, a->data,
	    a->len) : jpki_check_crl(info->ctx, e->check, a->data, a->len);
	if (a->last == 0)
		a->used = true;
	return a->last == 0 || is_about_answer(a->last) ? 0 :
	    complain_about(a->path, info->ctx, a->last, NULL);
}

int
status_ask(struct info *info, struct entry *e)
{
	struct answer *a, *end = info->answers + info->n_answers;
	int code;

	for (a = info->answers; a < end; a++)
		if ((code = ask(info, e, a)) != 0)
			return code;
	/* A list of changes and its base count together, and the first of the
	 * two did not know. */
	for (a = info->answers; a < end; a++) {
		if (a->last == 0)
			continue;
		if ((code = ask(info, e, a)) != 0)
			return code;
		if (a->last != 0)
			take_note(info, e, a, a->last);
	}
	return 0;
}

bool
status_tell_unused(const struct info *info)
{
	const struct answer *a, *end = info->answers + info->n_answers;
	bool bad = false;

	for (a = info->answers; a < end; a++) {
		if (a->used)
			continue;
		bad |= a->err != 0 && a->err != JPKI_ERR_NOT_COVERED;
		if (a->what != NULL && a->hint != NULL)
			complain_failure(a->err, a->what, a->hint, NULL);
		else
			complain_code(a->path, a->err != 0 ? a->err :
			    JPKI_ERR_NOT_COVERED);
	}
	return bad;
}

void
status_tell_clock(const struct info *info)
{
	const struct jpki_revocation *r;
	const struct entry *e;
	char day[JPKI_DATE_TEXT];

	for (e = info->entries; e < info->entries + info->n_entries; e++) {
		if (e->check == NULL)
			continue;
		r = jpki_check_revocation(e->check);
		if (r->this_update <= info->now + DRIFT)
			continue;
		complain_mildly("a list or OCSP answer is dated %s, which is "
		    "still to come by this computer's clock; see whether the "
		    "clock is right, or name a day with --date",
		    "失効リストか OCSP の応答の日付（%s）が、この"
		    "コンピューターの時計より先です。時計が正しいか確かめるか、"
		    "--date で日付を指定してください",
		    day_text(r->this_update, day));
		return;
	}
}

void
status_free(struct answer *a)
{
	forget_words(a);
	free(a->data);
}
