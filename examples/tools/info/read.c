/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is read: certificates of CAs, answers on revocation, and either the
 * card or files.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/card.h"
#include "common/certs.h"
#include "common/file.h"
#include "common/message.h"
#include "common/prompt.h"
#include "common/wait.h"
#include "info.h"

#define ANSWER_MAX (512u << 20)	/* bytes of the largest CRL */

/* ---- Files ---- */

/* Data that is no such thing weighs more than a file that is not there. */
static void
note_unread(struct info *info, int code)
{
	if (info->unread < code)
		info->unread = code;
}

void
read_cas(struct info *info)
{
	size_t i;

	for (i = 0; i < info->n_ca_paths; i++)
		note_unread(info, certs_read(info->ctx, info->ca_paths[i],
		    &info->cas, &info->n_cas));
}

static int
read_answer(struct answer *a)
{
	if (file_read(a->path, ANSWER_MAX, &a->data, &a->len) == 0)
		return 0;
	if (errno != EFBIG)
		return complain_errno(a->path);
	complain("%s: larger than %u MiB", "%s: %u MiB を超えています",
	    a->path, ANSWER_MAX >> 20);
	return EX_DATAERR;
}

/* What is in them is for later: here they only have to be there. */
void
read_answers(struct info *info)
{
	size_t i, kept = 0;
	int code;

	for (i = 0; i < info->n_answers; i++) {
		if ((code = read_answer(&info->answers[i])) == 0)
			info->answers[kept++] = info->answers[i];
		else
			note_unread(info, code);
	}
	info->n_answers = kept;
}

/* A certificate of a file becomes an entry. */
static int
add_entry(struct info *info, const char *path, struct jpki_cert *cert,
    size_t number, size_t of)
{
	struct entry *entries, *e;

	entries = realloc(info->entries, (info->n_entries + 1) *
	    sizeof(*entries));
	if (entries == NULL)
		return complain_code(NULL, JPKI_ERR_MEMORY);
	info->entries = entries;
	e = &entries[info->n_entries++];
	memset(e, 0, sizeof(*e));
	e->path = path;
	e->number = number;
	e->of = of;
	e->cert = jpki_cert_ref(cert);
	e->slot = jpki_cert_info(cert)->slot;
	/* It may have issued one of the others. */
	return jpki_cert_info(cert)->is_ca ?
	    certs_add(&info->cas, &info->n_cas, jpki_cert_ref(cert)) : 0;
}

/* A broken one among several leaves the order of the others unknown. */
static int
read_certs(struct info *info, const char *path)
{
	struct jpki_cert **certs;
	size_t i, n;
	int r, code = 0;

	if ((r = jpki_cert_read_all(info->ctx, path, &certs, &n)) != 0)
		note_unread(info, complain_ctx(info->ctx, r, NULL));
	for (i = 0; code == 0 && i < n; i++)
		code = add_entry(info, path, certs[i], r == 0 ? i + 1 : 0,
		    r == 0 ? n : 0);
	jpki_certs_free(&certs);
	return code;
}

int
read_files(struct info *info, char *const *paths)
{
	int code = 0;

	for (; code == 0 && *paths != NULL; paths++)
		code = read_certs(info, *paths);
	return code != 0 || info->n_entries > 0 ? code : info->unread;
}

/* ---- The card ---- */

bool
pin_is_absent(const struct pin *pin)
{
	return pin->refusal == JPKI_ERR_NOT_ON_CARD;
}

bool
pin_in_trouble(const struct pin *pin)
{
	enum jpki_pin_state state = jpki_pin_verdict_state(pin->verdict);

	return !pin_is_absent(pin) && (state == JPKI_PIN_STATE_LOCKED ||
	    state == JPKI_PIN_STATE_LAST_TRY);
}

/* How many tries a PIN has, and whether it may be sent: nobody types one to
 * learn that it must not. */
static int
read_tries(struct info *info, struct jpki_card *card, struct pin *pin)
{
	int r = jpki_pin_ready(card, pin->pin, prompt_tries(info->min_tries,
	    pin->source), &pin->left);

	if (r != JPKI_ERR_NOT_ON_CARD && jpki_errclass(r) != JPKI_CLASS_PIN)
		return r;
	pin->refusal = r;
	return 0;
}

/* A certificate that a card need not have, or not give. */
static int
read_cert(struct info *info, struct jpki_card *card, struct entry *e)
{
	struct jpki_cert *ca;
	int r;

	e->why = 0;
	r = jpki_card_cert(card, e->slot, &e->cert);
	if (r == JPKI_ERR_NEEDS_PIN || r == JPKI_ERR_NOT_ON_CARD)
		e->why = r;
	if (r != 0)
		return e->why != 0 ? 0 : r;
	/* Without the CA's the issuer stays unproven, that is all. */
	r = jpki_card_cert(card, e->slot == JPKI_SLOT_AUTH ?
	    JPKI_SLOT_AUTH_CA : JPKI_SLOT_SIGN_CA, &ca);
	if (r == 0)
		return certs_add(&info->cas, &info->n_cas, ca);
	return jpki_errclass(r) == JPKI_CLASS_CARD ||
	    jpki_errclass(r) == JPKI_CLASS_DATA ? 0 : r;
}

/* The first run: all that needs no PIN. The text application comes last,
 * because selecting another application costs a command. */
static int
look(struct jpki_card *card, void *arg)
{
	struct info *info = arg;
	struct entry *auth = &info->entries[AUTH], *sign = auth + SIGN;
	bool has_auth, has_sign;
	int r;

	if ((r = jpki_card_present(card, JPKI_SLOT_AUTH, &has_auth)) != 0 ||
	    (r = jpki_card_present(card, JPKI_SLOT_SIGN, &has_sign)) != 0)
		return r;
	auth->why = JPKI_ERR_NOT_ON_CARD;
	sign->why = has_sign ? JPKI_ERR_NEEDS_PIN : JPKI_ERR_NOT_ON_CARD;
	if ((r = read_tries(info, card, &info->pins[AUTH])) != 0 ||
	    (r = read_tries(info, card, &info->pins[SIGN])) != 0 ||
	    (has_auth && (r = read_cert(info, card, auth)) != 0))
		return r;
	return read_tries(info, card, &info->pins[TEXT]);
}

static int
verify(struct info *info, struct jpki_card *card, struct pin *pin)
{
	const char *text;
	size_t len;
	int r;

	text = jpki_secret_data(pin->secret, &len);
	r = jpki_pin_verify(card, pin->pin, text, len,
	    prompt_tries(info->min_tries, pin->source), NULL);
	/* A PIN that was right has all its tries again. */
	if (r == 0)
		pin->left = jpki_pin_verdict_max(pin->verdict);
	/* The last one was spent, here or elsewhere since the first run. */
	if (r == JPKI_ERR_PIN_BLOCKED)
		pin->refusal = r;
	return r;
}

/* The second run: what needs a PIN. The text application comes first, so that
 * a wrong text PIN keeps the sign password from being sent. */
static int
look_closer(struct jpki_card *card, void *arg)
{
	struct info *info = arg;
	int r;

	if (info->pins[TEXT].secret != NULL &&
	    ((r = verify(info, card, &info->pins[TEXT])) != 0 ||
	    (r = jpki_card_attributes(card, &info->text)) != 0))
		return r;
	if ((r = verify(info, card, &info->pins[SIGN])) != 0)
		return r;
	return read_cert(info, card, &info->entries[SIGN]);
}

static int
get_pin(struct info *info, struct pin *pin)
{
	return prompt_pin(info->ctx, pin->pin, pin->source, pin->left,
	    &pin->secret);
}

/* A PIN that must not be sent leaves a certificate unread, and the report
 * tells; the rest of it is worth telling all the same. */
static int
read_protected(struct info *info, struct jpki_card *card)
{
	struct entry *entry = &info->entries[SIGN];
	struct pin *sign = &info->pins[SIGN], *text = &info->pins[TEXT];
	int code = 0;

	if (entry->why == JPKI_ERR_NOT_ON_CARD)
		return 0;
	if (sign->refusal != 0) {
		entry->why = sign->refusal;
		return 0;
	}
	if (info->compare && text->refusal == 0)
		code = get_pin(info, text);
	if (code == 0)
		code = get_pin(info, sign);
	if (code == 0)
		code = card_run(info->ctx, card, look_closer, info, NULL);
	jpki_secret_free(&text->secret);
	jpki_secret_free(&sign->secret);
	return code != 0 && sign->refusal != 0 ? LOCKED : code;
}

static int
read_open_card(struct info *info, struct jpki_card *card)
{
	int code;

	info->carrier = jpki_card_carrier(card);
	if (jpki_card_info(card, JPKI_INFO_READER, info->name,
	    sizeof(info->name)) != 0)
		*info->name = '\0';
	code = card_go_on(info->ctx, card, look, info, NULL);
	if (code == 0)
		code = judge_pins(info);
	if (code != 0 || !info->sign)
		return code;
	code = read_protected(info, card);
	return code != 0 ? code : judge_pins(info);
}

int
read_card(struct info *info)
{
	struct jpki_card *card;
	int code, r;

	info->have_card = true;
	info->entries[AUTH].slot = JPKI_SLOT_AUTH;
	info->entries[SIGN].slot = JPKI_SLOT_SIGN;
	wait_begin();
	r = jpki_card_open_begin(info->ctx, info->reader, &card);
	wait_end();
	if (r == JPKI_ERR_OLD_CARD) {
		info->carrier = JPKI_CARRIER_JUKI;
		return 0;
	}
	if (r != 0)
		return complain_ctx(info->ctx, r, NULL);
	code = read_open_card(info, card);
	jpki_card_close(&card);
	return code;
}
