/* SPDX-License-Identifier: Apache-2.0 */
#include <jpki/rules.h>

#include <jpki/err.h>

#include <string.h>

const struct jpki_rule *
jpki_rule_at(size_t i)
{
	(void)i;
	return NULL;
}

const struct jpki_dispute *
jpki_dispute_at(size_t i)
{
	(void)i;
	return NULL;
}

const struct jpki_seed *
jpki_seed_at(size_t i)
{
	(void)i;
	return NULL;
}

const struct jpki_rule *
jpki_rule_find(const char *id)
{
	(void)id;
	return NULL;
}

const char *
jpki_state_name(enum jpki_state state)
{
	(void)state;
	return "?";
}

const char *
jpki_state_text(enum jpki_state state, enum jpki_lang lang)
{
	(void)state;
	(void)lang;
	return "?";
}

const char *
jpki_advice_text(enum jpki_advice advice, enum jpki_lang lang)
{
	(void)advice;
	(void)lang;
	return "?";
}

bool
jpki_why_has(const struct jpki_why *why, const char *id)
{
	(void)why;
	(void)id;
	return 0;
}

enum jpki_pin_state
jpki_pin_state_of(int left)
{
	(void)left;
	return 0;
}

int
jpki_rules_cert(const struct jpki_cert_facts *facts, int64_t now, struct jpki_verdict *out)
{
	(void)facts;
	(void)now;
	(void)out;
	memset(out, 0, sizeof(*out));
	return JPKI_ERR_INTERNAL;
}

const char *
jpki_revocation_text(int reason, enum jpki_lang lang)
{
	(void)reason;
	(void)lang;
	return "?";
}

int
jpki_rules_validity(const struct jpki_validity_facts *facts, struct jpki_date on, struct jpki_verdict *out)
{
	(void)facts;
	(void)on;
	(void)out;
	memset(out, 0, sizeof(*out));
	return JPKI_ERR_INTERNAL;
}

int
jpki_rules_card(const struct jpki_card_facts *facts, struct jpki_date on, struct jpki_verdict *out)
{
	(void)facts;
	(void)on;
	(void)out;
	memset(out, 0, sizeof(*out));
	return JPKI_ERR_INTERNAL;
}

int
jpki_rules_renewal(struct jpki_date until, struct jpki_date on, struct jpki_verdict *out)
{
	(void)until;
	(void)on;
	(void)out;
	memset(out, 0, sizeof(*out));
	return JPKI_ERR_INTERNAL;
}

const char *
jpki_event_name(enum jpki_event event)
{
	(void)event;
	return "?";
}

enum jpki_event
jpki_event_find(const char *name)
{
	(void)name;
	return 0;
}

const char *
jpki_event_text(enum jpki_event event, enum jpki_lang lang)
{
	(void)event;
	(void)lang;
	return "?";
}

int
jpki_rules_events(const struct jpki_event_at *events, size_t n, struct jpki_date on, struct jpki_history *out)
{
	(void)events;
	(void)n;
	(void)on;
	(void)out;
	memset(out, 0, sizeof(*out));
	return JPKI_ERR_INTERNAL;
}

int
jpki_rules_pin(int pin, struct jpki_tries left, struct jpki_pin_verdict *out)
{
	(void)pin;
	(void)left;
	(void)out;
	memset(out, 0, sizeof(*out));
	return JPKI_ERR_INTERNAL;
}

const char *
jpki_pin_state_name(enum jpki_pin_state state)
{
	(void)state;
	return "?";
}

int
jpki_rules_who(struct jpki_date birth, bool ward, struct jpki_date on, enum jpki_feb29 feb29, struct jpki_who *out)
{
	(void)birth;
	(void)ward;
	(void)on;
	(void)feb29;
	(void)out;
	memset(out, 0, sizeof(*out));
	return JPKI_ERR_INTERNAL;
}

