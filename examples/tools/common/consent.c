/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The holder's consent; see consent.h.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "consent.h"
#include "layout.h"
#include "prompt.h"

void
consent_put(const struct layout *layout, const char *name, uint64_t size,
    const uint8_t sha256[32])
{
	char hex[2 * 32 + 1];
	size_t i;

	for (i = 0; i < 32; i++)
		snprintf(hex + 2 * i, 3, "%02x", sha256[i]);
	layout_pairf(layout, 2, 4, name, "(%" PRIu64 " bytes)",
	    "（%" PRIu64 " バイト）", size);
	layout_pair(layout, 4, 12, "SHA-256", hex);
}

/* A file, and what its format signs with it. */
static void
put_file(const struct layout *layout, const struct signing *signing,
    const struct signing_file *file)
{
	consent_put(layout, file->path, file->size, file->sha256);
	if (signing->format->show != NULL)
		signing->format->show(layout, file);
}

static void
put_all(const struct layout *layout, const struct signing *signing)
{
	bool auth = signing->key == JPKI_KEY_AUTH;
	size_t i;

	layout_paragraph(layout, 0, auth ?
	    pick("The auth key (利用者証明用) of the My Number Card signs:",
	    "マイナンバーカードの利用者証明用の鍵で署名します：") :
	    pick("The sign key (署名用) of the My Number Card signs:",
	    "マイナンバーカードの署名用の鍵で署名します："));
	for (i = 0; i < signing->n_files; i++)
		if (signing->files[i].code == 0)
			put_file(layout, signing, &signing->files[i]);
	layout_paragraph(layout, 0, auth ?
	    pick("Whoever gets the signature can read the number of your "
	    "certificate in it.",
	    "署名を受け取った人は、証明書の番号を読み取れます。") :
	    pick("Whoever gets the signature can read your name, address, "
	    "date of birth and sex in it.",
	    "署名を受け取った人は、氏名・住所・生年月日・性別を"
	    "読み取れます。"));
}

static int
ask(FILE *tty)
{
	if (prompt_yes(tty, pick("Sign? (yes/no): ",
	    "署名しますか（yes/no）: ")))
		return 0;
	complain("nothing was signed, because the answer was not yes",
	    "yes と入力されなかったため、署名していません");
	return EXIT_FAILURE;
}

int
consent(const struct signing *signing)
{
	bool typed = prompt_on_terminal(signing->args.pin_source);
	struct layout layout;
	FILE *tty;
	int code = 0;

	/* --quiet is for what nobody has to agree to. */
	if (!typed && signing->yes && signing->quiet)
		return 0;
	if ((tty = fopen("/dev/tty", "r+")) == NULL)
		return 0;
	layout = layout_of(tty);
	put_all(&layout, signing);
	if (typed)
		layout_paragraph(&layout, 0, pick("By typing the password or "
		    "PIN you agree to this; Ctrl-C gives up.",
		    "暗証番号を入力すると、同意したことになります。"
		    "やめるときは Ctrl-C を押してください。"));
	else if (!signing->yes)
		code = ask(tty);
	fclose(tty);
	return code;
}
