/* SPDX-License-Identifier: Apache-2.0 */
#include "softcard/holder_text.h"

#include <stdint.h>
#include <string.h>

#include "base/utf8.h"

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

bool
jpkip_soft_text(const char *in, size_t max_chars, bool wide, char *out,
    size_t size)
{
	struct jpkip_buf buf = { (uint8_t *)out, 0, size, false };
	const uint8_t *at = (const uint8_t *)in, *end = at + strlen(in);
	uint32_t c = 0, last = ' ';
	size_t n;

	for (n = 0; at < end; n++, last = c) {
		if (!jpkip_utf8_next(&at, end, &c) || c < ' ' ||
		    (c >= 0x7f && c < 0xa0) || n >= max_chars)
			return false;
		if (c == 0x3000)
			c = ' ';
		if (c == ' ' && last == ' ')
			return false;
		if (c == ' ')
			jpkip_utf8_put(&buf, 0x3000);
		else {
			/* U+0021.. is U+FF01.. in full width. */
			if (wide && c < 0x7f)
				c += 0xff01 - 0x21;
			jpkip_utf8_put(&buf, c);
		}
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
