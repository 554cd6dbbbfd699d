/* SPDX-License-Identifier: Apache-2.0 */
/* The parts of jpki-xml that can be looked at alone: names of files as URIs,
 * encodings, canonical forms (the examples of the standard, and what is taken
 * over from above), and where text goes in a document. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "row.h"
#include "xml/attached.h"
#include "xml/canonical.h"
#include "xml/make.h"

static void
names(void **state)
{
	static const struct {
		const char *name, *uri;	/* uri NULL: no such file name */
	} t[] = {
		{ "a.txt", "a.txt" },
		{ "A-Z_~.pdf", "A-Z_~.pdf" },
		{ "a b%c#d?e&f:g+h", "a%20b%25c%23d%3Fe%26f%3Ag%2Bh" },
		{ "添付", "%E6%B7%BB%E4%BB%98" },
		{ "100%25.pdf", "100%2525.pdf" },
		{ "..a", "..a" },
		{ "", NULL }, { ".", NULL }, { "..", NULL }, { "/", NULL },
		{ "/a", NULL }, { "a/b", NULL }, { "../a", NULL },
		{ "a\\b", NULL }, { "a\nb", NULL }, { "a\177", NULL },
		{ "\xff", NULL }, { "\xed\xa0\x80", NULL },
	};
	struct trouble trouble;
	char *uri, *name;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		row("%s", t[i].name);
		assert_int_equal(attached_check(t[i].name, &trouble),
		    t[i].uri != NULL ? 0 : -1);
		uri = attached_uri(t[i].name);
		assert_non_null(uri);
		if (t[i].uri != NULL)
			assert_string_equal(uri, t[i].uri);
		name = attached_name(uri, &trouble);
		assert_int_equal(name != NULL, t[i].uri != NULL);
		if (name != NULL)
			assert_string_equal(name, t[i].name);
		free(name);
		free(uri);
	}
}

static void
uris(void **state)
{
	static const struct {
		const char *uri, *name;
	} t[] = {
		{ "%e6%b7%bb", "添" }, { "添", "添" }, { "a!b", "a!b" },
		{ "%2e%2e", NULL }, { "%2fa", NULL }, { "%5c", NULL },
		{ "%00", NULL }, { "%", NULL }, { "%a", NULL },
		{ "%zz", NULL }, { "http://a/b", NULL }, { "c:a", NULL },
		{ "a?b", NULL }, { "a#b", NULL }, { "%ff", NULL },
	};
	struct trouble trouble;
	char *name;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		row("%s", t[i].uri);
		name = attached_name(t[i].uri, &trouble);
		assert_int_equal(name != NULL, t[i].name != NULL);
		if (name != NULL)
			assert_string_equal(name, t[i].name);
		free(name);
	}
}

#define XML(s) "<?xml version=\"1.0\" encoding=\"" s "\"?>"

static void
encodings(void **state)
{
	static const struct {
		const char *data;
		size_t len;
		const char *name;	/* NULL: refused */
		const char *text;	/* NULL: damaged */
	} t[] = {
#define D(s) s, sizeof(s) - 1
		{ D("<a/>"), "UTF-8", "<a/>" },
		{ D(""), "UTF-8", "" },
		{ D("\xef\xbb\xbf<a/>"), "UTF-8", "<a/>" },
		{ D("<\0a\0/\0>\0"), "UTF-16LE", "<a/>" },
		{ D("\0<\0a\0/\0>"), "UTF-16BE", "<a/>" },
		{ D("\xff\xfe<\0a\0/\0>\0"), "UTF-16LE", "<a/>" },
		{ D("\xfe\xff\0<\0a\0/\0>"), "UTF-16BE", "<a/>" },
		{ D(XML("shift_jis") "\x88\xea"), "shift_jis",
		    XML("shift_jis") "一" },
		{ D(XML("EUC-JP") "\xb0\xec"), "EUC-JP", XML("EUC-JP") "一" },
		{ D(XML("Shift_JIS") "\x88"), "Shift_JIS", NULL },
		{ D(XML("UTF-8") "\x88"), "UTF-8", NULL },
		{ D("<a>\0</a>"), "UTF-8", NULL },
		{ D("\xff\xfe<\0a"), "UTF-16LE", NULL },
		{ D(XML("UTF-7")), NULL, NULL },
		{ D(XML("UTF-16")), NULL, NULL },
		{ D(XML("x\xff")), NULL, NULL },
		{ D(XML("IBM037//TRANSLIT")), NULL, NULL },
		{ D("\xef\xbb\xbf" XML("EUC-JP")), NULL, NULL },
#undef D
	};
	struct trouble trouble;
	struct encoding e;
	size_t i, len;
	char *text;

	(void)state;
	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		const uint8_t *data = (const uint8_t *)t[i].data;

		row("%zu: %s", i, t[i].name != NULL ? t[i].name : "refused");
		assert_int_equal(encoding_find(&e, data, t[i].len, &trouble),
		    t[i].name != NULL ? 0 : -1);
		if (t[i].name == NULL)
			continue;
		assert_string_equal(e.name, t[i].name);
		text = encoding_decode(&e, data, t[i].len, &len, &trouble);
		assert_int_equal(text != NULL, t[i].text != NULL);
		if (text == NULL)
			continue;
		assert_string_equal(text, t[i].text);
		assert_int_equal(len, strlen(t[i].text));
		assert_int_equal(encoding_offset(&e, data, t[i].len, len),
		    t[i].len);
		free(text);
	}
}

/* What canonical_form() hands over, in one. */
struct sink {
	char text[1024];
	size_t len;
};

static int
collect(void *arg, const void *data, size_t len)
{
	struct sink *sink = arg;

	if (len >= sizeof(sink->text) - sink->len)
		return -1;
	memcpy(sink->text + sink->len, data, len);
	sink->len += len;
	sink->text[sink->len] = '\0';
	return 0;
}

/* The form of the element with the id t. */
static void
check_form(const char *xml, const char *form, const struct canonical *how)
{
	struct trouble trouble;
	struct document d;
	struct sink sink = { .len = 0 };
	xmlNode *element;

	row("%s", xml);
	assert_int_equal(document_read(&d, (const uint8_t *)xml, strlen(xml),
	    &trouble), 0);
	assert_int_equal(document_id(&d, "t", &element), 1);
	assert_int_equal(canonical_form(d.xml, element, NULL, how, collect,
	    &sink), 0);
	assert_string_equal(sink.text, form);
	document_clear(&d);
}

static void
canonical_forms(void **state)
{
	static const struct {
		const char *xml, *form;	/* of the element with the id t */
	} t[] = {
		/* Namespaces in scope, rendered once; xml: attributes of the
		 * elements above; the order of attributes. */
		{ "<r xmlns='urn:d' xmlns:p='urn:q' xml:lang='ja'><t id='t' "
		    "b='1' p:a='2' a='3'><p:u/></t></r>",
		    "<t xmlns=\"urn:d\" xmlns:p=\"urn:q\" a=\"3\" b=\"1\" "
		    "id=\"t\" xml:lang=\"ja\" p:a=\"2\"><p:u></p:u></t>" },
		{ "<r xml:lang='ja' xml:space='preserve'><t id='t' "
		    "xml:lang='en'/></r>",
		    "<t id=\"t\" xml:lang=\"en\" xml:space=\"preserve\">"
		    "</t>" },
		/* A namespace that is taken away, and one that is hidden. */
		{ "<r xmlns='urn:d'><s xmlns=''><t id='t'><u/></t></s></r>",
		    "<t id=\"t\"><u></u></t>" },
		{ "<r xmlns='urn:d'><t id='t'><u xmlns=''/></t></r>",
		    "<t xmlns=\"urn:d\" id=\"t\"><u xmlns=\"\"></u></t>" },
		{ "<r xmlns:p='urn:1'><t xmlns:p='urn:2' id='t'><p:u/></t>"
		    "</r>", "<t xmlns:p=\"urn:2\" id=\"t\"><p:u></p:u></t>" },
		/* Comments go, instructions stay; characters. */
		{ "<t id='t'><!-- c --><?p  i ?><![CDATA[<&>]]>&#13;&quot;"
		    "\r\n\t</t>",
		    "<t id=\"t\"><?p i ?>&lt;&amp;&gt;&#xD;\"\n\t</t>" },
		{ "<t id='t' a='&lt;&gt;&amp;&quot;&#9;&#10;&#13;\n'/>",
		    "<t a=\"&lt;>&amp;&quot;&#x9;&#xA;&#xD; \" id=\"t\">"
		    "</t>" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++)
		check_form(t[i].xml, t[i].form, NULL);
}

#define C14N11 "http://www.w3.org/2006/12/xml-c14n11"

/* As others sign. */
static void
other_canonical_forms(void **state)
{
	static const struct {
		const char *xml, *form, *method, *prefix;
	} t[] = {
		/* 1.1: an id above is no id here, and a base goes on. */
		{ "<r xml:id='r' xml:lang='ja' xml:base='http://h/a/'><s "
		    "xml:base='b/'><t id='t'><!-- c --></t></s></r>",
		    "<t id=\"t\" xml:base=\"http://h/a/b/\" "
		    "xml:lang=\"ja\"></t>", C14N11, NULL },
		/* Exclusive: namespaces where they are used, no xml:. */
		{ "<r xmlns='urn:d' xmlns:p='urn:p' xmlns:q='urn:q' "
		    "xml:lang='ja'><t id='t'><p:u/><p:u/></t></r>",
		    "<t xmlns=\"urn:d\" id=\"t\"><p:u xmlns:p=\"urn:p\">"
		    "</p:u><p:u xmlns:p=\"urn:p\"></p:u></t>",
		    EXC_C14N_URI, NULL },
		{ "<r xmlns='urn:d' xmlns:p='urn:p' xmlns:q='urn:q'>"
		    "<t id='t'><p:u/></t></r>",
		    "<t xmlns=\"urn:d\" xmlns:q=\"urn:q\" id=\"t\">"
		    "<p:u xmlns:p=\"urn:p\"></p:u></t>", EXC_C14N_URI, "q" },
		{ "<r xmlns='urn:d'><p:t xmlns:p='urn:p' id='t'/></r>",
		    "<p:t xmlns=\"urn:d\" xmlns:p=\"urn:p\" id=\"t\"></p:t>",
		    EXC_C14N_URI, "#default" },
		/* With comments. */
		{ "<t id='t'><!-- c --></t>", "<t id=\"t\"><!-- c --></t>",
		    C14N_URI "#WithComments", NULL },
		{ "<t id='t'><!-- c --></t>", "<t id=\"t\"><!-- c --></t>",
		    C14N11 "#WithComments", NULL },
		{ "<t id='t'><!-- c --></t>", "<t id=\"t\"><!-- c --></t>",
		    EXC_C14N_URI "WithComments", NULL },
	};
	struct canonical how = { .no_comments = false };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		how.method = canonical_by_uri(t[i].method);
		how.prefixes[0] = (xmlChar *)(uintptr_t)t[i].prefix;
		check_form(t[i].xml, t[i].form, &how);
	}
	how.no_comments = true;
	check_form("<t id='t'><!-- c --></t>", "<t id=\"t\"></t>", &how);
}

/* Where a Signature goes: everything before and behind it is as it was. */
static void
places(void **state)
{
	static const struct {
		enum profile profile;
		const char *xml, *before, *behind;
	} t[] = {
		{ PROFILE_ENVELOPED, "<r><t id='t'>x</t></r>",
		    "<r><t id='t'>x<", "</Signature></t></r>" },
		{ PROFILE_ENVELOPED, "<r><t id='t'/></r>",
		    "<r><t id='t'><", "</Signature></t></r>" },
		{ PROFILE_ENVELOPED, "<p:t xmlns:p='q'\nid='t'  />\n",
		    "<p:t xmlns:p='q'\nid='t'  ><", "</Signature></p:t>\n" },
		{ PROFILE_ENVELOPED, "<t id='t'>\r\n<u/></t\r\n>",
		    "<t id='t'>\r\n<u/><", "</Signature></t\r\n>" },
		{ PROFILE_EGOV,
		    "<DataRoot><構成情報 ID='構成情報'/>x</DataRoot>",
		    "<DataRoot><構成情報 ID='構成情報'/><署名情報><",
		    "</Signature></署名情報>x</DataRoot>" },
		{ PROFILE_EGOV, "<DataRoot><署名情報/><構成情報 "
		    "ID='構成情報'></構成情報></DataRoot>",
		    "<DataRoot><署名情報><", "</Signature></署名情報>"
		    "<構成情報 ID='構成情報'></構成情報></DataRoot>" },
		{ PROFILE_ETAX, "<DATA xmlns='http://xml.e-tax.nta.go.jp/x'>"
		    "<R id='R'/> </DATA>",
		    "<DATA xmlns='http://xml.e-tax.nta.go.jp/x'><R id='R'/><",
		    "</Signature> </DATA>" },
	};
	struct trouble trouble;
	size_t i, len, n;

	(void)state;
	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		struct making making = {
			.algorithm = digest_of(JPKI_MD_SHA256)
		};
		struct document d;
		struct place place;
		char *out;

		row("%s", t[i].xml);
		assert_int_equal(document_read(&d, (const uint8_t *)t[i].xml,
		    strlen(t[i].xml), &trouble), 0);
		assert_int_equal(place_find(&place, &d, t[i].profile,
		    t[i].profile == PROFILE_ENVELOPED ? "t" : NULL,
		    &trouble), 0);
		assert_int_equal(making_place(&making, &d, &place, &trouble),
		    0);
		out = (char *)making_write(&making, d.data, d.len, NULL, 0,
		    NULL, 0, &len, &trouble);
		assert_non_null(out);
		n = strlen(t[i].before);
		assert_memory_equal(out, t[i].before, n);
		assert_memory_equal(out + n, "Signature ", 10);
		n = strlen(t[i].behind);
		assert_memory_equal(out + len - n, t[i].behind, n);
		free(out);
		making_clear(&making);
		place_clear(&place);
		document_clear(&d);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		ROW_TEST(names), ROW_TEST(uris), ROW_TEST(encodings),
		ROW_TEST(canonical_forms),
		ROW_TEST(other_canonical_forms), ROW_TEST(places),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
