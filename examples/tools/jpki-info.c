/* SPDX-License-Identifier: Apache-2.0 */
/*
 * jpki-info: is the My Number Card usable, until when, and what is to do?
 *
 * A program on libjpki's public API. Without an option it needs no PIN: one
 * run on the card reads what is free to read. The sign certificate and the
 * card's text, which need a PIN each, are read in a second run, after all
 * prompts. Then the card is left alone, the rules of the service are asked
 * about what was read, and the answer is told: to people, as JSON, or as a
 * calendar file. With files instead of a card, only the first step differs.
 *
 * Nothing here says "valid": the end of the period, the issuer and the
 * revocation are three things, told apart.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE	/* wcwidth() */
#endif
#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <locale.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>
#include <wchar.h>

#include <sys/ioctl.h>
#include <sys/stat.h>

#include <jpki.h>
#include <openssl/asn1.h>

#define ANSWER_MAX (64u << 20)	/* bytes of the largest CRL */
#define LABEL_WIDTH 22		/* columns before what a line says */
#define TEXT_MAX 2048		/* bytes of the longest line before wrapping */
#define DAY 86400

enum { ACT = 1, EXPIRED = 2, LOCKED = 3 };	/* exit codes */
enum { AUTH, SIGN, TEXT, N_PINS };		/* entries and PINs of a card */
enum { AS_TEXT, AS_JSON, AS_CALENDAR };

static const char *const words[N_PINS] = { "auth", "sign", "text" };

/* A certificate and what there is to say about it. */
struct entry {
	const char *path;	/* of the file; NULL: of the card */
	enum jpki_slot slot;	/* 0: none of the service's kinds */
	struct jpki_cert *cert;	/* NULL: not read ... */
	int why;		/* ... because of this JPKI_ERR_* */
	struct jpki_check check;
	struct jpki_verdict verdict;
};

/* A CRL or OCSP answer. */
struct answer {
	const char *path;
	bool ocsp;
	bool used;
	uint8_t *data;
	size_t len;
};

struct info {
	struct jpki_ctx *ctx;
	const char *reader;	/* NULL: what JPKI_READER says */
	const char *sources[N_PINS];	/* NULL: the terminal */
	int min_tries;
	bool sign, compare, quiet;
	int form;
	struct jpki_date date;	/* year 0: now */
	int64_t now;		/* the moment in question */
	int columns;		/* of the terminal */
	int code;		/* what the exit code is so far */

	char **ca_paths;
	size_t n_ca_paths;
	struct jpki_cert **cas;	/* who may have issued the certificates */
	size_t n_cas;
	struct answer *answers;
	size_t n_answers;

	struct entry *entries;
	size_t n_entries;

	/* Of a card. */
	bool have_card;
	enum jpki_carrier carrier;
	char name[JPKI_INFO_MAX];	/* of the reader */
	struct jpki_secret *secrets[N_PINS];
	int left[N_PINS];
	bool no_pin[N_PINS];	/* the card does not have it */
	struct jpki_pin_verdict pins[N_PINS];
	struct jpki_attributes *text;
	bool compared, moved;
	struct jpki_comparison comparison;
};

static const char help_en[] =
    "usage: jpki-info [options]\n"
    "       jpki-info [options] FILE...\n"
    "Tells whether the My Number Card is usable, until when, and what to do.\n"
    "With FILEs (PEM or DER; -: standard input): about these certificates.\n"
    "  --sign               also the sign certificate (署名用); with password\n"
    "  --compare            and does it still say what the card says? Also with\n"
    "                       the text PIN: tells who moved or was renamed\n"
    "  --pin-source S       the sign password: file:PATH, fd:N, tty (default);\n"
    "                       also --sign-pin-source\n"
    "  --text-pin-source S  the text PIN, likewise\n"
    "  --last-try           send a PIN even if only one try is left\n"
    "  --date YYYY-MM-DD    as if it were noon of that day in Japan\n"
    "  --ca FILE|DIR        where the issuers' certificates are; repeatable\n"
    "  --crl FILE, --ocsp FILE\n"
    "                       answers on revocation that you got; repeatable\n"
    "  --json               print JSON\n"
    "  --ics                print a calendar file with reminders\n"
    "  --quiet              print nothing; the exit code tells\n"
    "  --reader R           the reader; soft:DIR is a software card\n"
    "  --lang ja|en         language of texts and messages\n"
    "  --help, --version\n"
    "Exit codes: 0 fine, 1 renew or act soon (or failed: see the message),\n"
    "2 expired, lapsed or suspended, 3 auth or sign PIN locked, 64 usage,\n"
    "65 bad data, 69 no reader or card.\n";

static const char help_ja[] =
    "使い方: jpki-info [オプション]\n"
    "        jpki-info [オプション] ファイル...\n"
    "マイナンバーカードが使えるか、いつまでか、何をすべきかを表示します。\n"
    "ファイル（PEM か DER、- は標準入力）を渡すと、その証明書を調べます。\n"
    "  --sign               署名用電子証明書も読む（署名用パスワードが必要）\n"
    "  --compare            さらに、カードの記載と同じかを調べる（転居や改姓の\n"
    "                       後に。券面事項入力補助用暗証番号も必要）\n"
    "  --pin-source S       署名用パスワード: file:PATH、fd:N、tty（既定）。\n"
    "                       --sign-pin-source も同じ\n"
    "  --text-pin-source S  券面事項入力補助用暗証番号。書き方は同じ\n"
    "  --last-try           残り 1 回でも暗証番号をカードに送る\n"
    "  --date YYYY-MM-DD    日本のその日の正午として調べる\n"
    "  --ca FILE|DIR        認証局の証明書のある場所。繰り返し可\n"
    "  --crl FILE, --ocsp FILE\n"
    "                       入手済みの失効情報。繰り返し可\n"
    "  --json               JSON で出す\n"
    "  --ics                リマインダーのカレンダーファイルを出す\n"
    "  --quiet              何も表示しない（終了コードだけ）\n"
    "  --reader R           リーダー名。soft:DIR はソフトウェアカード\n"
    "  --lang ja|en         表示とメッセージの言語\n"
    "  --help, --version\n"
    "終了コード: 0 問題なし、1 更新か対応が必要（失敗も。メッセージ参照）、\n"
    "2 期限切れ・失効・停止、3 利用者証明用か署名用の暗証番号がロック、\n"
    "64 使い方の誤り、65 データの誤り、69 リーダーかカードがない\n";

static bool
is_ja(const struct info *info)
{
	return jpki_ctx_lang(info->ctx) == JPKI_LANG_JA;
}

__attribute__((format_arg(2), format_arg(3))) static const char *
pick(const struct info *info, const char *en, const char *ja)
{
	return is_ja(info) ? ja : en;
}

__attribute__((format(printf, 1, 2))) static void
complain(const char *fmt, ...)
{
	va_list ap;

	fputs("jpki-info: ", stderr);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
}

/* What the shell gets to see of the library's errors. */
static int
exit_code(int err)
{
	if (err == JPKI_ERR_PIN_BLOCKED)
		return LOCKED;
	if (jpki_errclass(err) == JPKI_CLASS_DATA)
		return EX_DATAERR;
	/* No reader or card to speak of; an open door is a failure. */
	if (jpki_errclass(err) == JPKI_CLASS_TRANSPORT && err != JPKI_ERR_DOOR)
		return EX_UNAVAILABLE;
	return EXIT_FAILURE;
}

/* Tells the library's last failure. */
static int
card_error(const struct info *info, int err)
{
	complain("%s", jpki_ctx_errmsg(info->ctx));
	return exit_code(err);
}

/* Tells a failure about something that has a name. */
static int
refuse(const struct info *info, const char *subject, int err)
{
	complain("%s: %s", subject, jpki_strerror(err,
	    jpki_ctx_lang(info->ctx)));
	return exit_code(err);
}

static int
system_error(const char *subject)
{
	complain("%s: %s", subject, strerror(errno));
	return EXIT_FAILURE;
}

/* ---- Files: certificates of CAs, answers on revocation ---- */

/* The certificate belongs to info from here on. */
static int
add_ca(struct info *info, struct jpki_cert *cert)
{
	struct jpki_cert **cas;

	cas = realloc(info->cas, (info->n_cas + 1) * sizeof(*cas));
	if (cas == NULL) {
		jpki_cert_free(&cert);
		return system_error("memory");
	}
	info->cas = cas;
	cas[info->n_cas++] = cert;
	return 0;
}

static int
read_ca_dir(struct info *info, const char *dir)
{
	struct jpki_cert **certs;
	size_t i, n;
	int r;

	if ((r = jpki_cert_read_dir(info->ctx, dir, &certs, &n)) != 0)
		return card_error(info, r);
	for (i = 0; r == 0 && i < n; i++)
		r = add_ca(info, jpki_cert_ref(certs[i]));
	jpki_certs_free(&certs);
	return r;
}

static int
read_cas(struct info *info)
{
	struct jpki_cert *cert;
	struct stat st;
	size_t i;
	int r;

	for (i = 0; i < info->n_ca_paths; i++) {
		if (stat(info->ca_paths[i], &st) == 0 && S_ISDIR(st.st_mode))
			r = read_ca_dir(info, info->ca_paths[i]);
		else if ((r = jpki_cert_read(info->ctx, info->ca_paths[i],
		    &cert)) == 0)
			r = add_ca(info, cert);
		else
			r = card_error(info, r);
		if (r != 0)
			return r;
	}
	return 0;
}

static int
read_answer(const struct info *info, struct answer *a)
{
	FILE *f = fopen(a->path, "rb");
	size_t size = 0;
	uint8_t *data;
	int code = 0;

	if (f == NULL)
		return system_error(a->path);
	while (code == 0 && !feof(f)) {
		if (a->len == size) {
			size = size * 2 + 65536;
			if ((data = realloc(a->data, size)) == NULL) {
				code = system_error(a->path);
				break;
			}
			a->data = data;
		}
		a->len += fread(a->data + a->len, 1, size - a->len, f);
		if (ferror(f))
			code = system_error(a->path);
		else if (a->len > ANSWER_MAX)
			code = refuse(info, a->path, JPKI_ERR_DATA);
	}
	fclose(f);
	if (code == 0 && a->len == 0)
		code = refuse(info, a->path, JPKI_ERR_DATA);
	return code;
}

static int
read_files(struct info *info, char *const *paths)
{
	struct jpki_cert *copy;
	const uint8_t *der;
	struct entry *e;
	size_t i, len;
	int r;

	for (i = 0; i < info->n_entries; i++) {
		e = &info->entries[i];
		e->path = paths[i];
		if ((r = jpki_cert_read(info->ctx, paths[i], &e->cert)) != 0)
			return card_error(info, r);
		e->slot = jpki_cert_info(e->cert)->slot;
		if (!jpki_cert_info(e->cert)->is_ca)
			continue;
		/* It may have issued one of the others. */
		der = jpki_cert_der(e->cert, &len);
		if ((r = jpki_cert_parse(info->ctx, der, len, &copy)) != 0)
			return card_error(info, r);
		if ((r = add_ca(info, copy)) != 0)
			return r;
	}
	return 0;
}

/* ---- The card ---- */

static int
read_tries(struct info *info, struct jpki_card *card, int i)
{
	int r = jpki_pin_tries(card, (enum jpki_pin)(i + 1), &info->left[i]);

	if (r == JPKI_ERR_NOT_ON_CARD)
		info->no_pin[i] = true;
	return r == JPKI_ERR_NOT_ON_CARD ? 0 : r;
}

/* A certificate that a card need not have, or not give. */
static int
read_cert(struct info *info, struct jpki_card *card, enum jpki_slot slot)
{
	struct entry *e = &info->entries[slot - JPKI_SLOT_AUTH];
	struct jpki_cert *ca;
	int r;

	e->why = 0;
	r = jpki_card_cert(card, slot, &e->cert);
	if (r == JPKI_ERR_NEEDS_PIN || r == JPKI_ERR_NOT_ON_CARD)
		e->why = r;
	if (r != 0)
		return e->why != 0 ? 0 : r;
	/* Without the CA's the issuer stays unproven, that is all. */
	r = jpki_card_cert(card, slot == JPKI_SLOT_AUTH ? JPKI_SLOT_AUTH_CA :
	    JPKI_SLOT_SIGN_CA, &ca);
	if (r == 0)
		return add_ca(info, ca);
	return jpki_errclass(r) == JPKI_CLASS_CARD ||
	    jpki_errclass(r) == JPKI_CLASS_DATA ? 0 : r;
}

/* The first run: all that needs no PIN. The text application comes last,
 * because selecting another application costs a command. */
static int
look(struct info *info, struct jpki_card *card)
{
	struct entry *auth = &info->entries[AUTH], *sign = auth + SIGN;
	bool has_auth, has_sign;
	int r;

	if ((r = jpki_card_present(card, JPKI_SLOT_AUTH, &has_auth)) != 0 ||
	    (r = jpki_card_present(card, JPKI_SLOT_SIGN, &has_sign)) != 0)
		return r;
	auth->why = JPKI_ERR_NOT_ON_CARD;
	sign->why = has_sign ? JPKI_ERR_NEEDS_PIN : JPKI_ERR_NOT_ON_CARD;
	if ((r = read_tries(info, card, AUTH)) != 0 ||
	    (r = read_tries(info, card, SIGN)) != 0 ||
	    (has_auth && (r = read_cert(info, card, JPKI_SLOT_AUTH)) != 0))
		return r;
	return read_tries(info, card, TEXT);
}

static int
verify(struct info *info, struct jpki_card *card, int i)
{
	const char *text;
	size_t len;
	int r;

	text = jpki_secret_data(info->secrets[i], &len);
	r = jpki_pin_verify(card, (enum jpki_pin)(i + 1), text, len,
	    info->min_tries, NULL);
	/* A PIN that was right has all its tries again. */
	if (r == 0)
		info->left[i] = info->pins[i].max;
	return r;
}

/* The second run: what needs a PIN. The text application comes first, so that
 * a wrong text PIN keeps the sign password from being sent. */
static int
look_closer(struct info *info, struct jpki_card *card)
{
	int r;

	if (info->secrets[TEXT] != NULL &&
	    ((r = verify(info, card, TEXT)) != 0 ||
	    (r = jpki_card_attributes(card, &info->text)) != 0))
		return r;
	if ((r = verify(info, card, SIGN)) != 0)
		return r;
	return read_cert(info, card, JPKI_SLOT_SIGN);
}

/* The steps return 0, a JPKI_ERR_*, or an exit code if they have complained
 * themselves. */
static int
run(struct info *info, struct jpki_card *card,
    int (*steps)(struct info *, struct jpki_card *))
{
	int r, end;

	if ((r = jpki_card_begin(card)) != 0)
		return card_error(info, r);
	r = steps(info, card);
	end = jpki_card_end(card);
	if (end == 0)
		return r >= 0 ? r : card_error(info, r);
	/* The message is about the end now. It matters most, but not alone. */
	card_error(info, end);
	return r >= 0 ? exit_code(end) : refuse(info, jpki_errname(r), r);
}

/* Why a PIN must not be sent, or 0: nobody types one to learn of it. */
static int
pin_refusal(const struct info *info, int i)
{
	int left = info->left[i];

	if (info->no_pin[i])
		return JPKI_ERR_NOT_ON_CARD;
	if (left == 0)
		return JPKI_ERR_PIN_BLOCKED;
	if (left < 0 && info->min_tries > JPKI_TRIES_INSIST)
		return JPKI_ERR_PIN_NO_COUNT;
	return left > 0 && left < info->min_tries ? JPKI_ERR_PIN_LAST_TRY : 0;
}

static int
get_pin(struct info *info, int i)
{
	enum jpki_pin pin = (enum jpki_pin)(i + 1);
	char prompt[160];
	const char *text;
	size_t len;
	int r;

	jpki_pin_prompt(pin, info->left[i], jpki_ctx_lang(info->ctx), prompt,
	    sizeof(prompt));
	if ((r = jpki_secret_read(info->ctx, info->sources[i], prompt,
	    &info->secrets[i])) != 0)
		return card_error(info, r);
	text = jpki_secret_data(info->secrets[i], &len);
	if ((r = jpki_pin_check(info->ctx, pin, text, len)) != 0)
		return card_error(info, r);
	return 0;
}

/* A PIN that must not be sent leaves a certificate unread, and the report
 * tells; the rest of it is worth telling all the same. */
static int
read_protected(struct info *info, struct jpki_card *card)
{
	struct entry *sign = &info->entries[SIGN];
	int code = 0, r;

	if (sign->why == JPKI_ERR_NOT_ON_CARD)
		return 0;
	if ((r = pin_refusal(info, SIGN)) != 0) {
		sign->why = r;
		return 0;
	}
	if (info->compare && pin_refusal(info, TEXT) == 0)
		code = get_pin(info, TEXT);
	if (code == 0)
		code = get_pin(info, SIGN);
	if (code == 0)
		code = run(info, card, look_closer);
	jpki_secret_free(&info->secrets[TEXT]);
	jpki_secret_free(&info->secrets[SIGN]);
	return code;
}

static int
judge_pins(struct info *info)
{
	struct jpki_tries left = { info->left[AUTH], info->left[SIGN],
	    info->left[TEXT] };
	int i, r;

	for (i = 0; i < N_PINS; i++)
		if ((r = jpki_rules_pin(i + 1, left, &info->pins[i])) != 0)
			return refuse(info, words[i], r);
	return 0;
}

static int
read_card(struct info *info)
{
	struct jpki_card *card;
	int code, i, r;

	info->have_card = true;
	info->entries[AUTH].slot = JPKI_SLOT_AUTH;
	info->entries[SIGN].slot = JPKI_SLOT_SIGN;
	for (i = 0; i < N_PINS; i++)
		info->left[i] = -1;
	r = jpki_card_open(info->ctx, info->reader, &card);
	if (r == JPKI_ERR_OLD_CARD) {
		info->carrier = JPKI_CARRIER_JUKI;
		return 0;
	}
	if (r != 0)
		return card_error(info, r);
	info->carrier = jpki_card_carrier(card);
	if (jpki_card_info(card, JPKI_INFO_READER, info->name,
	    sizeof(info->name)) != 0)
		*info->name = '\0';
	if ((code = run(info, card, look)) == 0 &&
	    (code = judge_pins(info)) == 0 && info->sign &&
	    (code = read_protected(info, card)) == 0)
		code = judge_pins(info);
	jpki_card_close(&card);
	return code;
}

/* ---- What the rules make of it ---- */

static void
raise_code(struct info *info, int code)
{
	if (info->code < code)
		info->code = code;
}

/* A revocation after the moment in question had not happened yet. */
static enum jpki_revocation_state
revocation_then(const struct jpki_check *check)
{
	if ((check->revocation.state == JPKI_REVOCATION_REVOKED ||
	    check->revocation.state == JPKI_REVOCATION_ON_HOLD) &&
	    check->revocation.time > check->at)
		return JPKI_REVOCATION_GOOD;
	return check->revocation.state;
}

static int
ask_answers(struct info *info, struct entry *e)
{
	struct answer *a;
	int r;

	for (a = info->answers; a < info->answers + info->n_answers; a++) {
		r = a->ocsp ? jpki_cert_check_ocsp(info->ctx, e->cert, a->data,
		    a->len, &e->check) : jpki_cert_check_crl(info->ctx,
		    e->cert, a->data, a->len, &e->check);
		if (r == 0)
			a->used = true;
		else if (r != JPKI_ERR_NOT_COVERED) {
			complain("%s: %s", a->path,
			    jpki_ctx_errmsg(info->ctx));
			return exit_code(r);
		}
	}
	return 0;
}

/* The verdict on what the service's rules do not know: from its period. */
static void
judge_plainly(const struct info *info, struct entry *e)
{
	const struct jpki_cert_info *c = jpki_cert_info(e->cert);
	struct jpki_verdict *v = &e->verdict;
	static const enum jpki_state states[] = {
		[JPKI_PERIOD_BEFORE] = JPKI_STATE_NOT_YET,
		[JPKI_PERIOD_WITHIN] = JPKI_STATE_NOT_EXPIRED,
		[JPKI_PERIOD_AFTER] = JPKI_STATE_EXPIRED,
	};

	memset(v, 0, sizeof(*v));
	v->from = c->first_day;
	v->until = c->last_day;
	v->days_left = (int32_t)((jpki_date_begin(c->last_day) -
	    jpki_date_begin(jpki_date_from_time(info->now))) / DAY);
	v->state = states[e->check.period];
	if (revocation_then(&e->check) == JPKI_REVOCATION_REVOKED)
		v->state = JPKI_STATE_LAPSED;
}

static void
judge(const struct info *info, struct entry *e, const struct entry *partner)
{
	struct jpki_cert_facts f = { 0 };
	int i = e->slot == JPKI_SLOT_SIGN ? SIGN : AUTH;

	f.key = i == SIGN ? JPKI_KEY_SIGN : JPKI_KEY_AUTH;
	f.carrier = info->carrier;
	f.absent = e->why == JPKI_ERR_NOT_ON_CARD;
	f.reason = -1;
	f.moved = info->moved;
	if (info->have_card)
		f.pin = info->pins[i].state;
	if (e->cert != NULL) {
		if (!info->have_card)
			f.carrier = jpki_cert_info(e->cert)->carrier;
		jpki_cert_validity(e->cert, &f.not_before, &f.not_after);
		f.revocation = revocation_then(&e->check);
		f.reason = e->check.revocation.reason;
	}
	if (partner != NULL && partner->cert != NULL)
		f.partner_not_after =
		    jpki_cert_info(partner->cert)->not_after;
	/* Only the service's own certificates have a sensible period. */
	if (((e->slot != JPKI_SLOT_AUTH && e->slot != JPKI_SLOT_SIGN) ||
	    jpki_rules_cert(&f, info->now, &e->verdict) != 0) &&
	    e->cert != NULL)
		judge_plainly(info, e);
}

static void
weigh(struct info *info, const struct entry *e)
{
	enum jpki_state state = e->verdict.state;

	/* States are in an order, from better to worse. */
	if (state >= JPKI_STATE_RENEW && state <= JPKI_STATE_NOT_YET)
		raise_code(info, ACT);
	if (state >= JPKI_STATE_ON_HOLD && state <= JPKI_STATE_LAPSED)
		raise_code(info, EXPIRED);
	if (e->check.issuer_state == JPKI_ISSUER_NOT_SIGNED)
		raise_code(info, ACT);
}

static void
weigh_pins(struct info *info)
{
	int i;

	for (i = 0; i < N_PINS; i++) {
		if (info->no_pin[i])
			continue;
		if (info->pins[i].state == JPKI_PIN_STATE_LOCKED)
			raise_code(info, i == TEXT ? ACT : LOCKED);
		else if (info->pins[i].state == JPKI_PIN_STATE_LAST_TRY)
			raise_code(info, ACT);
	}
}

static void
compare(struct info *info)
{
	const struct entry *sign = &info->entries[SIGN];
	struct jpki_comparison *c = &info->comparison;

	if (info->text == NULL || sign->cert == NULL)
		return;
	jpki_attributes_compare(info->text,
	    jpki_cert_info(sign->cert)->attributes, c);
	info->compared = true;
	info->moved = c->name == JPKI_COMPARED_DIFFERS ||
	    c->address == JPKI_COMPARED_DIFFERS ||
	    c->birth == JPKI_COMPARED_DIFFERS ||
	    c->sex == JPKI_COMPARED_DIFFERS;
	if (info->moved)
		raise_code(info, ACT);
}

/* A 住基カード: what is on it is not read, and has ended whatever it says. */
static int
judge_old_card(struct info *info)
{
	struct jpki_cert_facts f = { .key = JPKI_KEY_SIGN,
	    .carrier = JPKI_CARRIER_JUKI, .reason = -1 };
	struct entry *sign = &info->entries[SIGN];
	int r;

	if ((r = jpki_rules_cert(&f, info->now, &sign->verdict)) != 0)
		return refuse(info, "J5", r);
	memset(&sign->verdict.until, 0, sizeof(sign->verdict.until));
	sign->why = JPKI_ERR_OLD_CARD;
	info->entries[AUTH].why = JPKI_ERR_NOT_ON_CARD;
	info->entries[AUTH].verdict.state = JPKI_STATE_NONE;
	raise_code(info, EXPIRED);
	return 0;
}

static int
judge_all(struct info *info)
{
	const struct jpki_cert *const *cas =
	    (const struct jpki_cert *const *)info->cas;
	struct entry *e, *end = info->entries + info->n_entries;
	size_t i;
	int r;

	if (info->carrier == JPKI_CARRIER_JUKI && info->have_card)
		return judge_old_card(info);
	compare(info);
	for (e = info->entries; e < end; e++) {
		if (e->cert == NULL)
			continue;
		if ((r = jpki_cert_check(info->ctx, e->cert, cas, info->n_cas,
		    info->now, &e->check)) != 0)
			return card_error(info, r);
		if ((r = ask_answers(info, e)) != 0)
			return r;
	}
	for (i = 0; i < info->n_answers; i++)
		if (!info->answers[i].used)
			complain("%s: %s", info->answers[i].path,
			    jpki_strerror(JPKI_ERR_NOT_COVERED,
			    jpki_ctx_lang(info->ctx)));
	for (e = info->entries; e < end; e++) {
		if (e->cert == NULL && e->why != JPKI_ERR_NOT_ON_CARD)
			continue;
		judge(info, e, !info->have_card ? NULL :
		    &info->entries[e == info->entries ? SIGN : AUTH]);
		weigh(info, e);
	}
	if (info->have_card)
		weigh_pins(info);
	return 0;
}

/* ---- Characters on a terminal ---- */

/* Decodes one character. What does not belong on a terminal, and bytes that
 * are no UTF-8, become U+FFFD. Returns how many bytes it took. */
static int
next_char(const char *s, unsigned long *c)
{
	int n = UTF8_getc((const unsigned char *)s, (int)strnlen(s, 4), c);

	if (n <= 0 || *c < 0x20 || (*c >= 0x7f && *c < 0xa0) ||
	    (*c >= 0x202a && *c <= 0x202e) || (*c >= 0x2066 && *c <= 0x2069))
		*c = 0xfffd;
	return n > 0 ? n : 1;
}

/* The columns of a character. Output is UTF-8 whatever the locale says, see
 * main(). */
static int
char_width(unsigned long c)
{
	int w = wcwidth((wchar_t)c);

	return w >= 0 ? w : c >= 0x1100 ? 2 : 1;
}

static int
text_width(const char *s)
{
	unsigned long c;
	int n, sum = 0;

	for (; *s != '\0'; s += n) {
		n = next_char(s, &c);
		sum += char_width(c);
	}
	return sum;
}

/* Whether a line may end between two characters: after a space, and beside
 * Japanese ones but for punctuation. */
static bool
may_break(unsigned long a, unsigned long b)
{
	if (b == ' ' || wcschr(L"、。，．・：；）」』ー々%,.:;)", (wchar_t)b) ||
	    wcschr(L"（「『(", (wchar_t)a))
		return false;
	return a == ' ' || a >= 0x2e80 || b >= 0x2e80;
}

/* Where the line that begins here ends. */
static const char *
line_end(const char *s, int room)
{
	const char *p, *end = NULL;
	unsigned long c, before = 0;
	int n;

	for (p = s; *p != '\0'; p += n, before = c) {
		n = next_char(p, &c);
		if (p > s && may_break(before, c))
			end = p;
		room -= char_width(c);
		if (room < 0 && c != ' ')
			return end != NULL ? end : p > s ? p : p + n;
	}
	return p;
}

/* Prints a text from column "at" on; what is too long goes on below, at
 * "indent". */
static void
put_text(const struct info *info, int indent, int at, const char *s)
{
	const char *end;
	unsigned long c;
	int n;

	for (;;) {
		for (end = line_end(s, info->columns - at); s < end; s += n) {
			n = next_char(s, &c);
			if (c == 0xfffd)
				fputs("\xef\xbf\xbd", stdout);
			else if (c != ' ' || s + 1 < end)
				fwrite(s, 1, (size_t)n, stdout);
		}
		putchar('\n');
		if (*s == '\0')
			return;
		printf("%*s", indent, "");
		at = indent;
	}
}

/* A label and what it says. */
static void
put_line(const struct info *info, const char *label, const char *text)
{
	int gap = LABEL_WIDTH - 2 - text_width(label);

	printf("  %s%*s", label, gap > 0 ? gap : 1, "");
	put_text(info, LABEL_WIDTH, gap > 0 ? LABEL_WIDTH :
	    LABEL_WIDTH - gap + 1, text);
}

__attribute__((format(printf, 4, 6), format(printf, 5, 6))) static void
say(const struct info *info, const char *label_en, const char *label_ja,
    const char *en, const char *ja, ...)
{
	char text[TEXT_MAX];
	va_list ap;

	va_start(ap, ja);
	vsnprintf(text, sizeof(text), pick(info, en, ja), ap);
	va_end(ap);
	put_line(info, pick(info, label_en, label_ja), text);
}

/* ---- For people ---- */

static const char *
day_text(int64_t t, char out[JPKI_DATE_TEXT])
{
	jpki_date_format(jpki_date_from_time(t), out);
	return out;
}

static void
say_state(const struct info *info, const struct entry *e)
{
	const struct jpki_verdict *v = &e->verdict;
	const char *state = jpki_state_text(v->state,
	    jpki_ctx_lang(info->ctx));
	char day[JPKI_DATE_TEXT];

	if (jpki_cert_info(e->cert)->is_ca && v->state == JPKI_STATE_EXPIRED)
		say(info, "State", "状態", "%s %s, still explains old "
		    "signatures", "%s（%s）。期限内に作られた署名の確認には今も"
		    "使えます", state, day_text(jpki_cert_info(
		    e->cert)->not_after, day));
	else if (v->state == JPKI_STATE_LAPSED)
		put_line(info, pick(info, "State", "状態"), state);
	else if (v->days_left > 0)
		say(info, "State", "状態", "%s, %d %s left",
		    "%s（あと %d 日）%.0s", state, v->days_left,
		    v->days_left == 1 ? "day" : "days");
	else if (v->days_left == 0)
		say(info, "State", "状態", "%s, this is the last day",
		    "%s（この日が最終日）", state);
	else
		say(info, "State", "状態", "%s, %d %s ago",
		    "%s（%d 日前に終了）%.0s", state, -v->days_left,
		    v->days_left == -1 ? "day" : "days");
}

static void
say_period(const struct info *info, const struct jpki_verdict *v,
    bool whole_last_day)
{
	char from[JPKI_DATE_TEXT], until[JPKI_DATE_TEXT];

	jpki_date_format(v->from, from);
	jpki_date_format(v->until, until);
	say(info, "Period", "有効期間", whole_last_day ?
	    "%s to %s, the whole day" : "%s to %s", "%s から %s まで", from,
	    until);
	if (v->renew_from.year == 0)
		return;
	jpki_date_format(v->renew_from, from);
	say(info, "Renewable from", "更新できる初日", "%s", "%s", from);
}

static void
ca_text(const struct info *info, const struct jpki_ca *ca, char *out,
    size_t size)
{
	static const char *const kinds[][2] = {
		[JPKI_CA_UNKNOWN] = { "an unknown CA", "不明な認証局" },
		[JPKI_CA_JLIS] = { "J-LIS", "J-LIS " },
		[JPKI_CA_TEST] = { "J-LIS test cards",
		    "J-LIS のテストカード" },
		[JPKI_CA_SOFTCARD] = { "software card", "ソフトウェアカード" },
	};
	static const char *const purposes[][2] = {
		{ "", "" },
		[JPKI_KEY_AUTH] = { ", user authentication",
		    "の利用者証明用認証局" },
		[JPKI_KEY_SIGN] = { ", digital signatures", "の署名用認証局" },
	};
	size_t len;

	snprintf(out, size, "%s%s", kinds[ca->kind][is_ja(info)],
	    purposes[ca->purpose][is_ja(info)]);
	len = strlen(out);
	if (ca->generation > 0)
		snprintf(out + len, size - len, pick(info,
		    ", generation %d (%d)", " 第 %d 世代 (%d)"),
		    ca->generation, ca->year);
}

static const char *
proof_text(const struct info *info, const struct jpki_check *check)
{
	switch (check->issuer_state) {
	case JPKI_ISSUER_NOT_SIGNED:
		return pick(info, "NO: its signature is not that CA's; it was "
		    "forged or damaged",
		    "合いません。この認証局の署名ではなく、偽造か破損です");
	case JPKI_ISSUER_UNSUPPORTED:
		return pick(info, "not checked: the algorithm is not known "
		    "here", "未確認（未対応のアルゴリズムです）");
	case JPKI_ISSUER_SIGNED:
		break;
	default:
		return pick(info, "not checked: the CA's certificate is not at "
		    "hand (--ca)",
		    "未確認（認証局の証明書がありません。--ca で渡せます）");
	}
	if (!check->purpose_fits)
		return pick(info, "signed by it, but that is not a CA for this "
		    "kind of certificate",
		    "署名は合いますが、この種類の証明書の認証局ではありません");
	if (check->ca.proven)
		return pick(info, "proven: signed by it, and its certificate "
		    "is one of J-LIS's six",
		    "確認済み（署名が合い、認証局は J-LIS の 6 つの 1 つ）");
	if (check->ca.kind == JPKI_CA_SOFTCARD)
		return pick(info, "signed by it; for tests, not J-LIS's",
		    "署名は合いますが、テスト用で、J-LIS のものではありません");
	return pick(info, "signed by it, but it is NOT one of J-LIS's six",
	    "署名は合いますが、J-LIS の 6 つの認証局のどれでもありません");
}

static void
say_issuer(const struct info *info, const struct entry *e)
{
	const struct jpki_cert_info *c = jpki_cert_info(e->cert);
	const struct jpki_check *check = &e->check;
	char text[256], day[JPKI_DATE_TEXT];
	bool is_signed = check->issuer_state == JPKI_ISSUER_SIGNED;

	if (e->slot == JPKI_SLOT_AUTH_CA || e->slot == JPKI_SLOT_SIGN_CA) {
		put_line(info, pick(info, "Proof", "確認"), check->ca.proven ?
		    pick(info, "proven: one of J-LIS's six, by SHA-256",
		    "確認済み（SHA-256 が J-LIS の 6 つの 1 つと一致）") :
		    pick(info, "none: not one of J-LIS's six",
		    "J-LIS の 6 つの認証局のどれでもありません"));
		return;
	}
	ca_text(info, is_signed ? &check->ca : &c->ca, text, sizeof(text));
	say(info, "Issuer", "発行者", is_signed ? "%s" : "says: %s",
	    is_signed ? "%s" : "%s（自称）", c->ca.kind != JPKI_CA_UNKNOWN ?
	    text : c->issuer.text);
	put_line(info, pick(info, "Proof", "発行者の確認"),
	    proof_text(info, check));
	if (is_signed && check->ca_period == JPKI_PERIOD_AFTER)
		say(info, "", "", "the CA's own period ended %s",
		    "認証局自身の有効期間は %s に終わりました",
		    day_text(jpki_cert_info(check->issuer)->not_after, day));
}

static void
say_revocation(const struct info *info, const struct entry *e)
{
	const struct jpki_revocation *r = &e->check.revocation;
	const char *source = r->ocsp ? "OCSP" : "CRL";
	char day[JPKI_DATE_TEXT], then[JPKI_DATE_TEXT];
	const char *en = "Revocation", *ja = "失効";

	day_text(r->this_update, day);
	day_text(r->time, then);
	switch (r->state) {
	case JPKI_REVOCATION_GOOD:
		say(info, en, ja, "not revoked, as of %s (%s)",
		    "失効していません（%s 現在、%s）", day, source);
		break;
	case JPKI_REVOCATION_ON_HOLD:
		say(info, en, ja, "SUSPENDED on %s (%s of %s)",
		    "%s から停止中（%s、%s 現在）", then, source, day);
		break;
	case JPKI_REVOCATION_REVOKED:
		say(info, en, ja, "REVOKED on %s: %s (%s)",
		    "%s に失効：%s（%s）", then, jpki_revocation_text(r->reason,
		    jpki_ctx_lang(info->ctx)), source);
		break;
	case JPKI_REVOCATION_UNKNOWN:
		say(info, en, ja, "the responder does not know it (%s)",
		    "応答者が知らない証明書です（%s）", day);
		break;
	default:
		say(info, en, ja, "not checked: only a status service knows",
		    "未確認（オンラインでしか確認できません）");
	}
}

static size_t
characters(const char *text)
{
	size_t n;

	for (n = 0; *text != '\0'; text++)
		n += ((unsigned char)*text & 0xc0) != 0x80;
	return n;
}

/* Which characters stand for others, that the certificate cannot hold. */
static void
say_substitutes(const struct info *info, const char *text, const char *flags)
{
	char list[200 * 32] = "";
	unsigned long c;
	size_t len;
	int i, n;

	if (text == NULL || flags == NULL || strchr(flags, '1') == NULL)
		return;
	if (characters(text) != strlen(flags)) {
		put_line(info, pick(info, "  substitutes", "  代替文字"),
		    pick(info, "some; the certificate does not tell which",
		    "あり（どの文字かは証明書からわかりません）"));
		return;
	}
	for (i = 1; *text != '\0'; text += n, i++) {
		n = next_char(text, &c);
		len = strlen(list);
		if (*flags++ == '1' && len < sizeof(list) - 32)
			snprintf(list + len, sizeof(list) - len,
			    pick(info, "%s%d (%.*s)", "%s%d 文字目「%.*s」"),
			    len > 0 ? pick(info, ", ", "、") : "", i, n, text);
	}
	put_line(info, pick(info, "  substitutes", "  代替文字"), list);
}

static void
say_item(const struct info *info, const char *label, const char *text,
    const char *flags)
{
	put_line(info, label, text != NULL ? text :
	    pick(info, "not recorded", "記録なし"));
	say_substitutes(info, text, flags);
}

static void
say_holder(const struct info *info, const struct jpki_attributes *a)
{
	char birth[JPKI_BIRTH_TEXT];
	enum jpki_lang lang = jpki_ctx_lang(info->ctx);

	if (a == NULL)
		return;
	jpki_attributes_birth(a, lang, birth);
	say_item(info, pick(info, "Name", "氏名"), a->name, a->name_flags);
	say_item(info, pick(info, "Address", "住所"), a->address,
	    a->address_flags);
	put_line(info, pick(info, "Date of birth", "生年月日"), birth);
	put_line(info, pick(info, "Sex", "性別"),
	    jpki_attributes_sex(a, lang));
}

static void
say_notes(const struct info *info, const struct jpki_cert_info *c)
{
	size_t i;

	for (i = 0; i < c->note_count; i++)
		say(info, "Note", "注意", c->notes[i].detail != NULL ?
		    "%s (%s)" : "%s", c->notes[i].detail != NULL ?
		    "%s（%s）" : "%s", jpki_cert_note_text(c->notes[i].code,
		    jpki_ctx_lang(info->ctx)), c->notes[i].detail);
}

/* Why a certificate of the card is not shown. */
static const char *
unread_text(const struct info *info, const struct entry *e)
{
	bool sign = e->slot == JPKI_SLOT_SIGN;

	switch (e->why) {
	case JPKI_ERR_NOT_ON_CARD:
		return pick(info, "none on this card",
		    "このカードにはありません");
	case JPKI_ERR_OLD_CARD:
		return pick(info, "ended: all those of Juki cards have, by "
		    "December 2018", "終了（住基カードの電子証明書は 2018 年 "
		    "12 月までにすべて失効しています）");
	case JPKI_ERR_NEEDS_PIN:
		return sign ? pick(info, "issued; --sign shows it, with its "
		    "password", "発行済み。--sign とパスワードで表示します") :
		    pick(info, "not read: a phone gives it only with the PIN, "
		    "see jpki-info(1)", "未読（スマートフォンでは暗証番号が必要"
		    "です。jpki-info(1) 参照）");
	case JPKI_ERR_PIN_BLOCKED:
		return pick(info, "not read: its password is locked",
		    "読めません（パスワードがロックされています）");
	default:
		return pick(info, "not read: too few tries left, see "
		    "--last-try",
		    "未読（残り回数が少ないため。--last-try 参照）");
	}
}

static void
say_kind(const struct info *info, const struct entry *e)
{
	static const char *const kinds[][2] = {
		{ "not one of the service's", "公的個人認証のものではない" },
		[JPKI_SLOT_AUTH] = { "auth certificate (利用者証明用)",
		    "利用者証明用電子証明書" },
		[JPKI_SLOT_SIGN] = { "sign certificate (署名用)",
		    "署名用電子証明書" },
	};
	const struct jpki_cert_info *c = jpki_cert_info(e->cert);
	char text[256];

	if (e->slot == JPKI_SLOT_AUTH_CA || e->slot == JPKI_SLOT_SIGN_CA) {
		ca_text(info, &c->ca, text, sizeof(text));
		say(info, "Kind", "種類", "CA certificate: %s",
		    "認証局の証明書：%s", text);
		return;
	}
	say(info, "Kind", "種類", "%s%s", "%s%s",
	    kinds[e->slot][is_ja(info)], c->carrier == JPKI_CARRIER_PHONE ?
	    pick(info, ", of a phone", "（スマートフォン用）") : "");
	if (e->slot == 0)
		put_line(info, pick(info, "Subject", "主体者"),
		    c->subject.text);
}

static void
say_cert(const struct info *info, const struct entry *e)
{
	const struct jpki_cert_info *c = jpki_cert_info(e->cert);

	if (e->path != NULL)
		say_kind(info, e);
	say_state(info, e);
	say_period(info, &e->verdict, c->whole_last_day);
	say_issuer(info, e);
	if (!c->is_ca)
		say_revocation(info, e);
	if (e->path != NULL) {
		say(info, "Key", "鍵", "%s, %u bits", "%s %u ビット",
		    c->key_name, c->key_bits);
		put_line(info, pick(info, "Serial number", "シリアル番号"),
		    c->serial);
		put_line(info, "SHA-256", c->fingerprint);
	}
	say_holder(info, c->attributes);
	say_notes(info, c);
}

/* What the rules say about a PIN is of interest only when it has few tries. */
static bool
is_pin_trouble(const struct info *info, int i)
{
	return info->have_card && !info->no_pin[i] &&
	    (info->pins[i].state == JPKI_PIN_STATE_LOCKED ||
	    info->pins[i].state == JPKI_PIN_STATE_LAST_TRY);
}

static const char *
route_text(const struct info *info, enum jpki_route route)
{
	static const char *const texts[][2] = {
		[JPKI_ROUTE_CLOSED] = { "no", "不可" },
		[JPKI_ROUTE_MAYBE] = { "ask", "要確認" },
		[JPKI_ROUTE_OPEN] = { "yes", "可" },
	};

	return texts[route][is_ja(info)];
}

static void
say_pin(const struct info *info, int i)
{
	static const char *const labels[][2] = {
		{ "Auth PIN", "利用者証明用" }, { "Sign password", "署名用" },
		{ "Text PIN", "券面事項入力補助用" },
	};
	static const char *const names[] = { "利用者証明用", "署名用",
		"券面事項入力補助用" };
	const struct jpki_pin_verdict *p = &info->pins[i];
	const char *label = labels[i][is_ja(info)];
	char shape[96];

	snprintf(shape, sizeof(shape), p->letters ?
	    pick(info, "%s, %d to %d letters and digits",
	    "%.0s英数字 %d～%d 文字") : pick(info, "%s, %d digits",
	    "%.0s数字 %d 桁"), names[i], p->min_len, p->max_len);
	if (info->no_pin[i])
		put_line(info, label, pick(info, "none", "なし"));
	else if (p->state == JPKI_PIN_STATE_LOCKED)
		say(info, label, label, "LOCKED (%s)",
		    "ロックされています（%s）", shape);
	else if (p->left < 0)
		say(info, label, label, "tries left: not known (%s)",
		    "残り回数不明（%s）", shape);
	else
		say(info, label, label, "%d of %d tries left (%s)",
		    "残り %d 回（%d 回中。%s）", p->left, p->max, shape);
	if (!is_pin_trouble(info, i))
		return;
	say(info, "  reset", "  再設定", "your town: %s; convenience store: "
	    "%s; a PC: no", "市区町村の窓口：%s、コンビニ：%s、パソコン：不可",
	    route_text(info, p->town), route_text(info, p->store));
}

static void
say_compared(const struct info *info)
{
	const struct jpki_comparison *c = &info->comparison;
	const struct {
		const char *en, *ja;
		enum jpki_compared how;
	} items[] = {
		{ "Name", "氏名", c->name },
		{ "Address", "住所", c->address },
		{ "Date of birth", "生年月日", c->birth },
		{ "Sex", "性別", c->sex },
	};
	size_t i;

	puts(pick(info, "\nThe sign certificate and the card's own text",
	    "\n署名用電子証明書とカードの記載の比較"));
	if (!info->compared) {
		put_line(info, pick(info, "Not compared", "未比較"),
		    info->entries[SIGN].cert == NULL ?
		    unread_text(info, &info->entries[SIGN]) :
		    jpki_strerror(pin_refusal(info, TEXT),
		    jpki_ctx_lang(info->ctx)));
		return;
	}
	for (i = 0; i < sizeof(items) / sizeof(items[0]); i++)
		put_line(info, pick(info, items[i].en, items[i].ja),
		    items[i].how == JPKI_COMPARED_SAME ?
		    pick(info, "the same", "同じ") :
		    items[i].how == JPKI_COMPARED_DIFFERS ?
		    pick(info, "DIFFERENT", "違います") :
		    pick(info, "cannot be compared", "比べられません"));
	if (!info->moved)
		return;
	puts(pick(info, "\nOn the card", "\nカードの記載"));
	say_holder(info, info->text);
}

/* The reasons behind all that is told: n counts from 0; NULL ends. */
static const struct jpki_why *
nth_why(const struct info *info, size_t n)
{
	int i;

	for (i = 0; i < N_PINS; i++)
		if (is_pin_trouble(info, i) && n-- == 0)
			return &info->pins[i].why;
	return n < info->n_entries ? &info->entries[n].verdict.why : NULL;
}

static void
say_todo(const struct info *info, enum jpki_advice advice, bool *any)
{
	if (!*any)
		puts(pick(info, "\nWhat to do", "\nすること"));
	*any = true;
	fputs("  - ", stdout);
	put_text(info, 4, 4, jpki_advice_text(advice,
	    jpki_ctx_lang(info->ctx)));
}

/* All advice, once. */
static void
say_advice(const struct info *info)
{
	bool said[128] = { false }, any = false;
	const struct jpki_why *why;
	const enum jpki_advice *a;
	size_t n;

	/* The line about revocation says this; the PIN's shape is no news. */
	said[JPKI_ADVICE_CHECK_STATUS] = said[JPKI_ADVICE_MIX] = true;
	for (n = 0; (why = nth_why(info, n)) != NULL; n++)
		for (a = why->advice; *a != 0; a++)
			if ((size_t)*a < sizeof(said) && !said[*a]) {
				said[*a] = true;
				say_todo(info, *a, &any);
			}
	if (!any && info->entries[0].verdict.renew_from.year != 0)
		say_todo(info, JPKI_ADVICE_RENEW_LATER, &any);
}

/* "B4 [S1 S3]": a row and its seeds; "L3 [-]": there are none. */
static int
rule_text(const struct jpki_rule *rule, char *out, size_t size)
{
	const struct jpki_seed *seed;
	size_t i, len;

	len = (size_t)snprintf(out, size, "%s [", rule->id);
	for (i = 0; (seed = jpki_seed_at(i)) != NULL; i++)
		if ((rule->seeds & 1u << i) != 0)
			len += (size_t)snprintf(out + len, size - len, "%s ",
			    seed->id);
	if (rule->seeds == 0)
		out[len++] = '-';
	else
		len--;
	snprintf(out + len, size - len, "]");
	return (int)len + 1;
}

/* All rows that the verdicts stand on, once. */
static void
say_rules(const struct info *info)
{
	const struct jpki_rule *rule, *said[64];
	const struct jpki_why *why;
	size_t i, k, n, count = 0;
	int at = 0, width;
	char text[64];

	for (n = 0; (why = nth_why(info, n)) != NULL; n++)
		for (i = 0; (rule = why->rules[i]) != NULL; i++) {
			for (k = 0; k < count && said[k] != rule; k++)
				;
			if (k < count || count == sizeof(said) / sizeof(*said))
				continue;
			said[count++] = rule;
			width = rule_text(rule, text, sizeof(text));
			if (at == 0) {
				puts(pick(info,
				    "\nWhy (see jpki-rules explain)",
				    "\n理由（jpki-rules explain 参照）"));
			} else if (at + width + 3 > info->columns) {
				puts(",");
				at = 0;
			}
			printf(at == 0 ? "  %s" : ", %s", text);
			at += width + 2;
		}
	if (at > 0)
		putchar('\n');
}

static const char *
carrier_text(const struct info *info)
{
	static const char *const texts[][2] = {
		[JPKI_CARRIER_UNKNOWN] = { "A card of a kind not known here",
		    "未知の種類のカード" },
		[JPKI_CARRIER_CARD] = { "My Number Card (個人番号カード)",
		    "マイナンバーカード" },
		[JPKI_CARRIER_JUKI] = { "Juki card (住民基本台帳カード)",
		    "住民基本台帳カード" },
		[JPKI_CARRIER_ANDROID] = { "Android phone",
		    "Android スマートフォン" },
		[JPKI_CARRIER_IPHONE] = { "iPhone", "iPhone" },
		[JPKI_CARRIER_PHONE] = { "Phone", "スマートフォン" },
	};

	return texts[info->carrier][is_ja(info)];
}

static void
report_card(const struct info *info)
{
	static const char *const titles[][2] = {
		{ "Auth certificate (利用者証明用), to log in",
		    "利用者証明用電子証明書（ログイン用）" },
		{ "Sign certificate (署名用), to sign documents",
		    "署名用電子証明書（文書の署名用）" },
	};
	const struct entry *e = info->entries;
	/* One in a virtual reader is known by its certificate. */
	bool soft = strncmp(info->name, "soft:", 5) == 0 ||
	    (e->cert != NULL && e->check.ca.kind == JPKI_CA_SOFTCARD);
	int i;

	printf("%s%s\n", carrier_text(info), soft ? pick(info,
	    ", a software card", "（ソフトウェアカード）") : "");
	if (*info->name != '\0')
		put_line(info, pick(info, "Reader", "リーダー"), info->name);
	for (i = AUTH; i <= SIGN; i++) {
		printf("\n%s\n", titles[i][is_ja(info)]);
		if (e[i].cert != NULL)
			say_cert(info, &e[i]);
		else
			put_line(info, pick(info, "State", "状態"),
			    unread_text(info, &e[i]));
	}
	if (info->carrier == JPKI_CARRIER_JUKI)
		return;
	if (info->compare)
		say_compared(info);
	puts(pick(info, "\nPINs", "\n暗証番号"));
	for (i = 0; i < N_PINS; i++)
		say_pin(info, i);
}

static void
report(const struct info *info)
{
	size_t i;

	if (info->have_card)
		report_card(info);
	for (i = 0; !info->have_card && i < info->n_entries; i++) {
		if (i > 0)
			putchar('\n');
		put_text(info, 0, 0, info->entries[i].path);
		say_cert(info, &info->entries[i]);
	}
	say_advice(info);
	say_rules(info);
}

/* ---- For programs ---- */

/* A path need not be UTF-8, JSON must. */
static void
json_string(const char *s)
{
	unsigned long c;
	int n;

	if (s == NULL) {
		fputs("null", stdout);
		return;
	}
	putchar('"');
	for (; *s != '\0'; s += n) {
		n = next_char(s, &c);
		if (c == '"' || c == '\\' || c == 0xfffd)
			printf("\\u%04lx", c);
		else
			fwrite(s, 1, (size_t)n, stdout);
	}
	putchar('"');
}

/*
 * Prints JSON: ' is a quotation mark; %s a string, %D a date, %n a count, each
 * null where it is not known (NULL, no year, negative); %i a number; %b true
 * or false.
 */
static void
json(const char *fmt, ...)
{
	char text[JPKI_DATE_TEXT];
	struct jpki_date d;
	va_list ap;
	int n;

	va_start(ap, fmt);
	for (; *fmt != '\0'; fmt++) {
		if (*fmt != '%') {
			putchar(*fmt == '\'' ? '"' : *fmt);
			continue;
		}
		switch (*++fmt) {
		case 's':
			json_string(va_arg(ap, const char *));
			break;
		case 'D':
			d = va_arg(ap, struct jpki_date);
			jpki_date_format(d, text);
			json_string(d.year != 0 && d.month != 0 && d.day != 0 ?
			    text : NULL);
			break;
		case 'b':
			fputs(va_arg(ap, int) ? "true" : "false", stdout);
			break;
		default:
			n = va_arg(ap, int);
			printf(*fmt == 'n' && n < 0 ? "null" : "%d", n);
		}
	}
	va_end(ap);
}

/* The day in Japan of a moment; 0: none. */
static struct jpki_date
day_of(int64_t t)
{
	const struct jpki_date none = { 0, 0, 0 };

	return t != 0 ? jpki_date_from_time(t) : none;
}

static void
json_why(const struct info *info, const struct jpki_why *why)
{
	const struct jpki_seed *seed;
	const char *comma;
	size_t i, k;

	json("'rules':[");
	for (i = 0; why->rules[i] != NULL; i++)
		json(i > 0 ? ",%s" : "%s", why->rules[i]->id);
	json("],'seeds':{");
	for (i = 0; why->rules[i] != NULL; i++) {
		json(i > 0 ? ",%s:[" : "%s:[", why->rules[i]->id);
		for (comma = "", k = 0; (seed = jpki_seed_at(k)) != NULL; k++)
			if ((why->rules[i]->seeds & 1u << k) != 0) {
				fputs(comma, stdout);
				json("%s", seed->id);
				comma = ",";
			}
		putchar(']');
	}
	json("},'advice':[");
	for (i = 0; why->advice[i] != 0; i++)
		json(i > 0 ? ",%s" : "%s", jpki_advice_text(why->advice[i],
		    jpki_ctx_lang(info->ctx)));
	putchar(']');
}

static void
json_ca(const struct jpki_ca *ca)
{
	static const char *const kinds[] = {
		[JPKI_CA_UNKNOWN] = "unknown", [JPKI_CA_JLIS] = "j-lis",
		[JPKI_CA_TEST] = "j-lis-test", [JPKI_CA_SOFTCARD] = "softcard",
	};

	json("'kind':%s,'purpose':%s,'generation':%n,'year':%n,'proven':%b",
	    kinds[ca->kind], ca->purpose == 0 ? NULL :
	    ca->purpose == JPKI_KEY_SIGN ? "sign" : "auth",
	    ca->generation > 0 ? ca->generation : -1,
	    ca->year > 0 ? ca->year : -1, ca->proven);
}

static void
json_check(const struct jpki_check *check, const struct jpki_cert_info *c)
{
	static const char *const periods[] = { NULL,
	    [JPKI_PERIOD_BEFORE] = "before", [JPKI_PERIOD_WITHIN] = "within",
	    [JPKI_PERIOD_AFTER] = "after" };
	static const char *const issuers[] = {
	    [JPKI_ISSUER_NOT_FOUND] = "not-found",
	    [JPKI_ISSUER_NOT_SIGNED] = "not-signed",
	    [JPKI_ISSUER_UNSUPPORTED] = "unsupported",
	    [JPKI_ISSUER_SIGNED] = "signed" };
	static const char *const states[] = {
	    [JPKI_REVOCATION_NOT_CHECKED] = "not-checked",
	    [JPKI_REVOCATION_GOOD] = "good",
	    [JPKI_REVOCATION_REVOKED] = "revoked",
	    [JPKI_REVOCATION_ON_HOLD] = "on-hold",
	    [JPKI_REVOCATION_UNKNOWN] = "unknown" };
	const struct jpki_revocation *r = &check->revocation;
	bool is_signed = check->issuer_state == JPKI_ISSUER_SIGNED;

	json(",\n 'period':%s,'issuer':{'state':%s,'name':%s,'period':%s,"
	    "'fits':%b,", periods[check->period], issuers[check->issuer_state],
	    c->issuer.text, is_signed ? periods[check->ca_period] : NULL,
	    is_signed && check->purpose_fits);
	json_ca(is_signed ? &check->ca : &c->ca);
	json("},\n 'revocation':{'state':%s,'source':%s,'reason':%n,'since':%D,"
	    "'as_of':%D,'next':%D}", states[r->state],
	    r->state == JPKI_REVOCATION_NOT_CHECKED ? NULL :
	    r->ocsp ? "ocsp" : "crl",
	    r->state == JPKI_REVOCATION_REVOKED ? r->reason : -1,
	    day_of(r->time), day_of(r->this_update), day_of(r->next_update));
}

static void
json_holder(const char *key, const struct jpki_attributes *a)
{
	if (a != NULL)
		json(",\n %s:{'name':%s,'address':%s,'birth':%s,"
		    "'birth_date':%D,'sex':%s,'name_flags':%s,"
		    "'address_flags':%s}", key, a->name, a->address, a->birth,
		    a->birth_date, a->sex, a->name_flags, a->address_flags);
}

static void
json_cert(const struct jpki_cert_info *c, const struct entry *e)
{
	size_t i;

	json_check(&e->check, c);
	json(",\n 'key':{'type':%s,'bits':%n},'signature':%s", c->key_name,
	    (int)c->key_bits, c->signature);
	if (e->path != NULL)
		json(",\n 'serial':%s,'sha256':%s,'subject':%s", c->serial,
		    c->fingerprint, c->subject.text);
	json_holder("holder", c->attributes);
	json(",\n 'notes':[");
	for (i = 0; i < c->note_count; i++)
		json(i > 0 ? ",{'note':%s,'detail':%s}" :
		    "{'note':%s,'detail':%s}", jpki_cert_note_name(
		    c->notes[i].code), c->notes[i].detail);
	putchar(']');
}

/* The members of an entry, without braces. */
static void
json_entry(const struct info *info, const struct entry *e)
{
	const struct jpki_verdict *v = &e->verdict;

	json("'state':%s,'from':%D,'until':%D,'renew_from':%D,'days_left':",
	    jpki_state_name(v->state), v->from, v->until, v->renew_from);
	json(v->until.year != 0 ? "%i,\n " : "null,\n ", (int)v->days_left);
	json_why(info, &v->why);
	json(",\n 'not_read':%s", e->why != 0 ? jpki_errname(e->why) : NULL);
	if (e->cert != NULL)
		json_cert(jpki_cert_info(e->cert), e);
}

static void
json_pin(const struct info *info, int i)
{
	static const char *const routes[] = {
		[JPKI_ROUTE_CLOSED] = "closed", [JPKI_ROUTE_MAYBE] = "maybe",
		[JPKI_ROUTE_OPEN] = "open",
	};
	const struct jpki_pin_verdict *p = &info->pins[i];

	json(i > 0 ? ",\n %s:" : "\n %s:", words[i]);
	if (info->no_pin[i]) {
		json("null");
		return;
	}
	json("{'state':%s,'left':%n,'max':%n,'town':%s,'store':%s,'home':%s,",
	    jpki_pin_state_name(p->state), p->left, p->max, routes[p->town],
	    routes[p->store], routes[p->home]);
	json_why(info, &p->why);
	putchar('}');
}

static void
json_compared(const struct info *info)
{
	static const char *const texts[] = {
		[JPKI_COMPARED_UNKNOWN] = "unknown",
		[JPKI_COMPARED_SAME] = "same",
		[JPKI_COMPARED_DIFFERS] = "differs",
	};
	const struct jpki_comparison *c = &info->comparison;

	if (!info->compared) {
		json(",\n'compared':null,'moved':null");
		return;
	}
	json(",\n'compared':{'name':%s,'address':%s,'birth':%s,'sex':%s},"
	    "'moved':%b", texts[c->name], texts[c->address], texts[c->birth],
	    texts[c->sex], info->moved);
	json_holder("card_text", info->text);
}

static void
json_card(const struct info *info)
{
	static const char *const carriers[] = {
		[JPKI_CARRIER_UNKNOWN] = "unknown",
		[JPKI_CARRIER_CARD] = "card", [JPKI_CARRIER_JUKI] = "juki",
		[JPKI_CARRIER_ANDROID] = "android",
		[JPKI_CARRIER_IPHONE] = "iphone",
		[JPKI_CARRIER_PHONE] = "phone",
	};
	int i;

	json(",'carrier':%s,'reader':%s", carriers[info->carrier],
	    *info->name != '\0' ? info->name : NULL);
	for (i = AUTH; i <= SIGN; i++) {
		json(",\n%s:{", words[i]);
		json_entry(info, &info->entries[i]);
		putchar('}');
	}
	json_compared(info);
	json(",\n'pins':{");
	for (i = 0; i < N_PINS && info->carrier != JPKI_CARRIER_JUKI; i++)
		json_pin(info, i);
	putchar('}');
}

static void
report_json(const struct info *info)
{
	static const char *const slots[] = { NULL, [JPKI_SLOT_AUTH] = "auth",
	    [JPKI_SLOT_SIGN] = "sign", [JPKI_SLOT_AUTH_CA] = "auth-ca",
	    [JPKI_SLOT_SIGN_CA] = "sign-ca" };
	const struct entry *e;
	size_t i;

	json("{'date':%D,'exit':%i", jpki_date_from_time(info->now),
	    info->code);
	if (info->have_card)
		json_card(info);
	else
		json(",'certificates':[");
	for (i = 0; !info->have_card && i < info->n_entries; i++) {
		e = &info->entries[i];
		json(i > 0 ? ",\n{'file':%s,'slot':%s," :
		    "\n{'file':%s,'slot':%s,", e->path, slots[e->slot]);
		json_entry(info, e);
		json(",\n 'ca':{'is_ca':%b,", jpki_cert_info(e->cert)->is_ca);
		json_ca(&jpki_cert_info(e->cert)->ca);
		json("}}");
	}
	puts(info->have_card ? "}" : "]}");
}

/* ---- For calendars: RFC 5545 ---- */

/* A content line: no more than 75 bytes of whole characters, the rest folded
 * below; a text escaped. */
static void
calendar_line(const char *name, const char *value)
{
	size_t used = strlen(name), n;
	unsigned long c;

	fputs(name, stdout);
	for (; *value != '\0'; value += n) {
		bool escape = strchr("\\;,", *value) != NULL;

		n = (size_t)next_char(value, &c);
		if (used + n + escape > 75) {
			fputs("\r\n ", stdout);
			used = 1;
		}
		if (escape)
			putchar('\\');
		fwrite(value, 1, n, stdout);
		used += n + escape;
	}
	fputs("\r\n", stdout);
}

/* What stays the same for the same certificate, and tells nothing more than
 * the day itself, is the event's name: a later file replaces the events of an
 * earlier one. */
static void
calendar_event(const struct info *info, const char *what, struct jpki_date on,
    const char *alarm, const char *summary, const char *description)
{
	time_t now = (time_t)info->now;
	char text[128], stamp[32] = "19700101T000000Z";
	struct tm tm;

	if (gmtime_r(&now, &tm) != NULL)
		strftime(stamp, sizeof(stamp), "%Y%m%dT%H%M%SZ", &tm);
	puts("BEGIN:VEVENT\r");
	snprintf(text, sizeof(text), "jpki-%s-%04d%02d%02d@jpki-info.invalid",
	    what, on.year, on.month, on.day);
	calendar_line("UID:", text);
	calendar_line("DTSTAMP:", stamp);
	snprintf(text, sizeof(text), "%04d%02d%02d", on.year, on.month, on.day);
	calendar_line("DTSTART;VALUE=DATE:", text);
	calendar_line("SUMMARY:", summary);
	calendar_line("DESCRIPTION:", description);
	puts("CLASS:PRIVATE\r\nTRANSP:TRANSPARENT\r");
	puts("BEGIN:VALARM\r\nACTION:DISPLAY\r");
	calendar_line("TRIGGER:", alarm);
	calendar_line("DESCRIPTION:", summary);
	puts("END:VALARM\r\nEND:VEVENT\r");
}

static void
calendar_events(const struct info *info, const struct entry *e)
{
	enum jpki_lang lang = jpki_ctx_lang(info->ctx);
	const struct jpki_verdict *v = &e->verdict;
	bool sign = e->slot == JPKI_SLOT_SIGN;
	char text[512], summary[256], day[JPKI_DATE_TEXT];
	const char *what = sign ? pick(info, "sign certificate (署名用)",
	    "署名用電子証明書") : pick(info, "auth certificate (利用者証明用)",
	    "利用者証明用電子証明書");

	jpki_date_format(v->until, day);
	snprintf(summary, sizeof(summary), pick(info,
	    "My Number Card: %s can be renewed",
	    "マイナンバーカード：%sを更新できます"), what);
	snprintf(text, sizeof(text), pick(info, "Its last day is %s. %s %s",
	    "有効期間は %s までです。%s%s"), day,
	    jpki_advice_text(JPKI_ADVICE_RENEW, lang),
	    jpki_advice_text(JPKI_ADVICE_BRING, lang));
	calendar_event(info, sign ? "sign-renew" : "auth-renew", v->renew_from,
	    "PT9H", summary, text);
	snprintf(summary, sizeof(summary), pick(info,
	    "My Number Card: last day of the %s",
	    "マイナンバーカード：%sの最終日"), what);
	calendar_event(info, sign ? "sign-until" : "auth-until", v->until,
	    "-P30D", summary, jpki_advice_text(JPKI_ADVICE_RENEW, lang));
}

static int
report_calendar(const struct info *info)
{
	const struct entry *e, *end = info->entries + info->n_entries;
	bool any = false;

	for (e = info->entries; e < end; e++) {
		if (e->verdict.renew_from.year == 0)
			continue;
		if (!any)
			puts("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n"
			    "PRODID:-//libjpki//jpki-info//EN\r");
		any = true;
		calendar_events(info, e);
	}
	if (any) {
		puts("END:VCALENDAR\r");
		return 0;
	}
	complain("%s", pick(info, "no certificate with a renewal was read",
	    "更新のある証明書が読めていません"));
	return EXIT_FAILURE;
}

/* ---- The command line ---- */

/* Names options, never their values: a PIN may have slipped into one. */
static int
usage_error(const struct info *info, const char *what)
{
	complain(pick(info, "%.*s: see jpki-info --help",
	    "%.*s: jpki-info --help を見てください"),
	    (int)strcspn(what, "="), what);
	return EX_USAGE;
}

static bool
is_source(const char *text)
{
	return strcmp(text, "tty") == 0 || strncmp(text, "file:", 5) == 0 ||
	    strncmp(text, "fd:", 3) == 0;
}

enum {
	O_CA = 1, O_COMPARE, O_CRL, O_DATE, O_HELP, O_ICS, O_JSON, O_LANG,
	O_LAST_TRY, O_OCSP, O_PIN_SOURCE, O_QUIET, O_READER, O_SIGN,
	O_TEXT_PIN_SOURCE, O_VERSION
};

static const struct option options[] = {
	{ "ca", required_argument, NULL, O_CA },
	{ "compare", no_argument, NULL, O_COMPARE },
	{ "crl", required_argument, NULL, O_CRL },
	{ "date", required_argument, NULL, O_DATE },
	{ "help", no_argument, NULL, O_HELP },
	{ "ics", no_argument, NULL, O_ICS },
	{ "json", no_argument, NULL, O_JSON },
	{ "lang", required_argument, NULL, O_LANG },
	{ "last-try", no_argument, NULL, O_LAST_TRY },
	{ "ocsp", required_argument, NULL, O_OCSP },
	{ "pin-source", required_argument, NULL, O_PIN_SOURCE },
	{ "quiet", no_argument, NULL, O_QUIET },
	{ "reader", required_argument, NULL, O_READER },
	{ "sign", no_argument, NULL, O_SIGN },
	{ "sign-pin-source", required_argument, NULL, O_PIN_SOURCE },
	{ "text-pin-source", required_argument, NULL, O_TEXT_PIN_SOURCE },
	{ "version", no_argument, NULL, O_VERSION },
	{ NULL, 0, NULL, 0 }
};

/* Returns -1 to go on, or the exit code; -2: no such option. */
static int
set_option(struct info *info, int option, char *arg)
{
	switch (option) {
	case O_CA:
		info->ca_paths[info->n_ca_paths++] = arg;
		return -1;
	case O_CRL:
	case O_OCSP:
		info->answers[info->n_answers].path = arg;
		info->answers[info->n_answers++].ocsp = option == O_OCSP;
		return -1;
	case O_DATE:
		return jpki_date_parse(arg, &info->date) ? -1 :
		    usage_error(info, "--date YYYY-MM-DD");
	case O_LANG:
		if (strcmp(arg, "ja") != 0 && strcmp(arg, "en") != 0)
			return usage_error(info, "--lang ja|en");
		jpki_ctx_set_lang(info->ctx, *arg == 'j' ? JPKI_LANG_JA :
		    JPKI_LANG_EN);
		return -1;
	case O_PIN_SOURCE:
		info->sources[SIGN] = arg;
		return is_source(arg) ? -1 :
		    usage_error(info, "--pin-source file:PATH|fd:N|tty");
	case O_TEXT_PIN_SOURCE:
		info->sources[TEXT] = arg;
		return is_source(arg) ? -1 :
		    usage_error(info, "--text-pin-source file:PATH|fd:N|tty");
	case O_READER:
		info->reader = arg;
		return -1;
	case O_HELP:
		fputs(pick(info, help_en, help_ja), stdout);
		return EXIT_SUCCESS;
	case O_VERSION:
		printf("jpki-info (libjpki) %s\n", jpki_version());
		return EXIT_SUCCESS;
	default:
		break;
	}
	info->compare = info->compare || option == O_COMPARE;
	info->sign = info->sign || info->compare || option == O_SIGN;
	info->quiet = info->quiet || option == O_QUIET;
	if (option == O_LAST_TRY)
		info->min_tries = JPKI_TRIES_INSIST;
	if (option == O_JSON || option == O_ICS)
		info->form = option == O_JSON ? AS_JSON : AS_CALENDAR;
	return option == ':' || option == '?' ? -2 : -1;
}

static int
inform(struct info *info, char *const *paths)
{
	size_t i;
	int code;

	info->now = info->date.year == 0 ? (int64_t)time(NULL) :
	    jpki_date_begin(info->date) + DAY / 2;
	if ((code = read_cas(info)) != 0)
		return code;
	for (i = 0; i < info->n_answers; i++)
		if ((code = read_answer(info, &info->answers[i])) != 0)
			return code;
	code = *paths == NULL ? read_card(info) : read_files(info, paths);
	if (code != 0 || (code = judge_all(info)) != 0)
		return code;
	if (!info->quiet && info->form == AS_TEXT)
		report(info);
	if (!info->quiet && info->form == AS_JSON)
		report_json(info);
	if (!info->quiet && info->form == AS_CALENDAR &&
	    (code = report_calendar(info)) != 0)
		return code;
	return info->code;
}

/* An option that getopt_long() does not know; a short one may be a PIN with a
 * hyphen, and what stands before it, too. */
static const char *
bad_option(char **argv)
{
	const char *option = argv[optind - 1];

	return strncmp(option, "--", 2) == 0 ? option : "-?";
}

static int
info_command(struct info *info, int argc, char **argv)
{
	int option, status;

	info->ca_paths = calloc((size_t)argc, sizeof(*info->ca_paths));
	info->answers = calloc((size_t)argc, sizeof(*info->answers));
	if (info->ca_paths == NULL || info->answers == NULL)
		return system_error("memory");
	while ((option = getopt_long(argc, argv, ":", options, NULL)) != -1) {
		status = set_option(info, option, optarg);
		if (status == -2)
			return usage_error(info, bad_option(argv));
		if (status != -1)
			return status;
	}
	if (optind < argc && (info->sign || info->reader != NULL))
		return usage_error(info,
		    "--sign, --compare and --reader go with a card, not FILE");
	info->n_entries = optind < argc ? (size_t)(argc - optind) : 2;
	info->entries = calloc(info->n_entries, sizeof(*info->entries));
	if (info->entries == NULL)
		return system_error("memory");
	status = inform(info, argv + optind);
	if (fflush(stdout) != 0 || ferror(stdout))
		return system_error("stdout");
	return status;
}

static void
cleanup(struct info *info)
{
	size_t i;

	for (i = 0; i < info->n_entries && info->entries != NULL; i++)
		jpki_cert_free(&info->entries[i].cert);
	for (i = 0; i < info->n_cas; i++)
		jpki_cert_free(&info->cas[i]);
	for (i = 0; i < info->n_answers; i++)
		free(info->answers[i].data);
	jpki_attributes_free(&info->text);
	free(info->entries);
	free(info->cas);
	free(info->answers);
	free(info->ca_paths);
	jpki_ctx_free(&info->ctx);
}

/* A file or pipe gets whole lines. */
static int
terminal_width(void)
{
	struct winsize size;

	if (!isatty(STDOUT_FILENO))
		return INT_MAX / 2;
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col < 40)
		return 80;
	return size.ws_col;
}

int
main(int argc, char **argv)
{
	struct info info = {
		.min_tries = JPKI_TRIES_DEFAULT,
	};
	int status;

	if ((info.ctx = jpki_ctx_new()) == NULL) {
		complain("%s", strerror(ENOMEM));
		return EXIT_FAILURE;
	}
	jpki_ctx_set_lang(info.ctx, jpki_lang_from_locale());
	/* The texts are UTF-8 in every locale, and so are the widths. */
	setlocale(LC_CTYPE, "C.UTF-8");
	info.columns = terminal_width();
	status = info_command(&info, argc, argv);
	cleanup(&info);
	return status;
}
