/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The law of the tries: whatever fails, and whenever, one call spends one try
 * at most, a right PIN spends none, no VERIFY is sent twice, no door stays
 * open, and no secret stays in memory, in the log or in a message.
 */
#include <sys/mman.h>

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jpki.h>

#include "softcard/softcard.h"
#include "tempcard.h"
#include "torture.h"

#define N(a) (sizeof(a) / sizeof((a)[0]))

/* How the n-th command fails. */
enum failure {
	LOST_BEFORE,		/* the card never saw it */
	LOST_AFTER,		/* the card did it, the answer is lost */
	SW_6F00, SW_6982, SW_6985, SW_6A82, SW_6700, SW_63C3, SW_63C0,
	SW_6983, SW_6984, SW_9000_EMPTY,
	ONE_BYTE, TOO_LONG,
	N_FAILURES
};

/* A link to a software card that fails once. */
struct flaky {
	struct jpki_softcard *soft;
	enum jpki_link_event event;	/* of every begin */
	enum failure failure;
	long countdown;		/* -1: never */
	bool failed;
	bool pin_arrived;
	unsigned verifies;	/* with a PIN, that reached the card */
	unsigned left_open;	/* runs that ended so after a PIN */
};

struct fixture {
	struct jpki_ctx *ctx;
	struct jpki_softcard *soft;
	char dir[TEMPCARD_MAX];
	char reader[TEMPCARD_MAX + 8];
	char log[1 << 16];
	unsigned verifies;
};

static void
keep_log(void *arg, enum jpki_log_level level, const char *line)
{
	struct fixture *f = arg;
	size_t len = strlen(f->log);

	(void)level;
	if (strncmp(line, "> 002000", 8) == 0 && strstr(line, "[PIN]"))
		f->verifies++;
	snprintf(f->log + len, sizeof(f->log) - len, "%s\n", line);
}

static int
make(void **state, const char *profile)
{
	struct fixture *f = calloc(1, sizeof(*f));

	tempcard_make(profile, f->dir);
	snprintf(f->reader, sizeof(f->reader), "soft:%s", f->dir);
	f->ctx = jpki_ctx_new();
	jpki_ctx_set_log(f->ctx, keep_log, f);
	assert_int_equal(jpki_softcard_open(f->ctx, f->dir, &f->soft), 0);
	*state = f;
	return 0;
}

static int
setup(void **state)
{
	return make(state, "card");
}

static int
setup_child(void **state)
{
	return make(state, "child");
}

static int
setup_android(void **state)
{
	return make(state, "android");
}

static int
teardown(void **state)
{
	struct fixture *f = *state;

	jpki_softcard_free(&f->soft);
	jpki_ctx_free(&f->ctx);
	tempcard_remove(f->dir);
	free(f);
	return 0;
}

static int
flaky_begin(void *arg, enum jpki_link_event *event)
{
	struct flaky *flaky = arg;
	bool replaced;

	*event = flaky->event;
	return jpkip_softcard_begin(flaky->soft, &replaced);
}

static int
spoil(struct flaky *flaky, uint8_t *rsp, size_t *rsp_len)
{
	static const uint16_t sws[] = {
		[SW_6F00] = 0x6f00, [SW_6982] = 0x6982, [SW_6985] = 0x6985,
		[SW_6A82] = 0x6a82, [SW_6700] = 0x6700, [SW_63C3] = 0x63c3,
		[SW_63C0] = 0x63c0, [SW_6983] = 0x6983, [SW_6984] = 0x6984,
		[SW_9000_EMPTY] = 0x9000
	};

	flaky->failed = true;
	switch (flaky->failure) {
	case LOST_BEFORE:
	case LOST_AFTER:
		return JPKI_ERR_IO;
	case ONE_BYTE:
		*rsp_len = 1;
		return 0;
	case TOO_LONG:
		*rsp_len = 1 << 20;
		return 0;
	default:
		rsp[0] = (uint8_t)(sws[flaky->failure] >> 8);
		rsp[1] = (uint8_t)sws[flaky->failure];
		*rsp_len = 2;
		return 0;
	}
}

static int
flaky_transmit(void *arg, const uint8_t *cmd, size_t cmd_len, uint8_t *rsp,
    size_t rsp_size, size_t *rsp_len)
{
	struct flaky *flaky = arg;
	bool now = flaky->countdown == 0;
	int r;

	if (flaky->countdown >= 0)
		flaky->countdown--;
	if (now && flaky->failure == LOST_BEFORE)
		return spoil(flaky, rsp, rsp_len);
	if (cmd[1] == 0x20 && cmd_len > 5) {
		flaky->verifies++;
		flaky->pin_arrived = true;
	}
	r = jpkip_softcard_transmit(flaky->soft, cmd, cmd_len, rsp, rsp_size,
	    rsp_len);
	return now ? spoil(flaky, rsp, rsp_len) : r;
}

static int
flaky_end(void *arg, enum jpki_link_end how)
{
	struct flaky *flaky = arg;
	int r = 0;

	if (how == JPKI_LINK_POWER_OFF)
		r = jpkip_softcard_power_cycle(flaky->soft);
	else if (flaky->pin_arrived)
		flaky->left_open++;
	flaky->pin_arrived = false;
	jpkip_softcard_end(flaky->soft);
	return r;
}

static int
use_card(struct jpki_card *card, const char *pin)
{
	static const uint8_t digest[32];
	uint8_t sig[256];
	size_t len;
	int end, r;

	if ((r = jpki_card_begin(card)) != 0)
		return r;
	if ((r = jpki_pin_verify(card, JPKI_PIN_AUTH, pin, strlen(pin), 2,
	    NULL)) == 0 &&
	    (r = jpki_card_sign(card, JPKI_KEY_AUTH, JPKI_PADDING_PKCS1,
	    JPKI_MD_SHA256, digest, 32, sig, sizeof(sig), &len)) == 0)
		r = jpki_card_sign(card, JPKI_KEY_AUTH, JPKI_PADDING_PSS,
		    JPKI_MD_SHA256, digest, 32, sig, sizeof(sig), &len);
	end = jpki_card_end(card);
	return r != 0 ? r : end;
}

static int
change_pin(struct jpki_card *card, const char *pin)
{
	return jpki_pin_change(card, JPKI_PIN_AUTH, pin, strlen(pin), "5179",
	    4, 2, 0, NULL);
}

static int
read_text(struct jpki_card *card, const char *pin)
{
	struct jpki_attributes *attributes;
	int end, r;

	if ((r = jpki_card_begin(card)) != 0)
		return r;
	if ((r = jpki_pin_verify(card, JPKI_PIN_TEXT, pin, strlen(pin), 2,
	    NULL)) == 0 &&
	    (r = jpki_card_attributes(card, &attributes)) == 0) {
		assert_string_equal(jpki_attributes_item(attributes,
		    JPKI_ITEM_NAME), "山田　太郎");
		jpki_attributes_free(&attributes);
	}
	end = jpki_card_end(card);
	return r != 0 ? r : end;
}

/* Both sources of the holder's items, for the move detector. */
static int
read_both(struct jpki_card *card, const char *pin)
{
	struct jpki_attributes *attributes = NULL;
	struct jpki_cert *cert = NULL;
	int end, r;

	if ((r = jpki_card_begin(card)) != 0)
		return r;
	if ((r = jpki_pin_verify(card, JPKI_PIN_TEXT, pin, strlen(pin), 2,
	    NULL)) == 0 &&
	    (r = jpki_card_attributes(card, &attributes)) == 0 &&
	    (r = jpki_pin_verify(card, JPKI_PIN_SIGN, "ABC123", 6, 2,
	    NULL)) == 0)
		r = jpki_card_cert(card, JPKI_SLOT_SIGN, &cert);
	end = jpki_card_end(card);
	if (r == 0) {
		assert_int_equal(jpki_attributes_compare(attributes,
		    jpki_cert_info(cert)->attributes, JPKI_ITEM_NAME),
		    JPKI_COMPARED_SAME);
		assert_int_equal(jpki_attributes_compare(attributes,
		    jpki_cert_info(cert)->attributes, JPKI_ITEM_ADDRESS),
		    JPKI_COMPARED_SAME);
	}
	jpki_attributes_free(&attributes);
	jpki_cert_free(&cert);
	return r != 0 ? r : end;
}

/* The counters of all PINs, as jpki-pin status asks for them. */
static int
read_status(struct jpki_card *card, const char *pin)
{
	int left, r = 0;
	enum jpki_pin which;

	(void)pin;
	for (which = JPKI_PIN_AUTH; which <= JPKI_PIN_TEXT && r == 0; which++)
		r = jpki_pin_tries(card, which, &left);
	return r;
}

/* What is done with a card while something fails. */
struct act {
	int (*use)(struct jpki_card *, const char *pin);
	enum jpki_pin pin;
	const char *right, *wrong;
	long commands;		/* at least, with the wrong PIN */
	unsigned verifies;	/* at most */
};

static const struct act sign_act = {
	use_card, JPKI_PIN_AUTH, "1234", "0000", 7, 1
}, change_act = {
	change_pin, JPKI_PIN_AUTH, "1234", "0000", 8, 1
}, text_act = {
	read_text, JPKI_PIN_TEXT, "5678", "0000", 7, 1
}, both_act = {
	read_both, JPKI_PIN_TEXT, "5678", "0000", 7, 2
}, status_act = {
	read_status, JPKI_PIN_AUTH, "", NULL, 7, 0
};

static int
use_flaky(struct fixture *f, struct flaky *flaky, const struct act *act,
    const char *pin)
{
	static const struct jpki_transport_ops ops = {
		sizeof(ops), flaky_begin, flaky_transmit, flaky_end,
		NULL, NULL, NULL
	};
	struct jpki_card *card;
	int r;

	if ((r = jpki_card_open_with(f->ctx, &ops, flaky, &card)) != 0)
		return r;
	r = act->use(card, pin);
	jpki_card_close(&card);
	return r;
}

static int
disk_tries(struct fixture *f, enum jpki_pin pin)
{
	int left = -2;

	assert_int_equal(jpki_softcard_tries(f->soft, pin, &left), 0);
	return left;
}

/* A stranger selects the application and signs: the door must be closed. */
static void
try_the_door(struct fixture *f)
{
	static const uint8_t select[] = { 0x00, 0xa4, 0x04, 0x0c, 0x0a, 0xd3,
	    0x92, 0xf0, 0x00, 0x26, 0x01, 0x00, 0x00, 0x00, 0x01 };
	static const uint8_t sign[] = { 0x80, 0x2a, 0x00, 0x97, 0x01, 0xaa,
	    0x00 };
	uint8_t rsp[300];
	size_t len;

	assert_int_equal(jpkip_softcard_transmit(f->soft, select,
	    sizeof(select), rsp, sizeof(rsp), &len), 0);
	assert_int_equal(jpkip_softcard_transmit(f->soft, sign, sizeof(sign),
	    rsp, sizeof(rsp), &len), 0);
	assert_int_equal(len, 2);
	assert_int_equal(rsp[0] << 8 | rsp[1], 0x6982);
}

static bool
is_set(struct fixture *f, const char *pin)
{
	struct jpki_card *card;
	int r;

	assert_int_equal(jpki_card_open(f->ctx, f->reader, &card), 0);
	assert_int_equal(jpki_card_begin(card), 0);
	r = jpki_pin_verify(card, JPKI_PIN_AUTH, pin, strlen(pin), 2, NULL);
	assert_true(r == 0 || r == JPKI_ERR_PIN_WRONG);
	jpki_card_close(&card);
	return r == 0;
}

/* What was said of a change is true (of an open door, test_pin looks at the
 * message); then the old PIN is set again. A card that does one thing and
 * answers another can make a liar of anybody. */
static void
changed_as_said(struct fixture *f, int r, bool honest)
{
	struct jpki_card *card;
	bool new = is_set(f, "5179");

	assert_int_equal(jpki_softcard_unlock(f->soft), 0);
	assert_int_equal(is_set(f, "1234"), !new);
	if (honest && r == 0)
		assert_true(new);
	if (honest && r != 0 && r != JPKI_ERR_PIN_IN_DOUBT &&
	    r != JPKI_ERR_DOOR)
		assert_false(new);
	if (!new)
		return;
	assert_int_equal(jpki_card_open(f->ctx, f->reader, &card), 0);
	assert_int_equal(jpki_pin_change(card, JPKI_PIN_AUTH, "5179", 4,
	    "1234", 4, 2, JPKI_PIN_ALLOW_WEAK, NULL), 0);
	jpki_card_close(&card);
}

static void
every_command_fails_once(struct fixture *f, const struct act *act, bool right)
{
	const char *pin = right ? act->right : act->wrong;
	int failure, r;
	long n;

	for (failure = 0; failure < N_FAILURES; failure++) {
		for (n = 0;; n++) {
			struct flaky flaky = { f->soft, JPKI_LINK_SAME,
			    (enum failure)failure, n, false, false, 0, 0 };

			f->log[0] = '\0';
			assert_int_equal(jpki_softcard_unlock(f->soft), 0);
			r = use_flaky(f, &flaky, act, pin);
			if (r != 0)
				assert_true(*jpki_ctx_errmsg(f->ctx) != '\0');
			assert_true(flaky.verifies <= act->verifies);
			assert_int_equal(flaky.left_open, 0);
			assert_int_equal(disk_tries(f, act->pin), right ? 3 :
			    3 - (int)flaky.verifies);
			if (act == &both_act)
				assert_int_equal(disk_tries(f, JPKI_PIN_SIGN),
				    5);
			try_the_door(f);
			if (act == &change_act)
				changed_as_said(f, r, failure <= LOST_AFTER ||
				    failure >= ONE_BYTE || !flaky.failed);
			if (!flaky.failed)
				break;
		}
		assert_true(n >= act->commands);
		assert_int_equal(r, right ? 0 : JPKI_ERR_PIN_WRONG);
	}
}

static void
commands_fail_right_pin(void **state)
{
	every_command_fails_once(*state, &sign_act, true);
	every_command_fails_once(*state, &text_act, true);
	every_command_fails_once(*state, &both_act, true);
	every_command_fails_once(*state, &status_act, true);
	every_command_fails_once(*state, &change_act, true);
}

static void
commands_fail_wrong_pin(void **state)
{
	every_command_fails_once(*state, &sign_act, false);
	every_command_fails_once(*state, &text_act, false);
	every_command_fails_once(*state, &both_act, false);
	every_command_fails_once(*state, &change_act, false);
}

/* A card without 署名用, and a phone. */
static void
commands_fail_elsewhere(void **state)
{
	every_command_fails_once(*state, &change_act, true);
	every_command_fails_once(*state, &change_act, false);
}

static int
open_and_use(struct fixture *f, const struct act *act, const char *pin)
{
	struct jpki_card *card;
	int r;

	if ((r = jpki_card_open(f->ctx, f->reader, &card)) != 0) {
		assert_null(card);
		return r;
	}
	r = act->use(card, pin);
	jpki_card_close(&card);
	return r;
}

static void
allocations_fail(struct fixture *f, enum torture whose, long stride,
    const struct act *act, bool right)
{
	const char *pin = right ? act->right : act->wrong;
	bool failed;
	long n;
	int r;

	/* Its library context is made once and stays. */
	assert_int_equal(open_and_use(f, &sign_act, sign_act.right), 0);
	for (n = 0;; n += stride) {
		f->log[0] = '\0';
		f->verifies = 0;
		assert_int_equal(jpki_softcard_unlock(f->soft), 0);
		torture_start(whose, n);
		r = open_and_use(f, act, pin);
		failed = torture_stop();
		if (r != 0)
			assert_true(*jpki_ctx_errmsg(f->ctx) != '\0');
		assert_true(f->verifies <= 1);
		assert_true(disk_tries(f, act->pin) >= (right ? 3 : 2));
		if (act == &change_act)
			changed_as_said(f, r, true);
		if (!failed)
			break;
	}
	assert_true(n > 10);
	assert_int_equal(r, right ? 0 : JPKI_ERR_PIN_WRONG);
}

/* Each of the library's own, and every 97th of libcrypto's many thousands;
 * under valgrind fewer. */
static void
every_allocation_fails_once(struct fixture *f, bool right)
{
	const char *stride = getenv("JPKI_TORTURE_STRIDE");
	long factor = stride != NULL ? atol(stride) : 1;

	allocations_fail(f, TORTURE_OWN, factor, &sign_act, right);
	allocations_fail(f, TORTURE_LIBCRYPTO, 97 * factor, &sign_act, right);
	/* These need none of libcrypto but in the software card. */
	allocations_fail(f, TORTURE_OWN, factor, &text_act, right);
	allocations_fail(f, TORTURE_OWN, factor, &change_act, right);
}

static void
allocations_fail_right_pin(void **state)
{
	every_allocation_fails_once(*state, true);
}

static void
allocations_fail_wrong_pin(void **state)
{
	every_allocation_fails_once(*state, false);
}

/* A password that stands nowhere else; not on the stack below. */
static const char marker[] = "ZQ7XMARKER42";

#define STACK_SIZE (1 << 20)
#define PAD_SIZE (STACK_SIZE / 4)

/* One call with the marker, on a stack of its own. */
struct errand {
	struct fixture *f;
	struct jpki_card *card;
	void (*call)(struct errand *);
	int r;
};

static void
errand_check(struct errand *e)
{
	e->r = jpki_pin_check(e->f->ctx, JPKI_PIN_AUTH, marker,
	    sizeof(marker) - 1);
}

static void
errand_verify(struct errand *e)
{
	e->r = jpki_pin_verify(e->card, JPKI_PIN_SIGN, marker,
	    sizeof(marker) - 1, 2, NULL);
}

static void
errand_change_to(struct errand *e)
{
	e->r = jpki_pin_change(e->card, JPKI_PIN_SIGN, "ABC123", 6, marker,
	    sizeof(marker) - 1, 2, 0, NULL);
}

static void
errand_change_from(struct errand *e)
{
	e->r = jpki_pin_change(e->card, JPKI_PIN_SIGN, marker,
	    sizeof(marker) - 1, "ABC123", 6, 2, JPKI_PIN_ALLOW_WEAK, NULL);
}

/* Deep in the stack, so that the thread's end does not write over what the
 * call left behind. */
static __attribute__((noinline)) void *
run_errand(void *arg)
{
	struct errand *errand = arg;
	volatile char pad[PAD_SIZE];

	pad[0] = 0;
	pad[PAD_SIZE - 1] = pad[0];
	errand->call(errand);
	return pad[PAD_SIZE - 1] == 0 ? NULL : arg;
}

static void
leaves_no_trace(struct fixture *f, struct jpki_card *card,
    void (*call)(struct errand *), int want)
{
	struct errand errand = { f, card, call, 0 };
	pthread_attr_t attr;
	pthread_t thread;
	void *stack;

	f->log[0] = '\0';
	stack = mmap(NULL, STACK_SIZE, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	assert_true(stack != MAP_FAILED);
	assert_int_equal(pthread_attr_init(&attr), 0);
	assert_int_equal(pthread_attr_setstack(&attr, stack, STACK_SIZE), 0);
	torture_watch(marker, sizeof(marker) - 1);
	assert_int_equal(pthread_create(&thread, &attr, run_errand, &errand),
	    0);
	assert_int_equal(pthread_join(thread, NULL), 0);
	assert_int_equal(torture_found(), 0);
	torture_watch(NULL, 0);
	assert_int_equal(errand.r, want);
	assert_null(strstr(f->log, marker));
	assert_null(strstr(jpki_ctx_errmsg(f->ctx), marker));
	assert_null(memmem(stack, STACK_SIZE, marker, sizeof(marker) - 1));
	assert_int_equal(pthread_attr_destroy(&attr), 0);
	assert_int_equal(munmap(stack, STACK_SIZE), 0);
}

static void
secrets_leave_no_trace(void **state)
{
	struct fixture *f = *state;
	struct jpki_card *card;

	if (getenv("JPKI_TORTURE_STRIDE") != NULL)
		skip();		/* valgrind minds reading what is freed */
	assert_int_equal(jpki_card_open(f->ctx, f->reader, &card), 0);
	leaves_no_trace(f, card, errand_check, JPKI_ERR_PIN_FORMAT);
	leaves_no_trace(f, card, errand_verify, JPKI_ERR_NO_RUN);
	assert_int_equal(jpki_card_begin(card), 0);
	leaves_no_trace(f, card, errand_verify, JPKI_ERR_PIN_WRONG);
	assert_non_null(strstr(f->log, "> 002000"));
	assert_int_equal(jpki_card_end(card), 0);
	leaves_no_trace(f, card, errand_change_from, JPKI_ERR_PIN_WRONG);
	leaves_no_trace(f, card, errand_change_to, 0);
	leaves_no_trace(f, card, errand_change_from, 0);
	jpki_card_close(&card);
}

/* A card that answers with a signature that is not its own. */
static int
bent_transmit(void *arg, const uint8_t *cmd, size_t cmd_len, uint8_t *rsp,
    size_t rsp_size, size_t *rsp_len)
{
	int r = flaky_transmit(arg, cmd, cmd_len, rsp, rsp_size, rsp_len);

	if (r == 0 && cmd[1] == 0x2a && *rsp_len == 258)
		rsp[200] ^= 1;
	return r;
}

static void
wrong_signatures_are_noticed(void **state)
{
	static const struct jpki_transport_ops ops = {
		sizeof(ops), flaky_begin, bent_transmit, flaky_end,
		NULL, NULL, NULL
	};
	static const uint8_t digest[32], untouched[256];
	struct fixture *f = *state;
	struct flaky flaky = { f->soft, JPKI_LINK_SAME, LOST_AFTER, -1, false,
	    false, 0, 0 };
	struct jpki_card *card;
	struct jpki_cert *cert;
	uint8_t sig[256] = { 0 };
	size_t len = 77;

	assert_int_equal(jpki_card_open_with(f->ctx, &ops, &flaky, &card), 0);
	assert_int_equal(jpki_card_begin(card), 0);
	assert_int_equal(jpki_pin_verify(card, JPKI_PIN_AUTH, "1234", 4, 2,
	    NULL), 0);
	/* PSS reads the certificate by itself. */
	assert_int_equal(jpki_card_sign(card, JPKI_KEY_AUTH, JPKI_PADDING_PSS,
	    JPKI_MD_SHA256, digest, 32, sig, sizeof(sig), &len),
	    JPKI_ERR_SIGNATURE);
	assert_int_equal(jpki_card_cert(card, JPKI_SLOT_AUTH, &cert), 0);
	assert_int_equal(jpki_card_sign(card, JPKI_KEY_AUTH,
	    JPKI_PADDING_PKCS1, JPKI_MD_SHA256, digest, 32, sig, sizeof(sig),
	    &len), JPKI_ERR_SIGNATURE);
	assert_memory_equal(sig, untouched, sizeof(sig));
	assert_int_equal(len, 77);
	assert_int_equal(jpki_card_end(card), 0);
	jpki_cert_free(&cert);
	jpki_card_close(&card);
}

/* The link was lost and is there again: with the same card, or another one
 * that is asked something else first. */
static void
reconnected(void **state)
{
	static const struct jpki_transport_ops ops = {
		sizeof(ops), flaky_begin, flaky_transmit, flaky_end,
		NULL, NULL, NULL
	};
	struct fixture *f = *state;
	struct flaky flaky = { f->soft, JPKI_LINK_SAME, LOST_AFTER, -1, false,
	    false, 0, 0 };
	struct jpki_softcard *other;
	struct jpki_card *card;
	struct jpki_cert *cert;
	char dir[TEMPCARD_MAX];
	int left;

	assert_int_equal(jpki_card_open_with(f->ctx, &ops, &flaky, &card), 0);
	assert_int_equal(jpki_card_cert(card, JPKI_SLOT_AUTH, &cert), 0);
	jpki_cert_free(&cert);
	flaky.event = JPKI_LINK_RECONNECTED;
	assert_int_equal(use_card(card, "1234"), 0);

	tempcard_make("child", dir);
	assert_int_equal(jpki_softcard_open(f->ctx, dir, &other), 0);
	flaky.soft = other;
	flaky.verifies = 0;
	assert_int_equal(jpki_card_cert(card, JPKI_SLOT_AUTH, &cert),
	    JPKI_ERR_CHANGED);
	assert_int_equal(jpki_pin_tries(card, JPKI_PIN_AUTH, &left),
	    JPKI_ERR_CHANGED);
	flaky.event = JPKI_LINK_SAME;
	assert_int_equal(use_card(card, "1234"), JPKI_ERR_CHANGED);
	assert_int_equal(flaky.verifies, 0);
	jpki_card_close(&card);
	jpki_softcard_free(&other);
	tempcard_remove(dir);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
		T(commands_fail_right_pin),
		T(commands_fail_wrong_pin),
		cmocka_unit_test_setup_teardown(commands_fail_elsewhere,
		    setup_child, teardown),
		cmocka_unit_test_setup_teardown(commands_fail_elsewhere,
		    setup_android, teardown),
		T(allocations_fail_right_pin),
		T(allocations_fail_wrong_pin),
		T(secrets_leave_no_trace),
		T(wrong_signatures_are_noticed),
		T(reconnected),
	};

	torture_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
