/* SPDX-License-Identifier: Apache-2.0 */
/* What the headers promise about records and enumerations; the mutex. */
#include <sys/wait.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <jpki.h>
#include <jpki/framework/uri.h>

#include "base/mutex.h"
#include "base/record.h"
#include "row.h"

#define N(a) (sizeof(a) / sizeof((a)[0]))

/* The record as an older program, we and a newer program know it. */
struct older {
	size_t size;
	int a;
	int reserved;
};

struct ours {
	size_t size;
	int a;
	int reserved;
	const char *b;
};

struct newer {
	size_t size;
	int a;
	int reserved;
	const char *b;
	size_t c;
};

static void
records_in(void **state)
{
	struct older old = { sizeof(old), 1, 0 };
	struct ours own, same = { sizeof(same), 2, 0, "b" };
	struct newer new = { sizeof(new), 3, 0, "n", 0 };

	(void)state;
	memset(&own, 0xa5, sizeof(own));
	assert_true(jpkip_record_get(&own, sizeof(own), &old));
	assert_int_equal(own.a, 1);
	assert_null(own.b);
	assert_true(jpkip_record_get(&own, sizeof(own), &same));
	assert_int_equal(own.a, 2);
	assert_string_equal(own.b, "b");
	/* A newer program may be used with us as long as it says nothing that
	 * we do not know. */
	assert_true(jpkip_record_get(&own, sizeof(own), &new));
	assert_int_equal(own.a, 3);
	assert_string_equal(own.b, "n");
	new.c = 1;
	assert_false(jpkip_record_get(&own, sizeof(own), &new));
	assert_null(own.b);
	same.size = 0;
	own.a = 9;
	assert_false(jpkip_record_get(&own, sizeof(own), &same));
	assert_int_equal(own.a, 0);
	same.size = sizeof(size_t) - 1;
	assert_false(jpkip_record_get(&own, sizeof(own), &same));
	assert_false(jpkip_record_get(&own, sizeof(own), NULL));
}

/* Never behind the caller's record, and its size stays. */
static void
records_out(void **state)
{
	struct {
		struct older record;
		const char *behind;
	} caller = { { sizeof(struct older), 0, 0 }, "behind" };
	struct ours own = { sizeof(own), 7, 0, "b" };
	struct newer new = { sizeof(new), 0, 0, NULL, 5 };

	(void)state;
	jpkip_record_put(&caller.record, &own, sizeof(own));
	assert_int_equal(caller.record.size, sizeof(struct older));
	assert_int_equal(caller.record.a, 7);
	assert_string_equal(caller.behind, "behind");
	jpkip_record_put(&new, &own, sizeof(own));
	assert_int_equal(new.size, sizeof(new));
	assert_string_equal(new.b, "b");
	assert_int_equal(new.c, 5);
}

/* From each to what belongs to it; 0 for all else, of whichever kind. */
static void
what_belongs_together(void **state)
{
	int n;

	(void)state;
	assert_int_equal(jpki_key_pin(JPKI_KEY_AUTH), JPKI_PIN_AUTH);
	assert_int_equal(jpki_key_pin(JPKI_KEY_SIGN), JPKI_PIN_SIGN);
	assert_int_equal(jpki_key_slot(JPKI_KEY_AUTH), JPKI_SLOT_AUTH);
	assert_int_equal(jpki_key_slot(JPKI_KEY_SIGN), JPKI_SLOT_SIGN);
	assert_int_equal(jpki_slot_key(JPKI_SLOT_AUTH), JPKI_KEY_AUTH);
	assert_int_equal(jpki_slot_key(JPKI_SLOT_SIGN), JPKI_KEY_SIGN);
	assert_int_equal(jpki_slot_key(JPKI_SLOT_AUTH_CA), 0);
	assert_int_equal(jpki_slot_key(JPKI_SLOT_SIGN_CA), 0);
	for (n = -1; n < 50; n++) {
		row("%d", n);
		if (n != JPKI_KEY_AUTH && n != JPKI_KEY_SIGN) {
			assert_int_equal(jpki_key_pin((enum jpki_key)n), 0);
			assert_int_equal(jpki_key_slot((enum jpki_key)n), 0);
		}
		if (n < JPKI_SLOT_AUTH || n > JPKI_SLOT_SIGN_CA) {
			assert_int_equal(jpki_slot_key((enum jpki_slot)n), 0);
			assert_int_equal(jpki_slot_object((enum jpki_slot)n),
			    JPKI_OBJECT_ALL);
		}
		if (n < JPKI_OBJECT_AUTH || n > JPKI_OBJECT_ANCHORS) {
			enum jpki_object object = (enum jpki_object)n;

			assert_int_equal(jpki_object_slot(object), 0);
			assert_string_equal(jpki_object_name(object), "");
			assert_string_equal(jpki_object_text(object,
			    JPKI_LANG_JA), "");
		}
	}
}

static void
objects(void **state)
{
	static const struct {
		enum jpki_object object;
		enum jpki_slot slot;
		const char *name, *en, *ja;
	} table[] = {
		{ JPKI_OBJECT_AUTH, JPKI_SLOT_AUTH, "auth", "to log in",
		    "利用者証明用電子証明書と鍵" },
		{ JPKI_OBJECT_SIGN, JPKI_SLOT_SIGN, "sign",
		    "to sign documents", "署名用電子証明書と鍵" },
		{ JPKI_OBJECT_AUTH_CA, JPKI_SLOT_AUTH_CA, "auth-ca",
		    "CA certificate of auth", "利用者証明用の CA 証明書" },
		{ JPKI_OBJECT_SIGN_CA, JPKI_SLOT_SIGN_CA, "sign-ca",
		    "CA certificate of sign", "署名用の CA 証明書" },
		{ JPKI_OBJECT_ANCHORS, 0, "anchors", "J-LIS's CA certificates",
		    "J-LIS の CA 証明書" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < N(table); i++) {
		enum jpki_object object = table[i].object;

		row("%s", table[i].name);
		assert_string_equal(jpki_object_name(object), table[i].name);
		assert_int_equal(jpki_object_slot(object), table[i].slot);
		if (table[i].slot != 0)
			assert_int_equal(jpki_slot_object(table[i].slot),
			    object);
		assert_non_null(strstr(jpki_object_text(object, JPKI_LANG_EN),
		    table[i].en));
		assert_non_null(strstr(jpki_object_text(object, JPKI_LANG_JA),
		    table[i].ja));
	}
}

/* A child takes over what another thread of its parent held when it forked. */
static void
mutex_and_fork(void **state)
{
	static struct jpkip_mutex mutex;
	int status;
	pid_t pid;

	(void)state;
	jpkip_mutex_lock(&mutex);
	assert_true((pid = fork()) >= 0);
	if (pid == 0) {
		alarm(600);
		jpkip_mutex_lock(&mutex);
		jpkip_mutex_unlock(&mutex);
		jpkip_mutex_lock(&mutex);
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	jpkip_mutex_unlock(&mutex);
	jpkip_mutex_lock(&mutex);
	jpkip_mutex_unlock(&mutex);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(records_in),
		cmocka_unit_test(records_out),
		ROW_TEST(what_belongs_together),
		ROW_TEST(objects),
		cmocka_unit_test(mutex_and_fork),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
