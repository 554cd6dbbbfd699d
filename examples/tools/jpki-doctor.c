/* SPDX-License-Identifier: Apache-2.0 */
/*
 * jpki-doctor: what works between a program and the My Number Card.
 *
 * Walks the layers from the libraries up to OpenSSL's store and says for each
 * whether it works, what is wrong, and what to do. A layer that stands on a
 * broken one is not checked; all others are. It sends no PIN and changes
 * nothing.
 *
 * With --redact nothing is printed that tells whose card or computer this is.
 * That is decided in few places: hide(), blame(), openssl_error(), and where
 * the word "redact" stands. A certificate ends on a birthday of its holder,
 * so a redacted report has only the year of it.
 */
#include <errno.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

#include <jpki.h>
#include <openssl/asn1.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/provider.h>
#include <openssl/store.h>
#include <openssl/x509.h>

#define SOFT "soft:"
#define ATTENTION 1		/* exit codes */
#define BROKEN_LAYER 2

enum state { FINE, WARN, MISSING, BROKEN, UNCHECKED, N_STATES };

struct finding {
	enum state state;
	char text[1024];
	char todo[768];
};

enum layer_id {
	LIBRARIES, MODULE, SERVICE, READERS, CARD, APPLICATION,
	CARRIER, CERTIFICATES, TRIES, CA, STORE, N_LAYERS
};

struct doctor {
	struct jpki_ctx *ctx;
	const char *reader;	/* NULL: the one with a card */
	bool redact;
	bool json;
	struct finding findings[N_LAYERS];
	struct finding *now;	/* of the layer that is being checked */

	OSSL_LIB_CTX *libctx;	/* with the providers default and jpki */
	OSSL_PROVIDER *providers[2];
	struct jpki_readers *readers;
	struct jpki_card *card;
	int open_err;		/* why there is no card */
	struct jpki_cert *cert;	/* auth */
};

static const char help_en[] =
    "usage: jpki-doctor [options]\n"
    "Checks everything between programs and the My Number Card. Sends no PIN.\n"
    "  --reader R         the reader; soft:DIR is a software card\n"
    "  --redact           a report without serials, dates and paths\n"
    "  --json             the report as JSON\n"
    "  --lang ja|en       language of the report\n"
    "  --help, --version\n"
    "Exit codes: 0 fine, 1 needs attention, 2 a layer is broken, 64 usage,\n"
    "69 no reader or card.\n";

static const char help_ja[] =
    "使い方: jpki-doctor [オプション]\n"
    "マイナンバーカードを使うための環境を順に点検します。暗証番号は送りません。\n"
    "  --reader R         リーダー名。soft:DIR はソフトウェアカード\n"
    "  --redact           シリアル番号、日付、パスを伏せる（公開できる形）\n"
    "  --json             結果を JSON で出す\n"
    "  --lang ja|en       結果の言語\n"
    "  --help, --version\n"
    "終了コード: 0 正常、1 注意あり、2 異常あり、64 使い方の誤り、\n"
    "69 リーダーかカードがない\n";

__attribute__((format_arg(2), format_arg(3))) static const char *
pick(const struct doctor *d, const char *en, const char *ja)
{
	return jpki_ctx_lang(d->ctx) == JPKI_LANG_JA ? ja : en;
}

static void
complain(const char *what, const char *why)
{
	fprintf(stderr, "jpki-doctor: %s: %s\n", what, why);
}

/* Adds to the findings about a layer, and makes its state as bad as this. */
static void
tell(struct doctor *d, enum state state, const char *what)
{
	char *text = d->now->text;
	size_t len = strlen(text);

	snprintf(text + len, sizeof(d->now->text) - len, "%s%s",
	    len > 0 ? pick(d, "; ", "。") : "", what);
	if (state > d->now->state)
		d->now->state = state;
}

__attribute__((format(printf, 3, 5), format(printf, 4, 5))) static void
note(struct doctor *d, enum state state, const char *en, const char *ja, ...)
{
	char what[640];
	va_list ap;

	va_start(ap, ja);
	vsnprintf(what, sizeof(what), pick(d, en, ja), ap);
	va_end(ap);
	tell(d, state, what);
}

/* Adds a remedy, unless another finding has the same one. */
static void
advise(struct doctor *d, const char *en, const char *ja)
{
	const char *todo = pick(d, en, ja);
	size_t len = strlen(d->now->todo);

	if (strstr(d->now->todo, todo) == NULL)
		snprintf(d->now->todo + len, sizeof(d->now->todo) - len,
		    "%s%s", len > 0 ? " " : "", todo);
}

/* The library's last failure. Its message has details, the text has none. */
static void
blame(struct doctor *d, enum state state, int err)
{
	const char *text = jpki_ctx_errmsg(d->ctx);

	if (d->redact || *text == '\0')
		text = jpki_strerror(err, jpki_ctx_lang(d->ctx));
	tell(d, state, text);
}

/* OpenSSL's last failure: what the jpki provider said, which has a message of
 * libjpki's with it, or else the first thing that went wrong. */
static void
openssl_error(const struct doctor *d, char *out, size_t size)
{
	const char *lib, *data, *reason;
	bool any = false, ours = false;
	unsigned long e;
	int flags;

	snprintf(out, size, "%s", pick(d, "no reason given", "理由は不明"));
	while (!ours &&
	    (e = ERR_get_error_all(NULL, NULL, NULL, &data, &flags)) != 0) {
		lib = ERR_lib_error_string(e);
		ours = lib != NULL && strcmp(lib, "jpki") == 0;
		if ((any && !ours) ||
		    (reason = ERR_reason_error_string(e)) == NULL)
			continue;
		any = true;
		if (d->redact || (flags & ERR_TXT_STRING) == 0 || *data == '\0')
			snprintf(out, size, "%s", reason);
		else
			snprintf(out, size, "%s%s%s", ours ? "" : reason,
			    ours ? "" : ": ", data);
	}
	ERR_clear_error();
}

/* A path that may be shown: in a redacted report, only the system's own. */
static const char *
hide(const struct doctor *d, const char *path)
{
	bool ours = strncmp(path, "/usr/lib/", 9) == 0 ||
	    strncmp(path, "/usr/lib64/", 11) == 0 ||
	    strncmp(path, "/usr/local/lib/", 15) == 0;

	if (!d->redact || (ours && strstr(path, "..") == NULL))
		return path;
	return pick(d, "a directory", "ディレクトリ");
}

static bool
is_soft(const struct doctor *d)
{
	return d->reader != NULL &&
	    strncmp(d->reader, SOFT, strlen(SOFT)) == 0;
}

static void
check_libraries(struct doctor *d)
{
	note(d, FINE, "libjpki %s, %s", "libjpki %s、%s", jpki_version(),
	    OpenSSL_version(OPENSSL_VERSION));
	/* 0xMNN.....: the minor version may be newer than the headers. */
	if (OPENSSL_version_major() == OPENSSL_VERSION_MAJOR &&
	    OpenSSL_version_num() >> 20 >= OPENSSL_VERSION_NUMBER >> 20)
		return;
	note(d, BROKEN, "built with %s", "%s でビルドされています",
	    OPENSSL_VERSION_TEXT);
	advise(d, "Build libjpki anew with the headers of this OpenSSL.",
	    "この OpenSSL のヘッダーで libjpki をビルドし直してください。");
}

/* Why jpki.so cannot be loaded from dir. */
static void
module_error(struct doctor *d, const char *dir)
{
	char path[1024], reason[512];

	openssl_error(d, reason, sizeof(reason));
	snprintf(path, sizeof(path), "%s/jpki.so", dir);
	if (access(path, R_OK) != 0) {
		note(d, BROKEN, "no readable jpki.so in %s",
		    "%s に jpki.so がないか、読めません", hide(d, dir));
		advise(d, "Install the provider (meson install), or set "
		    "OPENSSL_MODULES to the directory that has it.",
		    "プロバイダーをインストールする（meson install）か、"
		    "環境変数 OPENSSL_MODULES にその場所を設定してください。");
		return;
	}
	note(d, BROKEN, "jpki.so in %s cannot be loaded: %s",
	    "%s の jpki.so を読み込めません: %s", hide(d, dir), reason);
	advise(d, "Install libjpki and the provider from one build for this "
	    "OpenSSL, then run sudo ldconfig.",
	    "libjpki とプロバイダーをこの OpenSSL 用に"
	    "同じビルドからインストールし、sudo ldconfig を実行してください。");
}

static void
check_module(struct doctor *d)
{
	const char *dir = getenv("OPENSSL_MODULES"), *version = NULL;
	OSSL_PARAM params[2] = { OSSL_PARAM_END, OSSL_PARAM_END };

	if (dir == NULL)
		dir = OPENSSL_info(OPENSSL_INFO_MODULES_DIR);
	ERR_clear_error();
	if ((d->libctx = OSSL_LIB_CTX_new()) == NULL ||
	    (d->providers[0] = OSSL_PROVIDER_load(d->libctx, "default")) ==
	    NULL ||
	    (d->providers[1] = OSSL_PROVIDER_load(d->libctx, "jpki")) == NULL) {
		module_error(d, dir != NULL ? dir : "?");
		return;
	}
	params[0] = OSSL_PARAM_construct_utf8_ptr(OSSL_PROV_PARAM_VERSION,
	    (char **)(uintptr_t)&version, 0);
	if (OSSL_PROVIDER_get_params(d->providers[1], params) != 1 ||
	    version == NULL)
		version = "?";
	note(d, FINE, "jpki.so %s in %s loads",
	    "jpki.so %s（%s）を読み込めます", version,
	    hide(d, dir != NULL ? dir : "?"));
	if (strcmp(version, jpki_version()) == 0)
		return;
	note(d, WARN, "its version is not libjpki's",
	    "libjpki と版が違います");
	advise(d, "Install both from one build.",
	    "両方を同じビルドからインストールしてください。");
}

enum { REFUSED, FORBIDDEN, UNINSTALLED, STOPPED, SILENT };

static const struct {
	const char *what_en, *what_ja, *todo_en, *todo_ja;
} service_troubles[] = {
	[REFUSED] = {
	    "pcscd refuses this user",
	    "pcscd がこのユーザーの利用を拒否しています",
	    "Log in at the machine itself, or have a polkit rule made that "
	    "allows org.debian.pcsc-lite.access_pcsc and .access_card.",
	    "その機械に直接ログインするか、polkit で "
	    "org.debian.pcsc-lite.access_pcsc と .access_card の許可を"
	    "設定してもらってください。" },
	[FORBIDDEN] = {
	    "pcscd's socket is closed to this user",
	    "pcscd のソケットを開く権限がありません",
	    "Join the group of the socket (ls -l /run/pcscd/pcscd.comm; sudo "
	    "usermod -aG GROUP USER) and log in again.",
	    "ソケットのグループに入り（ls -l /run/pcscd/pcscd.comm、sudo "
	    "usermod -aG グループ ユーザー）、ログインし直してください。" },
	[UNINSTALLED] = {
	    "pcscd is not installed",
	    "pcscd がインストールされていません",
	    "Install it: sudo apt-get install pcscd.",
	    "インストールしてください: sudo apt-get install pcscd" },
	[STOPPED] = {
	    "pcscd is installed but not started",
	    "pcscd が起動していません",
	    "Start it: sudo systemctl enable --now pcscd.socket (without "
	    "systemd: sudo pcscd).",
	    "起動してください: sudo systemctl enable --now pcscd.socket"
	    "（systemd のない環境では sudo pcscd）" },
	[SILENT] = {
	    "pcscd does not answer at its socket",
	    "pcscd のソケットから応答がありません",
	    "Restart it: sudo systemctl restart pcscd.socket pcscd.service.",
	    "再起動してください: sudo systemctl restart pcscd.socket "
	    "pcscd.service" },
};

static int
service_trouble(int err)
{
	const char *path = getenv("PCSCLITE_CSOCK_NAME");

	if (err == JPKI_ERR_NOT_ALLOWED)
		return REFUSED;
	if (access(path != NULL ? path : "/run/pcscd/pcscd.comm", W_OK) == 0)
		return SILENT;
	if (errno == EACCES)
		return FORBIDDEN;
	return access("/usr/sbin/pcscd", F_OK) == 0 ||
	    access("/usr/bin/pcscd", F_OK) == 0 ||
	    access("/usr/local/sbin/pcscd", F_OK) == 0 ? STOPPED : UNINSTALLED;
}

static void
check_service(struct doctor *d)
{
	int i, r;

	if (is_soft(d)) {
		note(d, FINE, "not needed by a software card",
		    "ソフトウェアカードには不要です");
		return;
	}
	r = jpki_readers_list(d->ctx, &d->readers);
	if (r == 0)
		note(d, FINE, "pcscd answers", "pcscd は応答します");
	else if (r != JPKI_ERR_NO_SERVICE && r != JPKI_ERR_NOT_ALLOWED)
		blame(d, BROKEN, r);
	else {
		i = service_trouble(r);
		tell(d, BROKEN, pick(d, service_troubles[i].what_en,
		    service_troubles[i].what_ja));
		advise(d, service_troubles[i].todo_en,
		    service_troubles[i].todo_ja);
	}
}

static void
check_readers(struct doctor *d)
{
	static const char *const states[][2] = {
		[JPKI_READER_EMPTY] = { "empty", "カードなし" },
		[JPKI_READER_CARD] = { "card", "カードあり" },
		[JPKI_READER_MUTE] = { "mute card", "カードの応答なし" },
	};
	size_t i, n = jpki_readers_count(d->readers);
	const char *const *state, *name;
	int len;

	if (is_soft(d)) {
		tell(d, FINE, !d->redact ? d->reader :
		    pick(d, "a software card", "ソフトウェアカード"));
		return;
	}
	for (i = 0; i < n; i++) {
		state = states[jpki_readers_state(d->readers, i)];
		name = jpki_readers_name(d->readers, i);
		/* It can have the reader's serial number, as "(1234)". */
		len = (int)(d->redact ? strcspn(name, "(") : strlen(name));
		note(d, FINE, "%zu: %.*s (%s)", "%zu: %.*s（%s）", i, len,
		    name, pick(d, state[0], state[1]));
	}
	if (n > 0)
		return;
	note(d, MISSING, "pcscd has no reader",
	    "pcscd から見えるリーダーがありません");
	advise(d, "Plug it in (lsusb must list it; under WSL: usbipd attach) "
	    "and install its driver: sudo apt-get install libccid. A kernel "
	    "driver may hold it: sudo modprobe -r port100 pn533_usb.",
	    "接続を lsusb で確かめ（WSL では先に usbipd attach）、ドライバーを"
	    "入れてください: sudo apt-get install libccid。"
	    "カーネルのドライバーが使っていることもあります: sudo modprobe -r "
	    "port100 pn533_usb");
}

/* Opens the card; whatever answered at all is a card. */
static void
check_card(struct doctor *d)
{
	char atr[JPKI_INFO_MAX] = "";
	int r;

	d->open_err = r = jpki_card_open(d->ctx, d->reader, &d->card);
	if (r == 0 && jpki_card_info(d->card, JPKI_INFO_ATR, atr,
	    sizeof(atr)) != 0)
		*atr = '\0';
	/* Historical bytes may hold a contactless card's own number. */
	if (d->redact && strlen(atr) > 8 && atr[3] != '0')
		memcpy(atr + 8, "...", sizeof("..."));
	if (*atr != '\0')
		note(d, FINE, "answers, ATR %s", "応答します（ATR %s）", atr);
	else if (r == 0 || jpki_errclass(r) == JPKI_CLASS_CARD)
		note(d, FINE, "answers", "応答します");
	else
		blame(d, r == JPKI_ERR_NO_READER || r == JPKI_ERR_NO_CARD ||
		    r == JPKI_ERR_AMBIGUOUS ? MISSING : BROKEN, r);
}

static void
check_application(struct doctor *d)
{
	if (d->open_err != 0)
		blame(d, BROKEN, d->open_err);
	else
		note(d, FINE, "is there", "あります");
}

static void
check_carrier(struct doctor *d)
{
	static const struct {
		enum jpki_carrier carrier;
		const char *en, *ja;
	} names[] = {
		{ JPKI_CARRIER_CARD, "My Number Card", "個人番号カード" },
		{ JPKI_CARRIER_ANDROID, "Android phone", "Android スマホ" },
		{ JPKI_CARRIER_IPHONE, "iPhone", "iPhone" },
		{ JPKI_CARRIER_UNKNOWN, "unknown", "不明" },
	};
	char label[JPKI_INFO_MAX], model[JPKI_INFO_MAX], text[JPKI_INFO_MAX];
	const char *name;
	enum jpki_carrier carrier = jpki_card_carrier(d->card);
	size_t i = 0;
	int r;

	while (names[i].carrier != carrier &&
	    names[i].carrier != JPKI_CARRIER_UNKNOWN)
		i++;
	name = pick(d, names[i].en, names[i].ja);
	if ((r = jpki_card_info(d->card, JPKI_INFO_LABEL, label,
	    sizeof(label))) != 0 || (r = jpki_card_info(d->card,
	    JPKI_INFO_MODEL, model, sizeof(model))) != 0 ||
	    (r = jpki_card_info(d->card, JPKI_INFO_SERIAL, text,
	    sizeof(text))) != 0) {
		blame(d, BROKEN, r);
		return;
	}
	note(d, FINE, "%s, label %s, model %s", "%s（ラベル %s、型 %s）", name,
	    label, model);
	if (!d->redact)
		note(d, FINE, "serial %s", "シリアル番号 %s", text);
	if (names[i].carrier != JPKI_CARRIER_UNKNOWN)
		return;
	note(d, WARN, "nobody has described this label",
	    "知られていないラベルです");
	advise(d, "It is treated as a card; please report the output of "
	    "jpki-doctor --redact.",
	    "カードとして扱います。jpki-doctor --redact の結果を"
	    "知らせてください。");
}

/* A day; only its year in a redacted report. */
static const char *
day(const struct doctor *d, struct jpki_date date, char out[JPKI_DATE_TEXT])
{
	jpki_date_format(date, out);
	if (d->redact)
		out[4] = '\0';
	return out;
}

static void
describe_cert(struct doctor *d)
{
	const struct jpki_cert_info *info = jpki_cert_info(d->cert);
	struct jpki_cert_facts facts = { .key = JPKI_KEY_AUTH };
	enum jpki_lang lang = jpki_ctx_lang(d->ctx);
	char from[JPKI_DATE_TEXT], until[JPKI_DATE_TEXT];
	struct jpki_verdict verdict;

	note(d, FINE, "auth (利用者証明用): %s to %s",
	    "利用者証明用: %s から %s まで", day(d, info->first_day, from),
	    day(d, info->last_day, until));
	if (!d->redact)
		note(d, FINE, "serial %s", "シリアル番号 %s", info->serial);
	facts.not_before = info->not_before;
	facts.not_after = info->not_after;
	if (jpki_rules_cert(&facts, time(NULL), &verdict) != 0 ||
	    verdict.state == JPKI_STATE_NOT_EXPIRED)
		return;
	tell(d, WARN, jpki_state_text(verdict.state, lang));
	advise(d, jpki_advice_text(verdict.why.advice[0], JPKI_LANG_EN),
	    jpki_advice_text(verdict.why.advice[0], JPKI_LANG_JA));
}

static void
check_certificates(struct doctor *d)
{
	bool auth = true, sign = true;
	int r;

	if ((r = jpki_card_present(d->card, JPKI_SLOT_AUTH, &auth)) != 0 ||
	    (r = jpki_card_present(d->card, JPKI_SLOT_SIGN, &sign)) != 0) {
		blame(d, BROKEN, r);
		return;
	}
	if (!auth) {
		note(d, WARN, "no auth certificate (利用者証明用)",
		    "利用者証明用電子証明書がありません");
		advise(d, "Your municipal office issues one.",
		    "市区町村の窓口で発行できます。");
	} else if ((r = jpki_card_cert(d->card, JPKI_SLOT_AUTH,
	    &d->cert)) == 0)
		describe_cert(d);
	else if (r == JPKI_ERR_NEEDS_PIN)
		note(d, FINE,
		    "auth (利用者証明用): there, but not read without its PIN",
		    "利用者証明用: あり（暗証番号なしでは読めません）");
	else
		blame(d, BROKEN, r);
	if (sign)
		note(d, FINE, "sign (署名用): there", "署名用: あり");
	else
		note(d, FINE, "sign (署名用): none was issued",
		    "署名用: 発行されていません");
}

static void
check_tries(struct doctor *d)
{
	static const struct {
		enum jpki_pin pin;
		int max;
	} pins[] = {
		{ JPKI_PIN_AUTH, 3 }, { JPKI_PIN_SIGN, 5 }, { JPKI_PIN_TEXT, 3 },
	};
	enum jpki_lang lang = jpki_ctx_lang(d->ctx);
	const char *name;
	int left, max, r;
	size_t i;

	for (i = 0; i < sizeof(pins) / sizeof(pins[0]); i++) {
		name = jpki_pin_name(pins[i].pin, lang);
		max = pins[i].max;
		r = jpki_pin_tries(d->card, pins[i].pin, &left);
		if (r == JPKI_ERR_NOT_ON_CARD)
			note(d, FINE, "%s: none", "%s: なし", name);
		else if (r != 0)
			blame(d, BROKEN, r);
		else if (left < 0)
			note(d, WARN, "%s: the card does not tell", "%s: 不明",
			    name);
		else if (left == 0) {
			note(d, WARN, "%s: locked", "%s: ロック中", name);
			advise(d, jpki_strerror(JPKI_ERR_PIN_BLOCKED, lang),
			    jpki_strerror(JPKI_ERR_PIN_BLOCKED, lang));
		} else {
			note(d, left < max ? WARN : FINE, "%s: %d of %d",
			    "%s: %d（全 %d 回）", name, left, max);
			if (left < max)
				advise(d, "The right PIN gives all tries "
				    "back; make sure of it before you enter "
				    "it.",
				    "正しい暗証番号で元の回数に戻ります。"
				    "確かめてから入力してください。");
		}
	}
}

static void
name_ca(struct doctor *d, const struct jpki_cert_info *ca)
{
	if (ca->ca.kind == JPKI_CA_JLIS && ca->ca.proven) {
		note(d, FINE, "the service's (J-LIS) CA %s %d",
		    "公的個人認証サービス (J-LIS) の CA %s %d です",
		    ca->ca.purpose == JPKI_KEY_SIGN ? "sign" : "auth",
		    ca->ca.generation);
		return;
	}
	if (ca->ca.kind == JPKI_CA_SOFTCARD) {
		note(d, FINE,
		    "the CA of a software card, which nobody else accepts",
		    "ソフトウェアカードの CA です（ほかでは通用しません）");
		return;
	}
	note(d, WARN, "an unknown CA, SHA-256 %s",
	    "知られていない CA です（SHA-256 %s）", ca->fingerprint);
	advise(d, "A test card, or a generation of the service newer than "
	    "this program: compare the hash with the one J-LIS publishes.",
	    "テスト用カードか、このプログラムより新しい世代です。J-LIS が"
	    "公開しているハッシュ値と比べてください。");
}

static void
check_ca(struct doctor *d)
{
	const struct jpki_cert *candidate;
	struct jpki_cert *ca = NULL;
	struct jpki_check check;
	int r;

	if (d->cert == NULL) {
		note(d, UNCHECKED, "needs the auth certificate",
		    "利用者証明用電子証明書が必要です");
		return;
	}
	if ((r = jpki_card_cert(d->card, JPKI_SLOT_AUTH_CA, &ca)) != 0) {
		blame(d, BROKEN, r);
		return;
	}
	candidate = ca;
	if ((r = jpki_cert_check(d->ctx, d->cert, &candidate, 1, time(NULL),
	    &check)) != 0)
		blame(d, BROKEN, r);
	else if (check.issuer_state == JPKI_ISSUER_SIGNED) {
		note(d, FINE, "issued the auth certificate",
		    "利用者証明用電子証明書の発行者です");
		name_ca(d, jpki_cert_info(ca));
	} else {
		note(d, BROKEN, "the CA certificate on the card did not issue "
		    "the auth certificate",
		    "カードの CA 証明書は利用者証明用電子証明書の発行者では"
		    "ありません");
		advise(d, "Read the card again; if it stays, show it to your "
		    "municipal office.",
		    "もう一度試し、変わらなければ市区町村の窓口に相談し"
		    "てください。");
	}
	jpki_cert_free(&ca);
}

static bool
make_uri(const struct doctor *d, const char *object, char *out, size_t size)
{
	const unsigned char *p = (const unsigned char *)d->reader;
	size_t n;

	n = (size_t)snprintf(out, size, "jpki://%s", object);
	if (d->reader == NULL)
		return n < size;
	n += (size_t)snprintf(out + n, size - n, "?reader=");
	for (; *p != '\0' && n + 4 < size; p++)
		n += (size_t)snprintf(out + n, size - n, "%%%02X", *p);
	return *p == '\0';
}

/* Counts what a URI leads to; sets *cert to the last certificate. No way is
 * given to ask for a PIN. */
static int
load(struct doctor *d, const char *object, X509 **cert)
{
	OSSL_STORE_CTX *store = NULL;
	OSSL_STORE_INFO *info;
	char uri[2048];
	int i, n = 0;

	ERR_clear_error();
	if (!make_uri(d, object, uri, sizeof(uri)) ||
	    (store = OSSL_STORE_open_ex(uri, d->libctx, NULL, NULL, NULL, NULL,
	    NULL, NULL)) == NULL)
		return -1;
	for (i = 0; i < 32 && !OSSL_STORE_eof(store) &&
	    !OSSL_STORE_error(store); i++) {
		if ((info = OSSL_STORE_load(store)) == NULL)
			continue;
		n++;
		if (OSSL_STORE_INFO_get_type(info) == OSSL_STORE_INFO_CERT) {
			X509_free(*cert);
			*cert = OSSL_STORE_INFO_get1_CERT(info);
		}
		OSSL_STORE_INFO_free(info);
	}
	if (OSSL_STORE_error(store))
		n = -1;
	OSSL_STORE_close(store);
	return n;
}

static bool
same_cert(const X509 *cert, const struct jpki_cert *other)
{
	const unsigned char *want;
	unsigned char *der = NULL;
	size_t len;
	int n;
	bool same;

	want = jpki_cert_der(other, &len);
	if (cert == NULL || (n = i2d_X509(cert, &der)) <= 0)
		return false;
	same = (size_t)n == len && memcmp(der, want, len) == 0;
	OPENSSL_free(der);
	return same;
}

static void
check_store(struct doctor *d)
{
	X509 *cert = NULL;
	char reason[512];
	int n;

	if ((n = load(d, "", &cert)) > 0)
		note(d, FINE, "jpki: lists %d objects",
		    "jpki: に %d 個あります", n);
	if (n > 0 && d->cert != NULL)
		n = load(d, "auth;type=cert", &cert);
	if (n <= 0) {
		openssl_error(d, reason, sizeof(reason));
		note(d, BROKEN, "cannot be loaded: %s", "読み込めません: %s",
		    reason);
		advise(d, "If all layers above are fine, this is a mistake in "
		    "the provider; please report it.",
		    "ここより上がすべて正常なら、プロバイダーの誤りですので、"
		    "知らせてください。");
	} else if (d->cert != NULL && !same_cert(cert, d->cert))
		note(d, BROKEN, "jpki://auth is another certificate",
		    "jpki://auth が別の証明書です");
	else if (d->cert != NULL)
		note(d, FINE, "jpki://auth loads",
		    "jpki://auth を読み込めます");
	X509_free(cert);
}

#define NEED(layer) (1u << (layer))

static const struct layer {
	const char *name, *en, *ja;
	void (*check)(struct doctor *);
	unsigned int needs;
} layers[N_LAYERS] = {
	[LIBRARIES] = { "libraries", "Libraries", "ライブラリ",
	    check_libraries, 0 },
	[MODULE] = { "module", "OpenSSL provider", "OpenSSL プロバイダー",
	    check_module, 0 },
	[SERVICE] = { "service", "Smart card service", "カードのサービス",
	    check_service, 0 },
	[READERS] = { "readers", "Readers", "リーダー",
	    check_readers, NEED(SERVICE) },
	[CARD] = { "card", "Card", "カード", check_card, NEED(READERS) },
	[APPLICATION] = { "application", "JPKI application", "JPKI アプリ",
	    check_application, NEED(CARD) },
	[CARRIER] = { "carrier", "Kind of card", "カードの種類",
	    check_carrier, NEED(APPLICATION) },
	[CERTIFICATES] = { "certificates", "Certificates", "電子証明書",
	    check_certificates, NEED(APPLICATION) },
	[TRIES] = { "tries", "PIN tries left", "暗証番号の残り回数",
	    check_tries, NEED(APPLICATION) },
	[CA] = { "ca", "CA of the card", "カードの CA 証明書",
	    check_ca, NEED(CERTIFICATES) },
	[STORE] = { "store", "OpenSSL store", "OpenSSL ストア",
	    check_store, NEED(MODULE) | NEED(APPLICATION) },
};

/* Names come from devices and users: leaves nothing that a terminal would
 * obey, that is not UTF-8, or that JSON would need to have escaped. */
static void
clean(char *text)
{
	unsigned char *p = (unsigned char *)text;
	unsigned long c;
	int n;

	for (; *p != '\0'; p += n) {
		n = UTF8_getc(p, (int)strnlen((char *)p, 4), &c);
		if (n > 0 && c >= 0x20 && c != '"' && c != '\\' &&
		    (c < 0x7f || c >= 0xa0))
			continue;
		*p = '?';
		n = 1;
	}
}

static void
examine(struct doctor *d)
{
	enum state state;
	size_t i, j;

	for (i = 0; i < N_LAYERS; i++) {
		d->now = &d->findings[i];
		for (j = 0; j < i; j++) {
			state = d->findings[j].state;
			if ((layers[i].needs & NEED(j)) != 0 && state >= MISSING)
				break;
		}
		if (j == i)
			layers[i].check(d);
		else
			note(d, UNCHECKED, "needs: %s", "前提: %s",
			    pick(d, layers[j].en, layers[j].ja));
		clean(d->now->text);
		clean(d->now->todo);
	}
}

static const struct {
	const char *name, *en, *ja;
	int code;		/* the exit code; the last state counts most */
} states[N_STATES] = {
	[FINE] = { "ok", " ok ", "正常", EXIT_SUCCESS },
	[WARN] = { "warning", "warn", "注意", ATTENTION },
	[MISSING] = { "missing", "none", "なし", EX_UNAVAILABLE },
	[BROKEN] = { "broken", "FAIL", "異常", BROKEN_LAYER },
	[UNCHECKED] = { "not-checked", " -- ", "省略", EXIT_SUCCESS },
};

static void
print_json(const struct doctor *d, enum state worst)
{
	const struct finding *f;
	size_t i;

	printf("{\"version\":\"%s\",\"redacted\":%s,\"status\":\"%s\","
	    "\"layers\":[", jpki_version(), d->redact ? "true" : "false",
	    states[worst].name);
	for (i = 0; i < N_LAYERS; i++) {
		f = &d->findings[i];
		printf("%s\n{\"layer\":\"%s\",\"status\":\"%s\","
		    "\"finding\":\"%s\",\"remedy\":\"%s\"}",
		    i > 0 ? "," : "", layers[i].name, states[f->state].name,
		    f->text, f->todo);
	}
	puts("\n]}");
}

static void
print_text(const struct doctor *d, enum state worst)
{
	static const char *const results[][2] = {
		[FINE] = { "All is well.", "すべて正常です。" },
		[WARN] = { "It works, but something needs attention.",
		    "動作しますが、注意が必要です。" },
		[MISSING] = { "No card can be used yet; see \"none\" above.",
		    "まだカードを使えません。上の「なし」を見てください。" },
		[BROKEN] = { "Something is broken: begin with the first FAIL.",
		    "異常があります。最初の「異常」から直してください。" },
	};
	const struct finding *f;
	size_t i;

	for (i = 0; i < N_LAYERS; i++) {
		f = &d->findings[i];
		printf("[%s] %s: %s\n", pick(d, states[f->state].en,
		    states[f->state].ja), pick(d, layers[i].en, layers[i].ja),
		    f->text);
		if (*f->todo != '\0')
			printf("       -> %s\n", f->todo);
	}
	puts(pick(d, results[worst][0], results[worst][1]));
}

static int
diagnose(struct doctor *d)
{
	enum state worst = FINE;
	size_t i;

	if (d->reader == NULL)
		d->reader = getenv("JPKI_READER");
	if (d->reader != NULL && *d->reader == '\0')
		d->reader = NULL;
	examine(d);
	for (i = 0; i < N_LAYERS; i++)
		if (d->findings[i].state != UNCHECKED &&
		    d->findings[i].state > worst)
			worst = d->findings[i].state;
	if (d->json)
		print_json(d, worst);
	else
		print_text(d, worst);
	jpki_cert_free(&d->cert);
	jpki_card_close(&d->card);
	jpki_readers_free(&d->readers);
	OSSL_PROVIDER_unload(d->providers[1]);
	OSSL_PROVIDER_unload(d->providers[0]);
	OSSL_LIB_CTX_free(d->libctx);
	if (fflush(stdout) != 0) {
		complain("stdout", strerror(errno));
		return BROKEN_LAYER;
	}
	return states[worst].code;
}

/* Names options, never their values. */
static int
usage_error(const struct doctor *d, const char *what)
{
	fprintf(stderr, pick(d, "jpki-doctor: %.*s: see jpki-doctor --help\n",
	    "jpki-doctor: %.*s: jpki-doctor --help を見てください\n"),
	    (int)strcspn(what, "="), what);
	return EX_USAGE;
}

/* An option that getopt_long() does not know; a short one may be a PIN with a
 * hyphen, and what stands before it, too. */
static const char *
bad_option(char **argv)
{
	const char *option = argv[optind - 1];

	return strncmp(option, "--", 2) == 0 ? option : "-?";
}

static const struct option options[] = {
	{ "reader", required_argument, NULL, 'r' },
	{ "redact", no_argument, NULL, 'x' },
	{ "json", no_argument, NULL, 'j' },
	{ "lang", required_argument, NULL, 'l' },
	{ "help", no_argument, NULL, 'h' },
	{ "version", no_argument, NULL, 'v' },
	{ NULL, 0, NULL, 0 }
};

static int
doctor_command(struct doctor *d, int argc, char **argv)
{
	int option;

	while ((option = getopt_long(argc, argv, ":", options, NULL)) != -1) {
		switch (option) {
		case 'r':
			d->reader = optarg;
			break;
		case 'x':
			d->redact = true;
			break;
		case 'j':
			d->json = true;
			break;
		case 'l':
			if (strcmp(optarg, "ja") != 0 &&
			    strcmp(optarg, "en") != 0)
				return usage_error(d, "--lang");
			jpki_ctx_set_lang(d->ctx, *optarg == 'j' ?
			    JPKI_LANG_JA : JPKI_LANG_EN);
			break;
		case 'h':
			fputs(pick(d, help_en, help_ja), stdout);
			return EXIT_SUCCESS;
		case 'v':
			printf("jpki-doctor (libjpki) %s\n", jpki_version());
			return EXIT_SUCCESS;
		default:
			return usage_error(d, bad_option(argv));
		}
	}
	return optind == argc ? diagnose(d) : usage_error(d, "[options]");
}

int
main(int argc, char **argv)
{
	struct doctor d = { .open_err = 0 };
	int status;

	if ((d.ctx = jpki_ctx_new()) == NULL) {
		complain("jpki_ctx_new", strerror(ENOMEM));
		return BROKEN_LAYER;
	}
	jpki_ctx_set_lang(d.ctx, jpki_lang_from_locale());
	status = doctor_command(&d, argc, argv);
	jpki_ctx_free(&d.ctx);
	return status;
}
