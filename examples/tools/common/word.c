/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The words of people; see word.h.
 */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "word.h"

static const struct word_name pins[] = {
	{ "auth", "利用者証明用 利用者証明 利用者証明用電子証明書 "
	    "利用者証明用暗証番号 認証用 認証" },
	{ "sign", "署名用 署名 署名用電子証明書 署名用暗証番号 "
	    "署名用パスワード signature" },
	{ "text", "券面事項入力補助用 券面事項入力補助 入力補助用 入力補助 "
	    "券面 券面事項入力補助用暗証番号" },
	{ "card", "住民基本台帳用 住民基本台帳 住基 カード "
	    "住民基本台帳用暗証番号" },
};

bool
word_next(const char **list, char *out, size_t size)
{
	size_t len = strcspn(*list, " ");

	snprintf(out, size, "%.*s", (int)len, *list);
	*list += len + ((*list)[len] == ' ');
	return len > 0;
}

bool
word_listed(const char *word, const char *list)
{
	char one[64];

	while (word_next(&list, one, sizeof(one)))
		if (strcasecmp(word, one) == 0)
			return true;
	return false;
}

const char *
word_name(const char *word, const struct word_name *names, size_t n)
{
	size_t i;

	for (i = 0; word != NULL && i < n; i++)
		if (strcasecmp(word, names[i].name) == 0 ||
		    word_listed(word, names[i].said))
			return names[i].name;
	return word;
}

const char *
word_pin(const char *word)
{
	return word_name(word, pins, sizeof(pins) / sizeof(pins[0]));
}
