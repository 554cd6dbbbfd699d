/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The PKCS#11 module, as all files of this directory know it.
 *
 * A reader is a slot, and so is each key of its card that is shown; a slot's
 * token has one key. What PKCS#11 calls returns CK_RV; what talks to libjpki
 * goes through p11_done(), which makes one of its codes.
 *
 * Two kinds of locks: p11.lock guards the list of slots, and is held for
 * moments; each slot has one for its sessions and its card. Whoever holds a
 * slot's never takes p11.lock.
 */
#ifndef P11_P11_H
#define P11_P11_H

#include <jpki.h>
#include <jpki/framework/digestinfo.h>
#include <jpki/framework/settings.h>
#include <jpki/framework/shared.h>

#include <openssl/evp.h>

#include <p11-kit/pkcs11.h>

#include <stdatomic.h>
#include <stdbool.h>
#include <sys/types.h>
#include <time.h>

#define N(array) (sizeof(array) / sizeof((array)[0]))

/* ---- lock.c ---- */

/* The application's, if it wants its own to be used, or one that a forked
 * process does not find locked for ever. All zeros at first. */
struct p11_lock {
	void *theirs;
	int holder;		/* a process, or 0 */
};

CK_RV	p11_lock_new(struct p11_lock *);
void	p11_lock_free(struct p11_lock *);
void	p11_lock(struct p11_lock *);
void	p11_unlock(struct p11_lock *);

/* ---- What there is ---- */

/* Objects of a token, by their handles. */
enum {
	P11_CERT = 1, P11_PUBLIC, P11_PRIVATE, P11_CA, P11_N_OBJECTS = P11_CA
};

/* What a C_SignInit or C_DigestInit began. */
struct p11_operation {
	const struct p11_mechanism *how;	/* NULL: nothing */
	bool parts;				/* some were handed in */
	EVP_MD_CTX *hash;			/* NULL: what follows */
	uint8_t data[128];			/* a digest or DigestInfo */
	size_t len;				/* more: it is neither */
};

struct p11_session {
	struct p11_session *next;
	struct p11_slot *slot;
	CK_SESSION_HANDLE handle;
	CK_FLAGS flags;
	struct p11_operation signing, digesting;
	bool finding;				/* what C_FindObjects tells: */
	CK_OBJECT_HANDLE found[P11_N_OBJECTS];
	size_t n_found, next_found;
};

struct p11_slot {
	CK_SLOT_ID id;
	char *reader;
	enum jpki_key key;
	bool named;		/* by a setting; else pcscd has it */
	/* Guarded by p11.lock: */
	bool listed;		/* its reader is there */
	bool present, event;	/* for C_WaitForSlotEvent() */

	struct p11_lock lock;	/* guards what follows */
	struct jpki_shared *card;
	unsigned epoch;		/* 0: no card was seen yet; of this card: */
	char serial[17];
	bool no_pss;
	int left;		/* tries; -1: unknown */
	struct timespec left_when;
	struct jpki_kept *pin;	/* NULL: not logged in */
	struct p11_session *sessions;
	CK_SESSION_HANDLE last_session;
};

#define P11_MECHANISMS_MAX 8
#define P11_SLOTS_MAX 256	/* what a session's handle has room for */

struct p11 {
	struct p11_lock lock;
	pid_t pid;		/* that initialized; 0: none */
	CK_C_INITIALIZE_ARGS args;	/* their mutexes, where they are used */
	struct jpki_settings *settings;
	char *reader;		/* that a setting names, or NULL */
	atomic_int debug;	/* JPKI_DEBUG_*; read without a lock */
	bool mute;		/* standard error was closed then */
	struct jpki_cards *cards;
	OSSL_LIB_CTX *libctx;
	EVP_MD *hashes[JPKI_MD_SHA512 + 1];	/* by enum jpki_md */
	struct p11_slot *slots[P11_SLOTS_MAX];
	size_t n_slots;
	bool looked;		/* at the readers, once at least */
	int waiting;		/* threads in C_WaitForSlotEvent() */
	bool ending;		/* they have to leave */
};
extern struct p11 p11;

/* ---- settings.c ---- */

/* From the string that the application gave (or NULL), and the usual file. */
CK_RV	p11_settings_read(const char *init);

/* ---- module.c ---- */

/* A text as PKCS#11 has them: as much as fits, then blanks. */
void	p11_pad(unsigned char *out, size_t size, const char *text);

/* ---- log.c ---- */

/* A context for one call or two; NULL without memory. */
struct jpki_ctx *p11_ctx_new(void);

/* After a call of libjpki's that returned r: frees ctx (may be NULL), and says
 * what was wrong: as a warning, or only if asked for. */
CK_RV	p11_done(struct jpki_ctx *ctx, int r);
CK_RV	p11_done_quietly(struct jpki_ctx *ctx, int r);

/* A line on standard error. */
void	p11_say(const char *text);
const char *p11_pick(const char *en, const char *ja)
	    __attribute__((format_arg(1), format_arg(2)));

/* Tells who called what, where debug asks for it. Returns rv. */
CK_RV	p11_return(const char *function, CK_RV rv);
#define P11_RETURN(rv) return p11_return(__func__, rv)

/* ---- slot.c ---- */

/* Takes the lock of the slot. CKR_SLOT_ID_INVALID, or not initialized. */
CK_RV	p11_slot_enter(CK_SLOT_ID, struct p11_slot **);
void	p11_slot_leave(struct p11_slot *);

/* p11.lock, if this process initialized. */
CK_RV	p11_enter(void);
void	p11_leave(void);

/* Makes the list of slots anew, and what is in them; p11.lock is held. */
CK_RV	p11_slots_look(void);
void	p11_slots_free(void);

/* ---- token.c ---- */

/* Finds out whether a card is there, and whether it is the one that was there
 * before: if not, sessions and PIN of that one are gone. */
CK_RV	p11_token_look(struct p11_slot *);

/* How many tries are left, if that was not asked for just now. */
CK_RV	p11_token_tries(struct p11_slot *);
void	p11_token_set_tries(struct p11_slot *, int left);

/* Another card: no session or PIN of the last one is left. */
void	p11_token_forget(struct p11_slot *);

/* p11_done() after a call that may have sent the PIN: another card, or a PIN
 * that is not right any more, was a logout. The sessions may be gone. */
CK_RV	p11_token_done(struct p11_slot *, struct jpki_ctx *ctx, int r);

/* ---- session.c ---- */

/* Takes the lock of the session's slot. */
CK_RV	p11_session_enter(CK_SESSION_HANDLE, struct p11_session **);
CK_RV	p11_session_leave(struct p11_slot *, const char *function, CK_RV);

/* What all functions with a session are: a call with the session, which may be
 * gone after it, under the lock of its slot. */
#define P11_WITH(handle, session, call) \
	do { \
		struct p11_session *session; \
		struct p11_slot *its_slot; \
		CK_RV entered = p11_session_enter(handle, &session); \
		if (entered != CKR_OK) \
			P11_RETURN(entered); \
		its_slot = session->slot; \
		return p11_session_leave(its_slot, __func__, call); \
	} while (0)

void	p11_sessions_close(struct p11_slot *);
void	p11_logout(struct p11_slot *);

#define p11_pin(slot) jpki_key_pin((slot)->key)
#define p11_max_tries(slot) ((slot)->key == JPKI_KEY_SIGN ? 5 : 3)

/* ---- object.c ---- */

/* Whether there is such an object that this session may see. */
bool	p11_object_is_visible(struct p11_slot *, CK_OBJECT_HANDLE);

/* ---- attribute.c ---- */

/* The value of an attribute, in memory that is lent, or in room. */
struct p11_value {
	const void *data;
	size_t len;
	struct jpki_cert *cert;		/* where data may be */
	union {
		CK_BBOOL flag;
		CK_ULONG number;
		CK_DATE date;
		CK_MECHANISM_TYPE list[P11_MECHANISMS_MAX];
		uint8_t bytes[32];
	} room;
};

/* CKR_ATTRIBUTE_TYPE_INVALID, CKR_ATTRIBUTE_SENSITIVE, or what reading the
 * certificate led to; cheap: CKR_CANCEL where that would have to be read. To
 * be freed after success. */
CK_RV	p11_attribute(struct p11_slot *, CK_OBJECT_HANDLE, CK_ATTRIBUTE_TYPE,
	    bool cheap, struct p11_value *);
void	p11_value_free(struct p11_value *);

/* ---- mechanism.c ---- */

struct p11_mechanism {
	CK_MECHANISM_TYPE type;
	enum jpki_padding padding;	/* 0: no signature, a digest alone */
	enum jpki_md md;	/* 0: a DigestInfo is handed in */
	bool hashes;		/* the data are handed in, not the digest */
};

/* NULL: the token does not have it. */
const struct p11_mechanism *p11_mechanism_find(const struct p11_slot *,
	    CK_MECHANISM_TYPE);

/* All of them, or those that sign; out has room for P11_MECHANISMS_MAX. */
size_t	p11_mechanisms(const struct p11_slot *, bool signing,
	    CK_MECHANISM_TYPE *out);

/* ---- digest.c ---- */

/* Begins one that hashes what is added; after a failure there is none. */
CK_RV	p11_operation_hash(struct p11_operation *, enum jpki_md);
CK_RV	p11_operation_add(struct p11_operation *, const uint8_t *data,
	    size_t len);
/* One part of several: ends it where that fails. */
CK_RV	p11_operation_update(struct p11_operation *, const uint8_t *data,
	    size_t len);
void	p11_operation_end(struct p11_operation *);

#endif
