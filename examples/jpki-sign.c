/* SPDX-License-Identifier: Apache-2.0 */
/*
 * jpki-sign: raw signatures of files with a key of the My Number Card.
 *
 * A program on libjpki's public API; libcrypto only hashes. The order of the
 * steps is the point of it:
 *
 *   1. look at every file and hash it;
 *   2. ask the card whether a PIN can be tried at all, then the holder for it;
 *   3. one run on the card: the PIN, the certificate, a command per signature;
 *   4. write the signatures.
 *
 * So a wrong file name costs nothing, the PIN is entered once for any number
 * of files, and the card is open for the shortest time possible.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

#include <sys/stat.h>

#include <jpki.h>
#include <openssl/asn1.h>
#include <openssl/evp.h>

#define SUFFIX ".sig"
#define WAIT_MS 60000	/* for the card, on a terminal */
#define SIG_MAX 512	/* RSA-4096; the cards of today have RSA-2048 */

struct digest {
	const char *name;
	enum jpki_md md;
	const EVP_MD *(*evp)(void);
};

static const struct digest digests[] = {
	{ "sha256", JPKI_MD_SHA256, EVP_sha256 },
	{ "sha384", JPKI_MD_SHA384, EVP_sha384 },
	{ "sha512", JPKI_MD_SHA512, EVP_sha512 },
	{ NULL, 0, NULL }
};

struct item {
	const char *path;	/* as it was given */
	char *out;		/* path.sig */
	struct stat st;
	uint8_t digest[EVP_MAX_MD_SIZE];
	unsigned int digest_len;
	uint8_t sig[SIG_MAX];
	size_t sig_len;		/* 0: not signed yet */
};

struct job {
	struct jpki_ctx *ctx;
	const char *reader;	/* NULL: what JPKI_READER says */
	const char *pin_source;	/* NULL: the terminal */
	enum jpki_key key;
	const struct digest *digest;
	enum jpki_padding padding;
	int min_tries;
	bool json;
	struct item *items;
	size_t n_items;
};

static const char help_en[] =
    "usage: jpki-sign [options] auth|sign FILE...\n"
    "Signs files with a key of the My Number Card and writes FILE.sig.\n"
    "  --md NAME          sha256 (default), sha384 or sha512\n"
    "  --pss              RSASSA-PSS instead of PKCS#1 v1.5; sha256 only\n"
    "  --reader R         the reader; soft:DIR is a software card\n"
    "  --pin-source S     file:PATH, fd:N or tty (default)\n"
    "  --last-try         send the PIN even if only one try is left\n"
    "  --json             list files and signatures as JSON\n"
    "  --lang ja|en       language of messages\n"
    "  --help, --version\n";

static const char help_ja[] =
    "使い方: jpki-sign [オプション] auth|sign ファイル...\n"
    "マイナンバーカードの鍵でファイルに署名し、ファイル名.sig に書きます。\n"
    "  --md 名前          sha256（既定）、sha384、sha512\n"
    "  --pss              PKCS#1 v1.5 でなく RSASSA-PSS（sha256 のみ）\n"
    "  --reader R         リーダー名。soft:DIR はソフトウェアカード\n"
    "  --pin-source S     file:PATH、fd:N、tty（既定）\n"
    "  --last-try         残り 1 回でも暗証番号をカードに送る\n"
    "  --json             ファイルと署名の一覧を JSON で出す\n"
    "  --lang ja|en       メッセージの言語\n"
    "  --help, --version\n";

__attribute__((format_arg(2), format_arg(3))) static const char *
pick(const struct job *job, const char *en, const char *ja)
{
	return jpki_ctx_lang(job->ctx) == JPKI_LANG_JA ? ja : en;
}

__attribute__((format(printf, 1, 2))) static void
complain(const char *fmt, ...)
{
	va_list ap;

	fputs("jpki-sign: ", stderr);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
}

/* What the shell gets to see of the library's errors. */
static int
exit_code(int err)
{
	if (jpki_errclass(err) == JPKI_CLASS_DATA)
		return EX_DATAERR;
	/* No reader or card to speak of; an open door is a failure. */
	if (jpki_errclass(err) == JPKI_CLASS_TRANSPORT && err != JPKI_ERR_DOOR)
		return EX_UNAVAILABLE;
	return EXIT_FAILURE;
}

/* Tells the library's last failure. */
static int
card_error(const struct job *job, int err)
{
	complain("%s", jpki_ctx_errmsg(job->ctx));
	return exit_code(err);
}

/* Tells a failure that this program sees coming. */
static int
refuse(const struct job *job, const char *subject, int err)
{
	complain("%s: %s", subject, jpki_strerror(err,
	    jpki_ctx_lang(job->ctx)));
	return exit_code(err);
}

/* Everything that can be said against a file without reading it. */
static int
check_item(const struct job *job, struct item *item)
{
	size_t size = strlen(item->path) + sizeof(SUFFIX);

	if (strcmp(item->path, "-") == 0) {
		complain("%s", pick(job,
		    "-: standard input has no name to put " SUFFIX " after",
		    "-: 標準入力には署名できません。ファイル名が必要です"));
		return -1;
	}
	if ((item->out = malloc(size)) != NULL)
		snprintf(item->out, size, "%s%s", item->path, SUFFIX);
	if (item->out == NULL || stat(item->path, &item->st) != 0 ||
	    access(item->path, R_OK) != 0) {
		complain("%s: %s", item->path, strerror(errno));
		return -1;
	}
	if (S_ISDIR(item->st.st_mode)) {
		complain("%s: %s", item->path, strerror(EISDIR));
		return -1;
	}
	return 0;
}

static bool
same_file(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

/* Finds files that are given twice, and outputs that cannot be written or
 * would replace another file that is to be signed. */
static int
check_clashes(const struct job *job)
{
	const struct item *a, *b, *end = job->items + job->n_items;
	struct stat out;
	int r = 0;

	for (a = job->items; a < end; a++) {
		bool exists = stat(a->out, &out) == 0;

		if (exists && S_ISDIR(out.st_mode)) {
			complain("%s: %s", a->out, strerror(EISDIR));
			r = -1;
		}
		for (b = job->items; b < end; b++) {
			if (b < a && same_file(&a->st, &b->st)) {
				complain(pick(job, "%s: given twice",
				    "%s: 2 回指定されています"), a->path);
				r = -1;
			}
			if (exists && same_file(&out, &b->st)) {
				complain(pick(job,
				    "%s: the signature of %s would replace it",
				    "%s: %s の署名で上書きされます"),
				    b->path, a->path);
				r = -1;
			}
		}
	}
	return r;
}

static int
hash_item(const struct job *job, struct item *item)
{
	EVP_MD_CTX *md_ctx = NULL;
	uint8_t buf[64 * 1024];
	ssize_t n = 0;
	int fd, ok = 0;

	if ((fd = open(item->path, O_RDONLY | O_CLOEXEC)) == -1) {
		complain("%s: %s", item->path, strerror(errno));
		return -1;
	}
	if ((md_ctx = EVP_MD_CTX_new()) == NULL ||
	    EVP_DigestInit_ex(md_ctx, job->digest->evp(), NULL) != 1)
		goto out;
	while ((n = read(fd, buf, sizeof(buf))) > 0)
		if (EVP_DigestUpdate(md_ctx, buf, (size_t)n) != 1)
			goto out;
	ok = n == 0 && EVP_DigestFinal_ex(md_ctx, item->digest,
	    &item->digest_len) == 1;
 out:
	if (!ok)
		complain("%s: %s", item->path, n == -1 ? strerror(errno) :
		    pick(job, "could not be hashed", "ハッシュできません"));
	EVP_MD_CTX_free(md_ctx);
	close(fd);
	return ok ? 0 : -1;
}

/* Step 1: tells about every bad file, not only the first. */
static int
prepare(struct job *job, char *const *paths)
{
	size_t i;
	int r = 0;

	for (i = 0; i < job->n_items; i++) {
		job->items[i].path = paths[i];
		if (check_item(job, &job->items[i]) != 0)
			r = -1;
	}
	if (r != 0 || check_clashes(job) != 0)
		return EXIT_FAILURE;
	for (i = 0; i < job->n_items; i++)
		if (hash_item(job, &job->items[i]) != 0)
			r = -1;
	return r == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

/*
 * Step 2. The card is asked first: whoever has a locked PIN, or one try left
 * and no --last-try, need not type anything to hear of it.
 */
static int
get_pin(const struct job *job, struct jpki_card *card, enum jpki_pin pin,
    struct jpki_secret **out)
{
	bool present = true;
	char prompt[160];
	int left, r;

	if (pin == JPKI_PIN_SIGN && (r = jpki_card_present(card,
	    JPKI_SLOT_SIGN, &present)) != 0)
		return card_error(job, r);
	if (!present)
		return refuse(job, pick(job, "sign certificate (署名用)",
		    "署名用電子証明書"), JPKI_ERR_NOT_ON_CARD);

	if ((r = jpki_pin_ready(card, pin, job->min_tries, &left)) != 0)
		return card_error(job, r);
	jpki_pin_prompt(pin, left, jpki_ctx_lang(job->ctx), prompt,
	    sizeof(prompt));
	if ((r = jpki_secret_read(job->ctx, job->pin_source, prompt, out)) != 0)
		return card_error(job, r);
	return EXIT_SUCCESS;
}

/* The library holds signals back during a run; one that waits ends us right
 * after it. No point in signing on. */
static bool
interrupted(void)
{
	static const int ends[] = { SIGINT, SIGTERM, SIGHUP };
	struct sigaction action;
	sigset_t pending;
	size_t i;

	if (sigpending(&pending) != 0)
		return false;
	/* One that is ignored, as under nohup, waits too, but ends nobody. */
	for (i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
		if (sigismember(&pending, ends[i]) &&
		    sigaction(ends[i], NULL, &action) == 0 &&
		    action.sa_handler != SIG_IGN)
			return true;
	return false;
}

static int
sign_items(const struct job *job, struct jpki_card *card, enum jpki_pin pin,
    const char *text, size_t len, struct jpki_cert **cert)
{
	enum jpki_slot slot = job->key == JPKI_KEY_SIGN ? JPKI_SLOT_SIGN :
	    JPKI_SLOT_AUTH;
	struct item *item;
	int r;

	if ((r = jpki_pin_verify(card, pin, text, len, job->min_tries,
	    NULL)) != 0)
		return r;
	/* From here on the library checks each signature with its key. */
	if ((r = jpki_card_cert(card, slot, cert)) != 0)
		return r;
	for (item = job->items; item < job->items + job->n_items; item++) {
		if (interrupted())
			return JPKI_ERR_CANCELLED;
		if ((r = jpki_card_sign(card, job->key, job->padding,
		    job->digest->md, item->digest, item->digest_len, item->sig,
		    sizeof(item->sig), &item->sig_len)) != 0)
			return r;
	}
	return 0;
}

/* Step 3: nothing between begin and end waits for anything but the card. */
static int
run(const struct job *job, struct jpki_card *card, enum jpki_pin pin,
    const struct jpki_secret *secret, struct jpki_cert **cert)
{
	const char *text;
	size_t len;
	int r, end;

	text = jpki_secret_data(secret, &len);
	if ((r = jpki_pin_check(job->ctx, pin, text, len)) != 0 ||
	    (r = jpki_card_begin(card)) != 0)
		return card_error(job, r);
	r = sign_items(job, card, pin, text, len, cert);
	end = jpki_card_end(card);
	if (end == 0)
		return r == 0 ? EXIT_SUCCESS : card_error(job, r);
	/* The message is about the end now. It matters most, but not alone. */
	card_error(job, end);
	return r == 0 ? exit_code(end) : refuse(job, jpki_errname(r), r);
}

/* The card signs with the key of an expired certificate too; others mind. */
static void
warn_validity(const struct job *job, const struct jpki_cert *cert)
{
	int64_t now = time(NULL), not_before, not_after;
	time_t japan;
	char day[16];
	struct tm tm;

	jpki_cert_validity(cert, &not_before, &not_after);
	if (now >= not_before && now <= not_after)
		return;
	japan = (now > not_after ? not_after : not_before) + 9 * 60 * 60;
	if (gmtime_r(&japan, &tm) == NULL ||
	    strftime(day, sizeof(day), "%Y-%m-%d", &tm) == 0)
		return;
	if (now > not_after)
		complain(pick(job, "warning: the certificate expired on %s",
		    "警告: 証明書の有効期間は %s で終わっています"), day);
	else
		complain(pick(job, "warning: the certificate begins on %s",
		    "警告: 証明書の有効期間は %s からです"), day);
}

struct wait {
	const struct job *job;
	bool asked;
};

static bool
ask_for_card(void *arg, int why)
{
	struct wait *wait = arg;

	if (!wait->asked)
		complain("%s", jpki_strerror(why,
		    jpki_ctx_lang(wait->job->ctx)));
	wait->asked = true;
	return false;
}

/* On a terminal there is somebody to put the card in. */
static int
open_card(const struct job *job, struct jpki_card **card)
{
	struct wait wait = { job, false };
	int r;

	r = jpki_card_open(job->ctx, job->reader, card);
	if ((r != JPKI_ERR_NO_CARD && r != JPKI_ERR_MUTE) ||
	    !isatty(STDERR_FILENO))
		return r;
	return jpki_card_wait(job->ctx, job->reader, WAIT_MS, ask_for_card,
	    &wait, card);
}

static int
use_card(const struct job *job)
{
	enum jpki_pin pin = job->key == JPKI_KEY_SIGN ? JPKI_PIN_SIGN :
	    JPKI_PIN_AUTH;
	struct jpki_secret *secret = NULL;
	struct jpki_card *card = NULL;
	struct jpki_cert *cert = NULL;
	int r, status;

	if ((r = open_card(job, &card)) != 0)
		return card_error(job, r);
	if ((status = get_pin(job, card, pin, &secret)) == EXIT_SUCCESS)
		status = run(job, card, pin, secret, &cert);
	jpki_secret_free(&secret);
	jpki_card_close(&card);
	if (cert != NULL)
		warn_validity(job, cert);
	jpki_cert_free(&cert);
	return status;
}

static int
write_all(int fd, const uint8_t *data, size_t len)
{
	ssize_t n;

	while (len > 0) {
		if ((n = write(fd, data, len)) == -1 && errno != EINTR)
			return -1;
		if (n > 0) {
			data += n;
			len -= (size_t)n;
		}
	}
	return 0;
}

/* Puts a whole file in its place, or leaves there what was there. */
static int
write_file(const char *path, const void *data, size_t len)
{
	size_t size = strlen(path) + sizeof(".XXXXXX");
	mode_t mask = umask(0);
	char *tmp;
	int fd, saved, r = -1;

	umask(mask);
	if ((tmp = malloc(size)) == NULL)
		return -1;
	snprintf(tmp, size, "%s.XXXXXX", path);
	if ((fd = mkstemp(tmp)) != -1) {
		if (write_all(fd, data, len) == 0 &&
		    fchmod(fd, 0666 & ~mask) == 0 && fsync(fd) == 0)
			r = 0;
		if (close(fd) != 0 || (r == 0 && rename(tmp, path) != 0))
			r = -1;
		saved = errno;
		if (r != 0)
			unlink(tmp);
		errno = saved;
	}
	free(tmp);
	return r;
}

/* A name need not be UTF-8, JSON must. */
static void
print_json_string(const char *name)
{
	const unsigned char *p = (const unsigned char *)name;
	unsigned long c;
	int n;

	putchar('"');
	for (; *p != '\0'; p += n) {
		n = UTF8_getc(p, (int)strnlen((const char *)p, 4), &c);
		if (n <= 0) {
			n = 1;
			fputs("\\ufffd", stdout);
		} else if (c < 0x20 || c == '"' || c == '\\')
			printf("\\u%04lx", c);
		else
			fwrite(p, 1, (size_t)n, stdout);
	}
	putchar('"');
}

/* Step 4, reached only when every file was signed. */
static int
write_items(const struct job *job)
{
	const struct item *item;
	const char *comma = "";
	int status = EXIT_SUCCESS;

	if (job->json)
		printf("{\"key\":\"%s\",\"md\":\"%s\",\"padding\":\"%s\","
		    "\"files\":[", job->key == JPKI_KEY_SIGN ? "sign" : "auth",
		    job->digest->name,
		    job->padding == JPKI_PADDING_PSS ? "pss" : "pkcs1");
	for (item = job->items; item < job->items + job->n_items; item++) {
		if (write_file(item->out, item->sig, item->sig_len) != 0) {
			complain("%s: %s", item->out, strerror(errno));
			status = EXIT_FAILURE;
			continue;
		}
		if (!job->json)
			continue;
		printf("%s\n{\"file\":", comma);
		print_json_string(item->path);
		fputs(",\"signature\":", stdout);
		print_json_string(item->out);
		putchar('}');
		comma = ",";
	}
	if (job->json && (puts("\n]}") == EOF || fflush(stdout) != 0)) {
		complain("stdout: %s", strerror(errno));
		status = EXIT_FAILURE;
	}
	return status;
}

static int
sign_files(struct job *job, char *const *paths)
{
	int status, written;

	if ((job->items = calloc(job->n_items, sizeof(*job->items))) == NULL) {
		complain("%s", strerror(errno));
		return EXIT_FAILURE;
	}
	if ((status = prepare(job, paths)) == EXIT_SUCCESS)
		status = use_card(job);
	/* Also when only the end of the run failed: the try is spent. */
	if (job->items[job->n_items - 1].sig_len != 0) {
		written = write_items(job);
		if (status == EXIT_SUCCESS)
			status = written;
	}
	while (job->n_items > 0)
		free(job->items[--job->n_items].out);
	free(job->items);
	return status;
}

/* Names options, never their values: a PIN may have slipped into one. */
static int
usage_error(const struct job *job, const char *what)
{
	complain(pick(job, "%.*s: see jpki-sign --help",
	    "%.*s: jpki-sign --help を見てください"),
	    (int)strcspn(what, "="), what);
	return EX_USAGE;
}

/* Returns -1 to go on, or the exit code; -2: no such option. */
static int
set_option(struct job *job, int option, const char *arg)
{
	const struct digest *d;

	switch (option) {
	case 'm':
		for (d = digests; d->name != NULL; d++)
			if (strcmp(arg, d->name) == 0)
				job->digest = d;
		return strcmp(arg, job->digest->name) == 0 ? -1 :
		    usage_error(job, "--md sha256|sha384|sha512");
	case 'P':
		job->padding = JPKI_PADDING_PSS;
		return -1;
	case 'r':
		job->reader = arg;
		return -1;
	case 's':
		job->pin_source = arg;
		return strcmp(arg, "tty") == 0 ||
		    strncmp(arg, "file:", 5) == 0 ||
		    strncmp(arg, "fd:", 3) == 0 ? -1 :
		    usage_error(job, "--pin-source file:PATH|fd:N|tty");
	case 't':
		job->min_tries = JPKI_TRIES_INSIST;
		return -1;
	case 'j':
		job->json = true;
		return -1;
	case 'l':
		if (strcmp(arg, "ja") != 0 && strcmp(arg, "en") != 0)
			return usage_error(job, "--lang ja|en");
		jpki_ctx_set_lang(job->ctx, *arg == 'j' ? JPKI_LANG_JA :
		    JPKI_LANG_EN);
		return -1;
	case 'h':
		fputs(pick(job, help_en, help_ja), stdout);
		return EXIT_SUCCESS;
	case 'v':
		printf("jpki-sign (libjpki) %s\n", jpki_version());
		return EXIT_SUCCESS;
	default:
		return -2;
	}
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
	{ "md", required_argument, NULL, 'm' },
	{ "pss", no_argument, NULL, 'P' },
	{ "reader", required_argument, NULL, 'r' },
	{ "pin-source", required_argument, NULL, 's' },
	{ "last-try", no_argument, NULL, 't' },
	{ "json", no_argument, NULL, 'j' },
	{ "lang", required_argument, NULL, 'l' },
	{ "help", no_argument, NULL, 'h' },
	{ "version", no_argument, NULL, 'v' },
	{ NULL, 0, NULL, 0 }
};

static int
sign_command(struct job *job, int argc, char **argv)
{
	int option, status;

	while ((option = getopt_long(argc, argv, ":", options, NULL)) != -1) {
		status = set_option(job, option, optarg);
		if (status == -2)
			return usage_error(job, bad_option(argv));
		if (status != -1)
			return status;
	}
	argc -= optind;
	argv += optind;
	if (argc >= 2 && strcmp(argv[0], "auth") == 0)
		job->key = JPKI_KEY_AUTH;
	else if (argc >= 2 && strcmp(argv[0], "sign") == 0)
		job->key = JPKI_KEY_SIGN;
	else
		return usage_error(job,
		    "usage: jpki-sign [options] auth|sign FILE...");
	if (job->padding == JPKI_PADDING_PSS && job->digest->md !=
	    JPKI_MD_SHA256)
		return usage_error(job, "--pss goes with --md sha256");
	job->n_items = (size_t)argc - 1;
	return sign_files(job, argv + 1);
}

int
main(int argc, char **argv)
{
	struct job job = {
		.digest = digests,
		.padding = JPKI_PADDING_PKCS1,
		.min_tries = JPKI_TRIES_DEFAULT,
	};
	int status;

	if ((job.ctx = jpki_ctx_new()) == NULL) {
		complain("%s", strerror(ENOMEM));
		return EXIT_FAILURE;
	}
	jpki_ctx_set_lang(job.ctx, jpki_lang_from_locale());
	status = sign_command(&job, argc, argv);
	jpki_ctx_free(&job.ctx);
	return status;
}
