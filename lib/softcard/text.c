/* SPDX-License-Identifier: Apache-2.0 */
#include "softcard/text.h"

#include <stdint.h>
#include <string.h>

#include "base/buf.h"

#define TOKYO 13

static const struct {
	const char *kanji;
	const char *roman;	/* as in subject and CRL names */
} prefectures[] = {
	{ "北海道", "Hokkaido" }, { "青森県", "Aomori-ken" },
	{ "岩手県", "Iwate-ken" }, { "宮城県", "Miyagi-ken" },
	{ "秋田県", "Akita-ken" }, { "山形県", "Yamagata-ken" },
	{ "福島県", "Fukushima-ken" }, { "茨城県", "Ibaraki-ken" },
	{ "栃木県", "Tochigi-ken" }, { "群馬県", "Gunma-ken" },
	{ "埼玉県", "Saitama-ken" }, { "千葉県", "Chiba-ken" },
	{ "東京都", "Tokyo-to" }, { "神奈川県", "Kanagawa-ken" },
	{ "新潟県", "Niigata-ken" }, { "富山県", "Toyama-ken" },
	{ "石川県", "Ishikawa-ken" }, { "福井県", "Fukui-ken" },
	{ "山梨県", "Yamanashi-ken" }, { "長野県", "Nagano-ken" },
	{ "岐阜県", "Gifu-ken" }, { "静岡県", "Shizuoka-ken" },
	{ "愛知県", "Aichi-ken" }, { "三重県", "Mie-ken" },
	{ "滋賀県", "Shiga-ken" }, { "京都府", "Kyoto-fu" },
	{ "大阪府", "Osaka-fu" }, { "兵庫県", "Hyogo-ken" },
	{ "奈良県", "Nara-ken" }, { "和歌山県", "Wakayama-ken" },
	{ "鳥取県", "Tottori-ken" }, { "島根県", "Shimane-ken" },
	{ "岡山県", "Okayama-ken" }, { "広島県", "Hiroshima-ken" },
	{ "山口県", "Yamaguchi-ken" }, { "徳島県", "Tokushima-ken" },
	{ "香川県", "Kagawa-ken" }, { "愛媛県", "Ehime-ken" },
	{ "高知県", "Kochi-ken" }, { "福岡県", "Fukuoka-ken" },
	{ "佐賀県", "Saga-ken" }, { "長崎県", "Nagasaki-ken" },
	{ "熊本県", "Kumamoto-ken" }, { "大分県", "Oita-ken" },
	{ "宮崎県", "Miyazaki-ken" }, { "鹿児島県", "Kagoshima-ken" },
	{ "沖縄県", "Okinawa-ken" }
};

/* The next character; 0: not UTF-8 (RFC 3629: shortest form, no surrogates)
 * or the end. */
static uint32_t
utf8_next(const unsigned char **text)
{
	static const uint32_t least[] = { 0, 0x80, 0x800, 0x10000 };
	const unsigned char *p = *text;
	uint32_t c;
	int i, n;

	if (*p < 0x80) {
		*text += *p != 0;
		return *p;
	}
	if ((*p & 0xe0) == 0xc0)
		n = 1;
	else if ((*p & 0xf0) == 0xe0)
		n = 2;
	else if ((*p & 0xf8) == 0xf0)
		n = 3;
	else
		return 0;
	c = *p++ & (0x3fu >> n);
	for (i = 0; i < n; i++, p++) {
		if ((*p & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (*p & 0x3fu);
	}
	if (c < least[n] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
		return 0;
	*text = p;
	return c;
}

bool
jpkip_soft_text(const char *in, size_t max_chars, bool wide, char *out,
    size_t size)
{
	struct jpkip_buf buf = { (uint8_t *)out, 0, size, false };
	const unsigned char *at = (const unsigned char *)in, *from;
	uint32_t c = 0, last = ' ';
	size_t n;

	for (n = 0; *at != '\0'; n++, last = c) {
		from = at;
		if ((c = utf8_next(&at)) < ' ' || (c >= 0x7f && c < 0xa0) ||
		    n >= max_chars)
			return false;
		if (c == 0x3000)
			c = ' ';
		if (c == ' ' && last == ' ')
			return false;
		if (c == ' ')
			jpkip_buf_put(&buf, "\xe3\x80\x80", 3);
		else if (wide && c < 0x7f) {
			/* U+0021.. is U+FF01.. in full width. */
			c += 0xff01 - 0x21;
			jpkip_buf_u8(&buf, 0xef);
			jpkip_buf_u8(&buf, (uint8_t)(0x80 | (c >> 6 & 0x3f)));
			jpkip_buf_u8(&buf, (uint8_t)(0x80 | (c & 0x3f)));
		} else
			jpkip_buf_put(&buf, from, (size_t)(at - from));
	}
	jpkip_buf_u8(&buf, '\0');
	return n > 0 && last != ' ' && !buf.overflow;
}

int
jpkip_soft_prefecture(const char *address, const char **roman)
{
	int i, n = sizeof(prefectures) / sizeof(prefectures[0]);

	for (i = 0; i < n; i++)
		if (strncmp(address, prefectures[i].kanji,
		    strlen(prefectures[i].kanji)) == 0)
			break;
	if (i == n)
		i = TOKYO - 1;
	*roman = prefectures[i].roman;
	return i + 1;
}
