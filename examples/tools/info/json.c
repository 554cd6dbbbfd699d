/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The report for programs. Members are only ever added; the manual has them
 * all.
 */
#include "common/cert_words.h"
#include "common/holder.h"
#include "common/json.h"
#include "common/verdict.h"
#include "info.h"

/* The day in Japan of a moment; 0: none. */
static json_t *
day_json(int64_t t)
{
	return t != 0 ? json_date(jpki_date_from_time(t)) : json_null();
}

static json_t *
why_json(const struct jpki_why *why)
{
	return json_pack("{s:o, s:o, s:o}",
	    "rules", verdict_rules_json(why),
	    "seeds", verdict_seeds_json(why),
	    "advice", verdict_advice_json(why));
}

/* ---- A certificate ---- */

static const char *
issuer_word(enum jpki_issuer state)
{
	switch (state) {
	case JPKI_ISSUER_NOT_SIGNED:
		return "not-signed";
	case JPKI_ISSUER_UNSUPPORTED:
		return "unsupported";
	case JPKI_ISSUER_SIGNED:
		return "signed";
	case JPKI_ISSUER_NOT_FOUND:
		break;
	}
	return "not-found";
}

/* The issuer that was found, or else the one that the certificate claims. */
static json_t *
issuer_json(const struct jpki_check *check, const struct jpki_cert_info *c)
{
	enum jpki_issuer state = jpki_check_issuer_state(check);
	bool is_signed = state == JPKI_ISSUER_SIGNED;

	return json_with(json_pack("{s:s, s:o, s:s?, s:b}",
	    "state", issuer_word(state),
	    "name", json_text(c->issuer->text),
	    "period", period_word(jpki_check_ca_period(check)),
	    "fits", is_signed && jpki_check_purpose_fits(check)),
	    ca_json(is_signed ? jpki_check_ca(check) : c->ca));
}

static json_t *
revocation_json(const struct entry *e)
{
	const struct jpki_revocation *r = jpki_check_revocation(e->check);
	const struct jpki_revocation *claimed = jpki_check_claimed(e->check);

	return json_pack("{s:s, s:s?, s:o, s:o, s:o, s:o, s:s, s:s?}",
	    "state", revocation_word(r->state),
	    "source", r->state == JPKI_REVOCATION_NOT_CHECKED ? NULL :
	    r->ocsp ? "ocsp" : "crl",
	    "reason", json_count(r->state == JPKI_REVOCATION_REVOKED ?
	    r->reason : -1),
	    "since", day_json(r->time),
	    "as_of", day_json(r->this_update),
	    "next", day_json(r->next_update),
	    "then", revocation_word(e->then),
	    "claimed", claimed->state == JPKI_REVOCATION_NOT_CHECKED ? NULL :
	    revocation_word(claimed->state));
}

static json_t *
notes_json(const struct jpki_cert_info *c)
{
	json_t *notes = json_array();
	size_t i;

	for (i = 0; i < c->note_count; i++)
		json_array_append_new(notes, json_pack("{s:s, s:o}",
		    "note", jpki_cert_note_name(c->notes[i]->code),
		    "detail", json_text(c->notes[i]->detail)));
	return notes;
}

static json_t *
cert_json(const struct entry *e)
{
	const struct jpki_cert_info *c = jpki_cert_info(e->cert);
	json_t *all;

	all = json_pack("{s:s?, s:o, s:o, s:{s:o, s:o}, s:o}",
	    "period", period_word(jpki_check_period(e->check)),
	    "issuer", issuer_json(e->check, c),
	    "revocation", revocation_json(e),
	    "key",
		"type", json_text(c->key_name),
		"bits", json_count((int)c->key_bits),
	    "signature", json_text(c->signature));
	if (e->path != NULL)
		all = json_with(all, json_pack("{s:o, s:o, s:o}",
		    "serial", json_text(c->serial),
		    "sha256", json_text(c->fingerprint),
		    "subject", json_text(c->subject->text)));
	if (c->attributes != NULL)
		all = json_with(all, json_pack("{s:o}", "holder",
		    holder_json(c->attributes)));
	return json_with(all, json_pack("{s:o}", "notes", notes_json(c)));
}

static json_t *
entry_json(const struct entry *e)
{
	json_t *all = json_with(verdict_days_json(e->state, e->from, e->until,
	    e->renew_from, e->days_left),
	    why_json(jpki_verdict_why(e->verdict)));

	all = json_with(all, json_pack("{s:s?}", "not_read",
	    e->why != 0 ? jpki_errname(e->why) : NULL));
	return e->cert != NULL ? json_with(all, cert_json(e)) : all;
}

/* ---- The card ---- */

static const char *
carrier_word(enum jpki_carrier carrier)
{
	switch (carrier) {
	case JPKI_CARRIER_CARD:
		return "card";
	case JPKI_CARRIER_JUKI:
		return "juki";
	case JPKI_CARRIER_ANDROID:
		return "android";
	case JPKI_CARRIER_IPHONE:
		return "iphone";
	case JPKI_CARRIER_PHONE:
		return "phone";
	case JPKI_CARRIER_UNKNOWN:
		break;
	}
	return "unknown";
}

static json_t *
route_json(const struct pin *pin, enum jpki_place place)
{
	return json_string(verdict_route_name(jpki_pin_verdict_route(
	    pin->verdict, place)));
}

static json_t *
pin_json(const struct pin *pin)
{
	const struct jpki_pin_verdict *v = pin->verdict;

	if (pin_is_absent(pin))
		return json_null();
	return json_with(json_pack("{s:s, s:o, s:o, s:o, s:o, s:o}",
	    "state", jpki_pin_state_name(jpki_pin_verdict_state(v)),
	    "left", json_count(jpki_pin_verdict_left(v)),
	    "max", json_count(jpki_pin_verdict_max(v)),
	    "town", route_json(pin, JPKI_PLACE_TOWN),
	    "store", route_json(pin, JPKI_PLACE_STORE),
	    "home", route_json(pin, JPKI_PLACE_HOME)),
	    why_json(jpki_pin_verdict_why(v)));
}

static json_t *
pins_json(const struct info *info)
{
	if (info->carrier == JPKI_CARRIER_JUKI)
		return json_object();
	return json_pack("{s:o, s:o, s:o}",
	    info->pins[AUTH].word, pin_json(&info->pins[AUTH]),
	    info->pins[SIGN].word, pin_json(&info->pins[SIGN]),
	    info->pins[TEXT].word, pin_json(&info->pins[TEXT]));
}

static json_t *
compared_json(const struct info *info)
{
	if (!info->compared)
		return json_pack("{s:n, s:n}", "compared", "moved");
	return json_pack("{s:o, s:b, s:o}",
	    "compared", holder_compared_json(info->text, jpki_cert_info(
	    info->entries[SIGN].cert)->attributes),
	    "moved", info->moved,
	    "card_text", holder_json(info->text));
}

static json_t *
card_json(const struct info *info)
{
	json_t *all;

	all = json_pack("{s:s, s:o, s:o, s:o}",
	    "carrier", carrier_word(info->carrier),
	    "reader", json_text(*info->name != '\0' ? info->name : NULL),
	    "auth", entry_json(&info->entries[AUTH]),
	    "sign", entry_json(&info->entries[SIGN]));
	return json_with(json_with(all, compared_json(info)),
	    json_pack("{s:o}", "pins", pins_json(info)));
}

/* ---- Files ---- */

static json_t *
file_json(const struct entry *e)
{
	const struct jpki_cert_info *c = jpki_cert_info(e->cert);
	json_t *all, *ca;

	all = json_pack("{s:o, s:o, s:s?}", "file", json_text(e->path),
	    "number", e->number != 0 ? json_integer((json_int_t)e->number) :
	    json_null(),
	    "slot", slot_word(e->slot));
	ca = json_with(json_pack("{s:b}", "is_ca", c->is_ca),
	    ca_json(c->ca));
	return json_with(json_with(all, entry_json(e)),
	    json_pack("{s:o}", "ca", ca));
}

static json_t *
files_json(const struct info *info)
{
	json_t *files = json_array();
	size_t i;

	for (i = 0; i < info->n_entries; i++)
		if (json_array_append_new(files,
		    file_json(&info->entries[i])) != 0) {
			json_decref(files);
			return NULL;
		}
	return json_pack("{s:o}", "certificates", files);
}

/* Each list and OCSP answer: whether it said something, else why not. */
static json_t *
answers_json(const struct info *info)
{
	const struct answer *a, *end = info->answers + info->n_answers;
	json_t *answers = json_array();

	for (a = info->answers; a < end; a++)
		json_array_append_new(answers, json_pack(
		    "{s:o, s:s, s:b, s:s?}",
		    "file", json_text(a->path),
		    "kind", a->ocsp ? "ocsp" : "crl",
		    "used", a->used,
		    "error", a->used || a->err == 0 ? NULL :
		    jpki_errname(a->err)));
	return answers;
}

int
report_json(const struct info *info)
{
	json_t *all;

	/* There may be the holder's name and address in it. */
	json_wipe_memory();
	all = json_pack("{s:o, s:i}",
	    "date", json_date(jpki_date_from_time(info->now)),
	    "exit", info->code);
	all = json_with(all, info->have_card ? card_json(info) :
	    files_json(info));
	return json_print(json_with(all, json_pack("{s:o}", "answers",
	    answers_json(info))));
}
