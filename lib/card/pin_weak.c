/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which new PINs are too easy. No seed has a rule for it: towns say "nothing
 * that is easily guessed" and name runs, repeats and the birth date, which a
 * program does not know. jpki_pin_verify(3) lists what is here; few strangers
 * should be refused, and a holder can insist.
 */
#include "card/pin_weak.h"

#include <jpki/pin.h>

#include <string.h>

#include "base/wipe.h"

#define N(a) (sizeof(a) / sizeof((a)[0]))
#define STRETCHES_MAX 3

/* Neighbours on keyboards and on the pads of phones and cash machines. */
static const char *const rows[] = {
	"QWERTYUIOP", "ASDFGHJKL", "ZXCVBNM", "2580", "8520", "7410"
};

static const char *const words[] = {
	"ADMIN", "CARD", "HIMITSU", "ILOVEYOU", "JPKI", "LETMEIN", "LOGIN",
	"MYNA", "MYNUMBER", "NUMBER", "PASS", "PASSWORD", "SAKURA", "SECRET",
	"TEST", "WELCOME", "4649", "5963"
};

/* Those that the rules below do not see. */
static const char *const whole[] = {
	"1QAZ2WSX", "ZAQ12WSX", "PASSW0RD", "PA55WORD", "P455W0RD"
};

static bool
is_digit(uint8_t c)
{
	return c >= '0' && c <= '9';
}

static bool
is_word(const uint8_t *text, size_t len, const char *const *list, size_t n)
{
	for (; n > 0; n--, list++)
		if (strlen(*list) == len && memcmp(*list, text, len) == 0)
			return true;
	return false;
}

/* The same distance from each character to the next: 1111, 1234, 9753, 7890.
 * Letters: next to each other only, ABC or CBA. */
static bool
is_run(const uint8_t *text, size_t len)
{
	int step, first = 0;
	size_t i;

	for (i = 1; i < len; i++) {
		step = text[i] - text[i - 1];
		if (is_digit(text[0]))
			step = (step + 10) % 10;
		else if (step < -1 || step > 1)
			return false;
		if (i == 1)
			first = step;
		else if (step != first)
			return false;
	}
	return true;
}

/* A part of a row of keys, in either direction. */
static bool
is_row(const uint8_t *text, size_t len)
{
	size_t i, k, at, size;

	for (i = 0; i < N(rows); i++) {
		size = strlen(rows[i]);
		for (at = 0; at + len <= size; at++) {
			for (k = 0; k < len && text[k] ==
			    (uint8_t)rows[i][at + k]; k++)
				;
			if (k == len)
				return true;
			for (k = 0; k < len && text[k] ==
			    (uint8_t)rows[i][at + len - 1 - k]; k++)
				;
			if (k == len)
				return true;
		}
	}
	return false;
}

/* A piece again and again: 1212, AB1AB1. */
static bool
is_repeated(const uint8_t *text, size_t len)
{
	size_t piece;

	for (piece = 1; piece <= len / 2; piece++)
		if (len % piece == 0 &&
		    memcmp(text, text + piece, len - piece) == 0)
			return true;
	return false;
}

/* Every character twice: 1122. */
static bool
is_doubled(const uint8_t *text, size_t len)
{
	size_t i;

	for (i = 0; i + 1 < len; i += 2)
		if (text[i] != text[i + 1])
			return false;
	return len % 2 == 0;
}

/* Text of one kind, letters or digits, that needs no thought. */
static bool
is_trivial(const uint8_t *text, size_t len)
{
	return is_run(text, len) || is_row(text, len) ||
	    is_repeated(text, len) || is_doubled(text, len) ||
	    is_word(text, len, words, N(words));
}

/* PASSWORD1, ABC123, 1QWERTY: few stretches of letters and of digits, all
 * trivial. */
static bool
is_few_stretches(const uint8_t *text, size_t len)
{
	size_t n, count;

	for (count = 0; len > 0; count++, text += n, len -= n) {
		for (n = 1; n < len && is_digit(text[n]) == is_digit(text[0]);
		    n++)
			;
		if (count == STRETCHES_MAX || !is_trivial(text, n))
			return false;
	}
	return true;
}

/* A1B2C3, 1Q2W3E: two trivial ones, a character of each in turn. */
static bool
is_interleaved(const uint8_t *text, size_t len)
{
	uint8_t half[(JPKI_PIN_MAX + 1) / 2];
	size_t from, i, n;
	bool trivial = true;

	for (from = 0; from < 2 && trivial; from++) {
		for (n = 0, i = from; i < len; i += 2, n++) {
			half[n] = text[i];
			if (is_digit(half[n]) != is_digit(half[0]))
				trivial = false;
		}
		trivial = trivial && is_trivial(half, n);
	}
	jpkip_wipe(half, sizeof(half));
	return trivial;
}

/* AAAA1A: hardly more than one key. */
static bool
is_two_keys(const uint8_t *text, size_t len)
{
	uint8_t other = text[0];
	size_t i;

	for (i = 1; i < len; i++) {
		if (text[i] == text[0] || text[i] == other)
			continue;
		if (other != text[0])
			return false;
		other = text[i];
	}
	return true;
}

bool
jpkip_pin_weak(const uint8_t *text, size_t len)
{
	if (len == 0 || len > JPKI_PIN_MAX)
		return true;
	/* Four digits are too few for the last two rules. */
	return is_few_stretches(text, len) || is_repeated(text, len) ||
	    is_word(text, len, whole, N(whole)) ||
	    (len > 4 && (is_two_keys(text, len) || is_interleaved(text, len)));
}
