/* SPDX-License-Identifier: Apache-2.0 */
/* The PKCS#11 module over time: cards that come and go, threads, forked
 * processes, and many signatures. */
#include "p11bench.h"
#include "row.h"

#include <sys/wait.h>

#include <malloc.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#define N_THREADS 8

/* Cards */

static void
take_out(const struct bench *bench)
{
	char away[TEMPCARD_MAX + 8];

	snprintf(away, sizeof(away), "%s.away", bench->card);
	assert_int_equal(rename(bench->card, away), 0);
}

static void
put_back(const struct bench *bench)
{
	char away[TEMPCARD_MAX + 8];

	snprintf(away, sizeof(away), "%s.away", bench->card);
	assert_int_equal(rename(away, bench->card), 0);
}

/* Where a certificate was read, the card is known again: session and log-in go
 * on, as for ssh-add -s. */
static void
out_and_back(void **state)
{
	CK_SESSION_HANDLE session, other;
	CK_SLOT_INFO info;
	struct bench bench;
	CK_ULONG n;

	(void)state;
	p11_start(&bench, "card", "");
	session = p11_session();
	assert_rv(p11_login(session, AUTH_PIN), CKR_OK);
	assert_true(p11_object(session, CKO_CERTIFICATE) != 0);
	assert_rv(p11_hello(session), CKR_OK);
	take_out(&bench);
	assert_rv(p11->C_GetSlotInfo(0, &info), CKR_OK);
	assert_true((info.flags & CKF_TOKEN_PRESENT) == 0);
	assert_rv(p11->C_GetSlotList(CK_TRUE, NULL, &n), CKR_OK);
	assert_int_equal(n, 0);
	assert_rv(p11->C_GetSlotList(CK_FALSE, NULL, &n), CKR_OK);
	assert_int_equal(n, 1);
	assert_rv(p11->C_OpenSession(0, CKF_SERIAL_SESSION, NULL, NULL,
	    &other), CKR_TOKEN_NOT_PRESENT);
	assert_rv(p11_hello(session), CKR_DEVICE_REMOVED);
	put_back(&bench);
	assert_rv(p11_hello(session), CKR_OK);
	other = p11_session();
	assert_rv(p11_hello(other), CKR_OK);
	assert_int_equal(bench_tries(&bench), 35);
	p11_stop(&bench);
}

/* Another card gets no PIN, and nothing of the first one is left. */
static void
swapped(void **state)
{
	CK_SESSION_HANDLE session;
	CK_SESSION_INFO info;
	struct bench bench;
	struct count count;

	(void)state;
	p11_start(&bench, "card", "");
	session = p11_session();
	assert_rv(p11_login(session, AUTH_PIN), CKR_OK);
	assert_rv(p11_hello(session), CKR_OK);
	tempcard_insert(bench.card, "child");
	bench_count();
	assert_rv(p11_hello(session), CKR_DEVICE_REMOVED);
	assert_rv(p11->C_GetSessionInfo(session, &info),
	    CKR_SESSION_HANDLE_INVALID);
	count = bench_counted();
	assert_int_equal(count.verify, 0);
	session = p11_session();
	assert_rv(p11->C_GetSessionInfo(session, &info), CKR_OK);
	assert_int_equal(info.state, CKS_RO_PUBLIC_SESSION);
	assert_rv(p11_login(session, AUTH_PIN), CKR_OK);
	assert_rv(p11_hello(session), CKR_OK);
	p11_stop(&bench);
}

/* Events */

static void *
wait_for_event(void *arg)
{
	CK_SLOT_ID slot = 99;
	CK_RV rv = p11->C_WaitForSlotEvent(0, &slot, NULL);

	*(CK_RV *)arg = rv == CKR_OK && slot != 0 ? 99 : rv;
	return NULL;
}

static void
events(void **state)
{
	struct bench bench;
	CK_RV rv = 99;
	CK_SLOT_ID slot;
	pthread_t thread;

	(void)state;
	p11_start(&bench, "card", "");
	assert_rv(p11->C_WaitForSlotEvent(CKF_DONT_BLOCK, NULL, NULL),
	    CKR_ARGUMENTS_BAD);
	assert_rv(p11->C_WaitForSlotEvent(CKF_DONT_BLOCK, &slot, NULL),
	    CKR_NO_EVENT);
	take_out(&bench);
	assert_rv(p11->C_WaitForSlotEvent(CKF_DONT_BLOCK, &slot, NULL),
	    CKR_OK);
	assert_rv(p11->C_WaitForSlotEvent(CKF_DONT_BLOCK, &slot, NULL),
	    CKR_NO_EVENT);
	assert_int_equal(pthread_create(&thread, NULL, wait_for_event, &rv),
	    0);
	put_back(&bench);
	assert_int_equal(pthread_join(thread, NULL), 0);
	assert_rv(rv, CKR_OK);

	/* The end of all ends a wait, too. */
	assert_int_equal(pthread_create(&thread, NULL, wait_for_event, &rv),
	    0);
	nanosleep(&(struct timespec){ 0, 50000000 }, NULL);
	p11_stop(&bench);
	assert_int_equal(pthread_join(thread, NULL), 0);
	assert_rv(rv, CKR_CRYPTOKI_NOT_INITIALIZED);
}

/* Threads */

static atomic_int n_failed;

static void *
sign_some(void *arg)
{
	CK_SESSION_HANDLE session;
	int i, n = *(int *)arg;

	for (i = 0; i < n; i++) {
		if (p11->C_OpenSession(0, CKF_SERIAL_SESSION, NULL, NULL,
		    &session) != CKR_OK || p11_hello(session) != CKR_OK ||
		    p11->C_CloseSession(session) != CKR_OK)
			n_failed++;
	}
	return NULL;
}

static void
in_threads(int each)
{
	pthread_t threads[N_THREADS];
	size_t i;

	n_failed = 0;
	for (i = 0; i < N_THREADS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, sign_some,
		    &each), 0);
	for (i = 0; i < N_THREADS; i++)
		assert_int_equal(pthread_join(threads[i], NULL), 0);
	assert_int_equal(n_failed, 0);
}

static void
threads(void **state)
{
	CK_SESSION_HANDLE session;
	struct bench bench;

	(void)state;
	p11_start(&bench, "card", "");
	session = p11_session();
	assert_rv(p11_login(session, AUTH_PIN), CKR_OK);
	in_threads(3);
	p11_stop(&bench);
}

/* An application's own mutexes. */

static atomic_int n_made, n_gone, n_locked, depth;

static CK_RV
make(void **mutex)
{
	pthread_mutex_t *own = malloc(sizeof(*own));

	assert_non_null(own);
	assert_int_equal(pthread_mutex_init(own, NULL), 0);
	*mutex = own;
	n_made++;
	return CKR_OK;
}

static CK_RV
destroy(void *mutex)
{
	assert_int_equal(pthread_mutex_destroy(mutex), 0);
	free(mutex);
	n_gone++;
	return CKR_OK;
}

static CK_RV
lock(void *mutex)
{
	assert_int_equal(pthread_mutex_lock(mutex), 0);
	n_locked++;
	depth++;
	return CKR_OK;
}

static CK_RV
unlock(void *mutex)
{
	depth--;
	assert_int_equal(pthread_mutex_unlock(mutex), 0);
	return CKR_OK;
}

static void
own_mutexes(void **state)
{
	CK_C_INITIALIZE_ARGS args = { make, destroy, lock, unlock, 0, NULL };
	CK_SESSION_HANDLE session;
	struct bench bench;
	char init[128];

	(void)state;
	p11_start(&bench, "card", "");
	assert_rv(p11->C_Finalize(NULL), CKR_OK);
	args.LockMutex = NULL;
	assert_rv(p11->C_Initialize(&args), CKR_ARGUMENTS_BAD);
	args.LockMutex = lock;
	snprintf(init, sizeof(init), "reader=soft:%s", bench.card);
	args.pReserved = init;
	assert_rv(p11->C_Initialize(&args), CKR_OK);
	session = p11_session();
	assert_rv(p11_login(session, AUTH_PIN), CKR_OK);
	in_threads(1);
	p11_stop(&bench);
	assert_true(n_locked > 0);
	assert_int_equal(depth, 0);
	assert_int_equal(n_made, 1);
	assert_int_equal(n_gone, 1);
}

/* Forked processes */

/* Until it says that it is another process, the module does nothing there. */
static int
child(const struct bench *bench, CK_SESSION_HANDLE parents)
{
	CK_SESSION_HANDLE session;
	CK_SESSION_INFO info;

	if (p11->C_GetSessionInfo(parents, &info) !=
	    CKR_CRYPTOKI_NOT_INITIALIZED ||
	    p11->C_Finalize(NULL) != CKR_CRYPTOKI_NOT_INITIALIZED)
		return 1;
	if (p11_init(bench, "") != CKR_OK)
		return 2;
	if (p11->C_CloseSession(parents) != CKR_SESSION_HANDLE_INVALID)
		return 3;
	session = p11_session();
	/* Nobody has logged in here. */
	if (p11->C_Logout(session) != CKR_USER_NOT_LOGGED_IN)
		return 4;
	if (p11_login(session, AUTH_PIN) != CKR_OK ||
	    p11_hello(session) != CKR_OK)
		return 5;
	return p11->C_Finalize(NULL) == CKR_OK ? 0 : 6;
}

static void
fork_once(const struct bench *bench, CK_SESSION_HANDLE session)
{
	int status = -1;
	pid_t pid;

	fflush(NULL);
	assert_true((pid = fork()) >= 0);
	if (pid == 0) {
		alarm(600);
		_exit(child(bench, session));
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

static void
forked(void **state)
{
	CK_SESSION_HANDLE session;
	struct bench bench;

	(void)state;
	p11_start(&bench, "card", "");
	session = p11_session();
	assert_rv(p11_login(session, AUTH_PIN), CKR_OK);
	fork_once(&bench, session);
	assert_rv(p11_hello(session), CKR_OK);
	assert_int_equal(bench_tries(&bench), 35);
	p11_stop(&bench);
}

/* While other threads are in the module. */
static void
forked_in_the_middle(void **state)
{
	const int n = OTHER_THREADS(2);
	pthread_t threads[2];
	CK_SESSION_HANDLE session;
	struct bench bench;
	int i, each = 15;

	(void)state;
	p11_start(&bench, "card", "");
	session = p11_session();
	assert_rv(p11_login(session, AUTH_PIN), CKR_OK);
	n_failed = 0;
	for (i = 0; i < n; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, sign_some,
		    &each), 0);
	for (i = 0; i < 6; i++)
		fork_once(&bench, session);
	for (i = 0; i < n; i++)
		assert_int_equal(pthread_join(threads[i], NULL), 0);
	assert_int_equal(n_failed, 0);
	assert_rv(p11_hello(session), CKR_OK);
	p11_stop(&bench);
}

/* Memory in use after many signatures is what it was after a few. A sanitizer's
 * allocator does not tell, and finds leaks by itself. */
static void
flat(void **state)
{
	const char *wanted = getenv("JPKI_TEST_SIGNATURES");
	int i, n = wanted != NULL ? atoi(wanted) : 200;
	CK_SESSION_HANDLE session;
	struct bench bench;
	size_t before = 0, after;

	(void)state;
	p11_start(&bench, "card", "");
	unsetenv("JPKI_DEBUG");
	session = p11_session();
	assert_rv(p11_login(session, AUTH_PIN), CKR_OK);
	for (i = 0; i < n; i++) {
		assert_rv(p11_hello(session), CKR_OK);
		if (i == 50)
			before = mallinfo2().uordblks;
	}
	after = mallinfo2().uordblks;
	assert_true(after <= before + 4096);
	p11_stop(&bench);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(out_and_back),
		cmocka_unit_test(swapped),
		cmocka_unit_test(events),
		cmocka_unit_test(threads),
		cmocka_unit_test(own_mutexes),
		cmocka_unit_test(forked),
		cmocka_unit_test(forked_in_the_middle),
		cmocka_unit_test(flat),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
