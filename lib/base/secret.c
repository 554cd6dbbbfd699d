/* SPDX-License-Identifier: Apache-2.0 */
#include "base/secret.h"

#include <sys/mman.h>
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "base/ctx.h"
#include "base/locked.h"
#include "base/wipe.h"

/* The length lives in the page, so that a page wiped by fork is empty. */
struct page {
	size_t len;
	char data[JPKI_SECRET_MAX + 1];
};

struct jpki_secret {
	struct page *page;
	size_t page_size;
};

#define PIN_MAX 16		/* characters of the longest PIN */
#define GLANCE_MS 100		/* how often to look for signals at a prompt */

/* What a key press means while a PIN is typed. */
enum {
	KEY_CTRL_C = 0x03,
	KEY_CTRL_D = 0x04,
	KEY_CTRL_U = 0x15,
	KEY_BACKSPACE = 0x08,
	KEY_DELETE = 0x7f
};

static int
secret_alloc(struct jpki_ctx *ctx, unsigned flags, struct jpki_secret **out)
{
	struct jpki_secret *secret;
	long page_size = sysconf(_SC_PAGESIZE);
	void *p;
	int r;

	if ((secret = calloc(1, sizeof(*secret))) == NULL)
		return jpkip_fail(ctx, JPKI_ERR_MEMORY, NULL, NULL);
	secret->page_size = page_size > (long)sizeof(struct page) ?
	    (size_t)page_size : 4096;
	if ((p = jpkip_locked_new(secret->page_size)) == NULL) {
		free(secret);
		return jpkip_fail(ctx, JPKI_ERR_MEMORY, NULL, NULL);
	}
	if ((flags & JPKIP_SECRET_WIPE_ON_FORK) &&
	    madvise(p, secret->page_size, MADV_WIPEONFORK) != 0) {
		r = jpkip_fail_errno(ctx, "madvise(MADV_WIPEONFORK)");
		jpkip_locked_free(p, secret->page_size);
		free(secret);
		return r;
	}
	secret->page = p;
	*out = secret;
	return 0;
}

int
jpkip_secret_new(struct jpki_ctx *ctx, const void *data, size_t len,
    unsigned flags, struct jpki_secret **out)
{
	int r;

	*out = NULL;
	if (len > JPKI_SECRET_MAX)
		return jpkip_fail(ctx, JPKI_ERR_USAGE, NULL, NULL);
	if ((r = secret_alloc(ctx, flags, out)) != 0)
		return r;
	if (len > 0)
		memcpy((*out)->page->data, data, len);
	(*out)->page->len = len;
	return 0;
}

const char *
jpki_secret_data(const struct jpki_secret *secret, size_t *len)
{
	if (len != NULL)
		*len = secret != NULL ? secret->page->len : 0;
	return secret != NULL ? secret->page->data : "";
}

void
jpki_secret_free(struct jpki_secret **secret)
{
	struct jpki_secret *old;

	if (secret == NULL || (old = *secret) == NULL)
		return;
	/* First: another thread may fork meanwhile. */
	*secret = NULL;
	jpkip_locked_free(old->page, old->page_size);
	free(old);
}

const char *
jpkip_secret_shown(const char *source)
{
	const char *path = source + strlen("file:");
	size_t len;

	if (strncmp(source, "file:", strlen("file:")) != 0)
		return source;
	len = strspn(path, "0123456789"
	    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");
	return path[len] == '\0' && len <= PIN_MAX ? "file:..." : source;
}

/* Reads one byte: 1, 0 at the end, -1 with errno. */
static ssize_t
read_byte(int fd, char *c)
{
	ssize_t n;

	do {
		n = read(fd, c, 1);
	} while (n == -1 && errno == EINTR);
	return n;
}

/* As errno says. */
static int
unreadable(struct jpki_ctx *ctx, const char *source)
{
	int r = jpkip_fail(ctx, JPKI_ERR_PIN_SOURCE, JPKIP_SAME("%s: %s"),
	    source, jpkip_errno_text(ctx));

	if (strncmp(source, "file:", 5) == 0)
		return jpkip_hint(ctx, r,
		    "Check the name of the file, and whether you may read it.",
		    "ファイルの名前と、読み取る権限があるかを"
		    "確かめてください。");
	return jpkip_hint(ctx, r, "The descriptor has to be open for reading.",
	    "読み取り用に開いているディスクリプターが必要です。");
}

static int
bad_line(struct jpki_ctx *ctx, int r)
{
	return jpkip_hint(ctx, r,
	    "Its first line has to be the PIN and nothing else.",
	    "最初の 1 行に暗証番号だけを書いてください。");
}

/* What an editor may put before the text. That of UTF-8 is left out; the rest
 * of a file in UTF-16 cannot be a PIN. */
static int
skip_mark(struct jpki_ctx *ctx, const char *source, struct page *page)
{
	size_t mark = strlen(JPKI_BYTE_ORDER_MARK);

	if (memcmp(page->data, "\xff\xfe", 2) == 0 ||
	    memcmp(page->data, "\xfe\xff", 2) == 0)
		return jpkip_hint(ctx, jpkip_fail(ctx, JPKI_ERR_PIN_SOURCE,
		    "%s: begins with the byte order mark of UTF-16",
		    "%s: UTF-16 のバイト順マーク（BOM）で始まっています",
		    source),
		    "Save it as UTF-8, without a byte order mark.",
		    "UTF-8（BOM なし）で保存し直してください。");
	if (page->len < mark ||
	    memcmp(page->data, JPKI_BYTE_ORDER_MARK, mark) != 0)
		return 0;
	jpkip_warn(ctx, "%s: begins with a byte order mark, which is left out",
	    "%s: バイト順マーク（BOM）で始まっています。除いて読み取ります",
	    source);
	page->len -= mark;
	memmove(page->data, page->data + mark, page->len);
	jpkip_wipe(page->data + page->len, mark);
	return 0;
}

/* Byte by byte, so that the next line of a pipe stays for its reader. */
static int
read_line(struct jpki_ctx *ctx, int fd, const char *source, struct page *page)
{
	ssize_t n;
	char c;
	int r;

	while ((n = read_byte(fd, &c)) == 1 && c != '\n') {
		if (page->len == JPKI_SECRET_MAX)
			return bad_line(ctx, jpkip_fail(ctx,
			    JPKI_ERR_PIN_SOURCE, "%s: the line is too long",
			    "%s: 行が長すぎます", source));
		page->data[page->len++] = c;
	}
	jpkip_wipe(&c, sizeof(c));
	if (n == -1)
		return unreadable(ctx, source);
	if (page->len > 0 && page->data[page->len - 1] == '\r')
		page->data[--page->len] = '\0';
	if ((r = skip_mark(ctx, source, page)) != 0)
		return r;
	if (page->len == 0)
		return bad_line(ctx, jpkip_fail(ctx, JPKI_ERR_PIN_SOURCE,
		    "%s: the first line is empty", "%s: 最初の行が空です",
		    source));
	return 0;
}

static int
read_file(struct jpki_ctx *ctx, const char *source, struct page *page)
{
	const char *path = source + strlen("file:");
	struct stat st;
	int fd, r;

	do {
		fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	} while (fd == -1 && errno == EINTR);
	if (fd == -1)
		return unreadable(ctx, jpkip_secret_shown(source));
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) &&
	    (st.st_mode & (S_IRWXG | S_IRWXO)) != 0)
		jpkip_warn(ctx, "%s: other users may read this file; "
		    "chmod 600 protects the PIN in it",
		    "%s: ほかのユーザーもこのファイルを読めます。chmod 600 で"
		    "中の暗証番号を守れます", path);
	r = read_line(ctx, fd, jpkip_secret_shown(source), page);
	(void)close(fd);
	return r;
}

static int
read_fd(struct jpki_ctx *ctx, const char *source, struct page *page)
{
	const char *number = source + strlen("fd:");
	char *end;
	long fd;

	errno = 0;
	fd = strtol(number, &end, 10);
	if (*number < '0' || *number > '9' || *end != '\0' || errno != 0 ||
	    fd > INT_MAX)
		return jpkip_fail(ctx, JPKI_ERR_PIN_SOURCE,
		    "%s: not a descriptor number",
		    "%s: ディスクリプターの番号ではありません", source);
	return read_line(ctx, (int)fd, source, page);
}

static void
rub_out(struct page *page)
{
	/* A whole UTF-8 character. */
	while (page->len > 0) {
		unsigned char c = (unsigned char)page->data[--page->len];

		page->data[page->len] = '\0';
		if ((c & 0xc0) != 0x80)
			break;
	}
}

/*
 * Holds back what would end the process: the terminal would stay without its
 * echo. Signals that the program handles, ignores or blocks stay its own.
 */
static void
hold_signals(sigset_t *held, sigset_t *saved)
{
	static const int ends[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT };
	struct sigaction act;
	size_t i;

	(void)sigemptyset(held);
	(void)pthread_sigmask(SIG_BLOCK, NULL, saved);
	for (i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
		if (sigaction(ends[i], NULL, &act) == 0 &&
		    act.sa_handler == SIG_DFL && !sigismember(saved, ends[i]))
			(void)sigaddset(held, ends[i]);
	(void)pthread_sigmask(SIG_BLOCK, held, NULL);
}

/* Waits for a key; false: one of the signals came. */
static bool
wait_key(int tty, const sigset_t *held)
{
	struct pollfd key = { tty, POLLIN, 0 };
	sigset_t came;
	int number;

	do {
		(void)sigpending(&came);
		for (number = 1; number < NSIG; number++)
			if (sigismember(held, number) == 1 &&
			    sigismember(&came, number) == 1)
				return false;
	} while (poll(&key, 1, GLANCE_MS) == 0 || key.revents == 0);
	return true;
}

static int
type_line(struct jpki_ctx *ctx, int tty, const sigset_t *held,
    struct page *page)
{
	bool key;
	ssize_t n = 0;
	char c;

	while ((key = wait_key(tty, held)) &&
	    (n = read_byte(tty, &c)) == 1 && c != '\n' && c != '\r') {
		switch ((unsigned char)c) {
		case KEY_CTRL_C:
			return jpkip_fail(ctx, JPKI_ERR_PIN_CANCELLED, NULL,
			    NULL);
		case KEY_CTRL_D:
			if (page->len == 0)
				return jpkip_fail(ctx, JPKI_ERR_PIN_CANCELLED,
				    NULL, NULL);
			break;
		case KEY_CTRL_U:
			jpkip_wipe(page, sizeof(*page));
			break;
		case KEY_BACKSPACE:
		case KEY_DELETE:
			rub_out(page);
			break;
		default:
			/* Too long is noticed by the PIN check: it cannot
			 * become right by being cut here. */
			if (page->len < JPKI_SECRET_MAX)
				page->data[page->len++] = c;
		}
	}
	jpkip_wipe(&c, sizeof(c));
	if (!key || n != 1 || page->len == 0)
		return jpkip_fail(ctx, JPKI_ERR_PIN_CANCELLED, NULL, NULL);
	return 0;
}

static void
say(int tty, const char *text)
{
	size_t len = strlen(text);

	while (len > 0) {
		ssize_t n = write(tty, text, len);

		if (n == -1 && errno == EINTR)
			continue;
		if (n <= 0)
			return;
		text += n;
		len -= (size_t)n;
	}
}

static int
no_terminal(struct jpki_ctx *ctx, int r)
{
	return jpkip_hint(ctx, r, "Start the program in a terminal, or have "
	    "the PIN read from a file (file:PATH) or an open descriptor "
	    "(fd:NUMBER).",
	    "端末で実行するか、暗証番号をファイル（file:PATH）か開いている"
	    "ディスクリプター（fd:NUMBER）から読み取るようにしてください。");
}

static int
read_tty(struct jpki_ctx *ctx, const char *prompt, struct page *page)
{
	struct termios saved, quiet;
	sigset_t held, mask;
	int tty, r;

	tty = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
	if (tty == -1 || tcgetattr(tty, &saved) != 0) {
		if (tty != -1)
			(void)close(tty);
		return no_terminal(ctx, jpkip_fail(ctx, JPKI_ERR_PIN_SOURCE,
		    "there is no terminal to ask on",
		    "暗証番号を尋ねる端末がありません"));
	}
	quiet = saved;
	/* Keys instead of lines and no signals: no key press can end the
	 * process while the echo is off. */
	quiet.c_lflag &= ~(tcflag_t)(ECHO | ECHONL | ICANON | ISIG);
	quiet.c_cc[VMIN] = 1;
	quiet.c_cc[VTIME] = 0;
	hold_signals(&held, &mask);
	/* Input typed ahead was not meant for a PIN prompt: flush. */
	if (tcsetattr(tty, TCSAFLUSH, &quiet) != 0) {
		r = no_terminal(ctx, jpkip_fail(ctx, JPKI_ERR_PIN_SOURCE,
		    "cannot turn the terminal's echo off: %s",
		    "端末の入力表示を止められません：%s",
		    jpkip_errno_text(ctx)));
		(void)close(tty);
		(void)pthread_sigmask(SIG_SETMASK, &mask, NULL);
		return r;
	}
	say(tty, prompt != NULL ? prompt : "PIN: ");
	r = type_line(ctx, tty, &held, page);
	say(tty, "\n");
	(void)tcsetattr(tty, TCSAFLUSH, &saved);
	(void)close(tty);
	if (r != 0)
		jpkip_wipe(page, sizeof(*page));
	(void)pthread_sigmask(SIG_SETMASK, &mask, NULL);
	return r;
}

int
jpki_secret_read(struct jpki_ctx *ctx, const char *source, const char *prompt,
    struct jpki_secret **out)
{
	struct jpki_secret *secret = NULL;
	int r;

	if (out == NULL)
		return JPKI_ERR_USAGE;
	*out = NULL;
	if (ctx == NULL)
		return JPKI_ERR_USAGE;
	jpkip_ctx_clear(ctx);
	if ((r = secret_alloc(ctx, 0, &secret)) != 0)
		return r;
	if (source == NULL || strcmp(source, "tty") == 0)
		r = read_tty(ctx, prompt, secret->page);
	else if (strncmp(source, "file:", 5) == 0)
		r = read_file(ctx, source, secret->page);
	else if (strncmp(source, "fd:", 3) == 0)
		r = read_fd(ctx, source, secret->page);
	else	/* Not repeated in the message: it may be a PIN. */
		r = jpkip_fail(ctx, JPKI_ERR_PIN_SOURCE,
		    "the source is none of file:PATH, fd:NUMBER, tty",
		    "読み取り元は file:PATH、fd:NUMBER、tty のどれかです");
	if (r != 0) {
		jpki_secret_free(&secret);
		return r;
	}
	*out = secret;
	return 0;
}
