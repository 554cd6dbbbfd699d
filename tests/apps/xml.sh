#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# jpki-xml on software cards: what it signs is checked by xmlsec1, and by
# itself. What others make is in xml_attacks.sh.
. "$(dirname "$0")/tap.sh"

has() {
	command -v "$1" >/dev/null
}

# xmlsec FILE [OPTION...]: by someone who has no card, in the file's folder.
xmlsec() (
	cd "$(dirname "$1")" || exit
	file=$(basename "$1")
	shift
	xmlsec1 --verify --trusted-pem "$tmp/card/sign-ca.pem" \
	    --enabled-key-data x509 "$@" "$file"
)

etax_ns=http://xml.e-tax.nta.go.jp/XSD/general
egov_id='--id-attr:ID 構成情報'

# verified FILE DESCRIPTION [XMLSEC-OPTION...]: by xmlsec1 and by us.
verified() {
	file=$1 description=$2
	shift 2
	if has xmlsec1; then
		ok "$description: xmlsec1" xmlsec "$file" "$@"
	else
		skip "$description: xmlsec1" "no xmlsec1 here"
	fi
	ok "$description: jpki-xml verify" jpki-xml verify \
	    --ca card/sign-ca.pem $verify "$file"
}

# changed FILE DESCRIPTION [XMLSEC-OPTION...]: refused by both.
changed() {
	file=$1 description=$2
	shift 2
	if has xmlsec1; then
		ok "$description: xmlsec1 refuses" sh -c '! "$@"' - \
		    env PATH="$PATH" xmlsec1 --verify --trusted-pem \
		    card/sign-ca.pem --enabled-key-data x509 "$@" "$file"
	fi
	run jpki-xml verify --ca card/sign-ca.pem $verify "$file"
	is "$description: jpki-xml refuses" "$rc" 1
}

verify=
sign="jpki-xml --reader soft:card --pin-source file:sign.pin"
new_card card card

# kousei FOLDER NAME...: a kousei.xml that names these files.
kousei() {
	folder=$1
	shift
	mkdir -p "$folder"
	{
		printf '<?xml version="1.0" encoding="UTF-8"?>\n<DataRoot>\n'
		printf '\t<様式ID>999</様式ID>\n'
		printf '\t<構成情報 ID="構成情報">\n'
		printf '\t\t<管理情報><氏名>見本　太郎</氏名></管理情報>\n'
		for name; do
			printf '<添付書類属性情報><添付書類ファイル名称>'
			printf '%s</添付書類ファイル名称>' "$name"
			printf '</添付書類属性情報>\n'
		done
		printf '<申請書ファイル名称>shinsei.xml'
		printf '</申請書ファイル名称>\n\t</構成情報>\n</DataRoot>\n'
	} >"$folder/kousei.xml"
	echo '<申請書/>' >"$folder/shinsei.xml"
}

# same INPUT OUTPUT: the document is as it was, but for one piece put in.
same() {
	"$PYTHON" -c '
import sys
a, b = (open(f, "rb").read() for f in sys.argv[1:])
n = next((i for i in range(len(a)) if a[i] != b[i]), len(a))
sys.exit(not (len(b) > len(a) and b.endswith(a[n:])))' "$1" "$2"
}

# e-Gov.
kousei egov '添付 1.txt' '100%.pdf' 'a#b?c&amp;d.txt' '添付 1.txt'
echo one >'egov/添付 1.txt'
echo two >'egov/100%.pdf'
echo three >'egov/a#b?c&d.txt'
cp egov/kousei.xml before.xml
run $sign sign --profile egov egov/kousei.xml
works 'egov'
is 'one password, one signature' "$(n_verify) $(n_sign)" '1 1'
ok 'not more commands than jpki-cms' test "$(n_commands)" -le 21
verified egov/kousei-signed.xml egov $egov_id
ok 'the input is as it was' cmp before.xml egov/kousei.xml
ok 'and so is all in the output but the signature' \
    same egov/kousei.xml egov/kousei-signed.xml
is 'each file once, names escaped' "$(grep -o 'URI="[^"]*"' \
    egov/kousei-signed.xml | tr '\n' ' ')" 'URI="#構成情報" '$(:
    )'URI="%E6%B7%BB%E4%BB%98%201.txt" URI="100%25.pdf" '$(:
    )'URI="a%23b%3Fc%26d.txt" URI="shinsei.xml" '
mkdir out
run $sign sign --profile egov --out out egov/kousei.xml
works 'egov into a folder'
is 'keeps its name there' "$(ls out)" kousei.xml
cp -R egov place
run $sign sign --profile egov --in-place place/kousei.xml
works 'egov in place'
verified place/kousei.xml 'in place' $egov_id
is 'nothing else was left' "$(ls place | wc -l)" 6
run $sign sign --profile egov --in-place place/kousei.xml
works 'a second signature'
is 'both are there' "$(grep -o '<Signature ' place/kousei.xml | wc -l)" 2
verified place/kousei.xml 'a second signature' $egov_id

# bend FILE PATTERN: in a copy of the folder, another character at the place of
# the pattern's group.
bend() {
	rm -rf bent
	cp -R egov bent
	"$PYTHON" -c '
import re, sys
data = open(sys.argv[1]).read()
at = re.search(sys.argv[2], data).start(1)
data = data[:at] + ("B" if data[at] == "A" else "A") + data[at + 1:]
open(sys.argv[1], "w").write(data)' "$1" "$2"
	cd bent || exit
	ln -s ../card ../log .
}
for what in '<氏名>(.)' 'ID(=)' '()</構成情報>' '<SignatureValue>(.)' \
    '<DigestValue>(.)' 'URI="a%2(3)b' 'rsa-sha(2)56' \
    '<X509Certificate>.{700}(.)'; do
	bend bent/kousei-signed.xml "$what"
	changed kousei-signed.xml "changed: $what" $egov_id
	cd "$tmp" || exit
done
bend 'bent/添付 1.txt' 'o(n)e'
changed kousei-signed.xml 'a changed file' $egov_id
ok 'the report names it' grep -q '添付 1.txt: CHANGED' log/out
rm 'a#b?c&d.txt'
run jpki-xml verify --ca card/sign-ca.pem kousei-signed.xml
is 'changed and missing: what is wrong counts' "$rc" 1
echo one >'添付 1.txt'
run jpki-xml verify --ca card/sign-ca.pem kousei-signed.xml
is 'a missing file: not checked' \
    "$rc $(grep -c 'a#b?c&d.txt: NOT CHECKED' log/out)" '2 1'
run jpki-xml verify kousei-signed.xml
is 'no CA: not checked' "$rc" 2
cd "$tmp" || exit

# Encodings, line ends, comments, and what else canonical XML minds.
for e in UTF-8 Shift_JIS EUC-JP ISO-2022-JP UTF-16 UTF-16LE; do
	kousei enc
	sed -e "s/UTF-8/$e/; s/\$/\r/" -e 's|<管理情報>|<管理情報 b="1" a="\&#9;X"><!-- 註 --><?pi 一?><![CDATA[<\&]]>\&#13;|' enc/kousei.xml |
	    tr X '\n' |
	    iconv -f UTF-8 -t $e >enc/k.xml
	run $sign sign --profile egov enc/k.xml
	works "$e"
	ok "$e: the rest is as it was" same enc/k.xml enc/k-signed.xml
	verified enc/k-signed.xml "$e" $egov_id
done
cat >spaces.xml <<-'END'
	<?xml version="1.0"?>
	<!-- before --><?pi before?>
	<r xmlns="urn:d" xmlns:p="urn:p" xmlns:unused="urn:u" xml:lang="ja"
	xml:space="preserve" xml:base="http://example.jp/"><q xmlns:p="urn:q"
	xml:lang="en"><p:t z="1" p:a='"' a="&lt;&amp;&#10;&#13;&#9;"
	Id = 't' xmlns:n="urn:n"  ><x xmlns=""/> <p:y xmlns:p="urn:p"/> &#13;
	</p:t  ></q><other Id="o"/></r>
	<?pi behind?><!-- behind -->
END
run $sign sign --profile enveloped --id t spaces.xml
works 'namespaces and xml: attributes from above'
verify='--id t'
verified spaces-signed.xml 'from above' --id-attr:Id urn:q:t
run $sign sign --profile enveloped --id o --out o.xml spaces-signed.xml
works 'another element of it, which is empty'
verify='--id o'
verified o.xml 'the second' --id-attr:Id urn:d:other \
    --node-xpath "//*[local-name()='other']/*[local-name()='Signature']"
verify='--id t'
ok 'the first is not broken' jpki-xml verify --ca card $verify o.xml
verify=
run $sign sign --profile enveloped --whole --out whole.xml spaces-signed.xml
works 'the whole document'
cp whole.xml log/whole.xml
ok 'the whole document: jpki-xml verify' jpki-xml verify --ca card whole.xml
run $sign sign --profile enveloped --whole --out plain.xml spaces.xml
verified plain.xml 'the whole document, not signed before'

echo '<r Id="i d"><b Id="i d"/></r>' >odd.xml
run $sign sign --profile enveloped --whole odd.xml
works 'the whole document, whatever its ids'
verified odd-signed.xml 'whatever its ids'

# e-Tax.
cat >a.xtx <<-END
	<?xml version="1.0" encoding="UTF-8"?>
	<DATA xmlns="$etax_ns" xmlns:gen="urn:gen" id="DATA">
	<RKO0010 VR="1.0" id="RKO0010"><CATALOG id="CATALOG"/></RKO0010>
	</DATA>
END
run $sign sign --profile etax a.xtx
works etax
verified a-signed.xtx etax --id-attr:id $etax_ns:RKO0010
run $sign sign --profile etax --out twice.xtx a-signed.xtx
works 'a second signature for e-Tax'
verified twice.xtx 'the second for e-Tax' --id-attr:id $etax_ns:RKO0010
is 'the signature is the second child' "$("$PYTHON" -c '
import xml.dom.minidom
root = xml.dom.minidom.parse("a-signed.xtx").documentElement
print(*[n.localName for n in root.childNodes if n.nodeType == 1])')" \
    'RKO0010 Signature'

# Detached, of anything.
head -c 3000000 /dev/urandom >'図面 1%.pdf'
cp '図面 1%.pdf' before.pdf
run $sign sign '図面 1%.pdf'
works 'detached, the default'
verified '図面 1%.pdf.sig.xml' detached
ok 'the file is as it was' cmp before.pdf '図面 1%.pdf'
mv '図面 1%.pdf' renamed.pdf
run jpki-xml verify --ca card '図面 1%.pdf.sig.xml'
is 'without its file: not checked' "$rc" 2
run jpki-xml verify --ca card '図面 1%.pdf.sig.xml' renamed.pdf
is 'with the file, renamed' "$rc $(grep -c 'under another name' log/out)" '0 1'
echo >>renamed.pdf
run jpki-xml verify --ca card '図面 1%.pdf.sig.xml' renamed.pdf
is 'with another file' "$rc" 1
for md in sha384 sha512; do
	run $sign sign --md $md a
	works $md
	verified a.sig.xml $md
done
run $sign sign c
works 'an empty file'
verified c.sig.xml 'an empty file'

# Many at once.
mkdir many
for i in 1 2 3; do
	echo $i >many/$i
done
run $sign --json sign many/1 missing many/2 many/3
is 'one fails, the others are signed' "$rc $(ls many | grep -c sig.xml)" '1 3'
is 'one password for all' "$(n_verify) $(n_sign)" '1 3'
is '--json tells which' "$("$PYTHON" -c '
import json
for f in json.load(open("log/out"))["files"]:
    print(f["file"], f["signature"], f["exit"], end="; ")')" \
    "many/1 many/1.sig.xml 0; missing None 1; $(:
    )many/2 many/2.sig.xml 0; many/3 many/3.sig.xml 0; "

# Many rows, in seconds.
"$PYTHON" -c '
print("<DataRoot><構成情報 ID=\"構成情報\">")
for i in range(200000):
    print("<行 番号=\"%d\"><額>%d</額></行>" % (i, i * 7))
print("</構成情報></DataRoot>")' >rows.xml
run prlimit --cpu=60 $sign sign --profile egov rows.xml
works '200,000 rows'
verified rows-signed.xml '200,000 rows' $egov_id
rm rows*.xml

# What is refused before the card is touched.
cheap() {
	[ "$(n_commands)" -eq 0 ] || echo "# the card was touched"
	[ "$(n_commands)" -eq 0 ] && fails "$@" || result 1 "$3"
	[ -z "$(find . -name '*-signed*.??????' -o -name 'x-signed.xml')" ]
	result $? "$3: nothing is left"
}
# refuses TEXT DESCRIPTION OPTION...: of x.xml.
refuses() {
	text=$1 description=$2
	shift 2
	run prlimit --cpu=60 $sign sign "$@" x.xml
	cheap 65 "$text" "$description"
}
id='--profile enveloped --id i'
whole='--profile enveloped --whole'
echo '<!DOCTYPE a><a Id="i"/>' >x.xml
refuses DOCTYPE 'a DOCTYPE' $id
{
	printf '<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa">'
	for i in b c d e f g h i j; do
		printf '<!ENTITY %s "&%s;&%s;&%s;&%s;&%s;&%s;&%s;&%s;">' $i \
		    ${last:=a} $last $last $last $last $last $last $last
		last=$i
	done
	printf ']><a Id="i">&j;</a>'
} >x.xml
refuses DOCTYPE 'a bomb of entities' $id
echo '<!DOCTYPE a SYSTEM "http://127.0.0.1:9/a.dtd"><a Id="i"/>' >x.xml
refuses DOCTYPE 'a DTD of the network' $id
echo '<a Id="i">&e;</a>' >x.xml
refuses 'no well-formed XML' 'an entity that is not there' $id
echo '<a Id="i"><b></a>' >x.xml
refuses 'no well-formed XML' 'broken XML' $id
echo '<a Id="i"><p:b/></a>' >x.xml
refuses 'no well-formed XML' 'a prefix of no namespace' $id
printf '<a Id="i">\344\343</a>' >x.xml
refuses 'not UTF-8' 'bytes that are no characters' $id
printf '<?xml version="1.0" encoding="Shift_JIS"?><a Id="i">\201</a>' >x.xml
refuses 'not Shift_JIS' 'the same in Shift_JIS' $id
printf '<?xml version="1.0" encoding="UTF-7"?><a Id="i"/>' >x.xml
refuses 'UTF-7 is not known' 'an encoding that hides things' $id
printf '\377\376<?xml version="1.0" encoding="UTF-8"?><a Id="i"/>' >x.xml
refuses 'UTF-16' 'a mark of another encoding' $id
printf '<?xml version="1.1"?><a Id="i"/>' >x.xml
refuses 'XML 1.0' 'XML 1.1' $id
printf '<a Id="i">\0</a>' >x.xml
refuses 'damaged' 'a NUL' $id
echo '<a Id="i" xmlns:r="relative"/>' >x.xml
refuses 'canonical' 'a relative namespace' $id
: >x.xml
refuses 'well-formed' 'an empty file' $whole
printf '%050000d' 0 | sed 's/0/<a>/g' >x.xml
refuses 'nested' 'too deep' $whole
{
	printf '<a'
	printf '%0300d' 0 | sed 's/0/ a=">"/g'
	echo '/>'
} >x.xml
refuses 'too many' 'attributes without end' $whole
truncate -s 100M x.xml
refuses 'larger than' '100 MB' $whole
"$PYTHON" -c 'print("<a>" + "<b/>" * 15000000 + "</a>")' >x.xml
refuses 'too many' '60 MB of elements' $whole
"$PYTHON" - <<'END'
import os
os.mkdir('crowd')
names = ['f%d' % i for i in range(1000)]
for name in names:
    open('crowd/' + name, 'w').close()
for n in 999, 1000:
    with open('crowd/%d.xml' % n, 'w', encoding='utf-8') as f:
        f.write('<DataRoot><構成情報 ID="構成情報">%s</構成情報></DataRoot>' %
                ''.join('<添付書類ファイル名称>%s</添付書類ファイル名称>' % name
                        for name in names[:n]))
END
run $sign sign --profile egov crowd/1000.xml
cheap 65 'more than 999 files' 'files without end'
run $sign sign --profile egov crowd/999.xml
works 'as many as can be'
run jpki-xml verify --ca card/sign-ca.pem crowd/999-signed.xml
is 'they verify' "$rc" 0
echo '<DataRoot><構成情報 ID="構成情報"/></DataRoot>' >crowd/20.xml
for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
	run $sign sign --profile egov --in-place crowd/20.xml
	[ $rc -eq 0 ] || break
done
is '20 signatures, one after the other' "$i $rc" '20 0'
run $sign sign --profile egov --in-place crowd/20.xml
cheap 65 'more than 20 signatures' 'one more'
rm -r crowd
deep() {
	"$PYTHON" -c 'import sys
print("<r%s>%s%s%s%s</r>" % (
    "".join(" xmlns:n%d=\"urn:%d\"" % (i, i) for i in range(30)),
    "<a>" * 380, "<b/>" * int(sys.argv[1]), "</a>" * 380, sys.argv[2]))' \
    "$1" "$2" >x.xml
}
deep 36000 ''
refuses 'too many' 'elements far below their namespaces' $whole
deep 1000 ''
run $sign sign $whole x.xml
works 'some of them'
one=$(sed -n 's|.*\(<Signature .*</Signature>\).*|\1|p' x-signed.xml)
ok 'there is a signature' test -n "$one"
rm x-signed.xml
deep 4000 "$one$one"
run jpki-xml verify --whole x.xml
shows 'Covers' 'two signatures of more of them'
deep 4000 "$(printf '%020d' 0 | sed "s|0|$one|g")"
run jpki-xml verify --whole x.xml
is '20 of them' "$rc $(grep -c 'too many' log/out)" '1 1'
echo '<a Id="j"/>' >x.xml
refuses 'no element with the id "i"' 'a missing id' $id
for a in Id ID id xml:id ; do
	echo "<a><b Id=\"i\"/><c $a=\"i\"/></a>" >x.xml
	refuses 'is in it 2 times' "a doubled id: $a" $id
done
echo '<a><b Id="i i"/></a>' >x.xml
refuses 'no XML name' 'an id that is no name' --profile enveloped --id 'i i'
echo '<a/>' >x.xml
refuses 'no kousei.xml' 'another document for e-Gov' --profile egov
refuses 'no .xtx' 'another document for e-Tax' --profile etax
for id in '' ' Id="構成情報"' ' ID="x"'; do
	echo "<DataRoot><構成情報$id/></DataRoot>" >x.xml
	refuses 'no ID=' "e-Gov without the id: $id" --profile egov
done
echo '<DataRoot><構成情報 ID="構成情報"/><b id="構成情報"/></DataRoot>' >x.xml
refuses '2 times' 'e-Gov with the id twice' --profile egov
echo "<DATA xmlns='$etax_ns'><R/></DATA>" >x.xml
refuses 'has no id' 'e-Tax without an id' --profile etax
echo "<DATA xmlns='$etax_ns'><R id='R'/><S id='S'/></DATA>" >x.xml
refuses 'would not cover' 'e-Tax with two procedures' --profile etax

# Files that a kousei.xml may not name.
named() {
	kousei names
	cd names || exit
	ln -sf ../card ../log ../sign.pin .
	sed "s|shinsei.xml|$1|" kousei.xml >x.xml
	refuses "$2" "it names $1" --profile egov
	cd "$tmp" || exit
}
echo secret >outside
for name in ../outside .. . / /etc/passwd ./shinsei.xml 'a\\b' a/b; do
	named "$name" 'not in the same folder'
done
named missing 'missing.*No such file'
mkdir -p names/folder
named folder 'no regular file'
ln -s ../outside names/link
named link 'link'
mkfifo names/fifo
named fifo 'no regular file'
named x.xml 'itself'
named '<b>shinsei.xml</b>' 'elements in it'
cp names/shinsei.xml names/x-signed.xml.keep
echo '<a/>' >names/y-signed.xml
kousei names
sed 's|shinsei.xml|y-signed.xml|' names/kousei.xml >names/y.xml
run $sign sign --profile egov names/y.xml
fails 65 'replaced' 'a file that the output would replace'

# A signature that is there already.
run $sign sign --profile enveloped --whole --out x.xml plain.xml
fails 65 'would be broken' 'a signature of the whole document is there'
run $sign sign --profile enveloped --id t --out x.xml spaces-signed.xml
fails 65 'would be broken' 'a signature of the element is there'
run $sign sign --profile enveloped --id t --out x.xml plain.xml
fails 65 'would be broken' 'an element of a signed document'
is 'the card was not touched' "$(n_commands)" 0

# Usage.
for args in '' sign verify 'sing a' '--profile pdf sign a' \
    '--profile enveloped sign a' '--id x sign a' '--whole sign a' \
    '--profile enveloped --id x --whole sign a' '--id= sign a' \
    '--in-place sign a' '--profile egov --in-place --out o sign a' \
    '--profile egov --md sha512 sign a' '--md md5 sign a' 'verify a b c' \
    '--profile egov --id x verify a' '--pin-source ABC123 sign a'; do
	run jpki-xml $args
	fails 64 'jpki-xml --help' "usage: $args"
	is 'no PIN in the message' "$(grep -c ABC123 log/err)" 0
done
for args in 'sign missing' 'sign many' 'sign --out nowhere/ a' \
    'verify missing' 'verify many' 'verify --ca missing a.sig.xml'; do
	run $sign $args
	fails 1 'missing\|many\|nowhere' "places: $args"
done
run jpki-xml verify a
fails 65 'no XML' 'what is no XML at all'

# Passwords and cards.
rm -f ./*.sig.xml
run $sign --pin-source file:wrong-sign.pin sign a b
fails 1 '4 tries left' 'a wrong password'
is 'one try was used, once' "$(n_verify) $(tries card sign)" '1 4'
run $sign sign a b
fails 1 'nobody typed' 'a password from a file is held back'
is 'nothing was signed' "$(echo *.sig.xml*)" '*.sig.xml*'
jpki-softcard unlock card
new_card child child
run $sign --reader soft:child sign a
fails 1 'certificate' "a child's card has no sign key"
run $sign --key auth --pin-source file:auth.pin sign a
is 'the auth key is warned about' \
    "$rc $(said | grep -c 'made for logging in')" '0 1'
run jpki-xml verify --ca card a.sig.xml
is 'and refused' "$rc" 1
jpki-softcard set card sign-not-after=2024-01-31
run $sign sign a
is 'an expired certificate is warned about' \
    "$rc $(said | grep -c 'expired')" '0 1'
new_card card card

# On a terminal.
rm -f egov/*-signed.xml
typed ABC123 jpki-xml --reader soft:card sign --profile egov egov/kousei.xml
is 'on a terminal' "$rc" 0
for text in '添付 1.txt' shinsei.xml 'SHA-256' 'address'; do
	ok "it shows $text" grep -q "$text" log/out
done
is 'the password is not shown' "$(grep -c ABC123 log/out)" 0
ok 'at most 22 commands' test "$(grep -c '^> ' log/out)" -le 22
typed no $sign sign a
is 'no is no' "$rc $(grep -c '^> ' log/out)" '1 0'
typed yes $sign sign a
is 'yes is yes' "$rc" 0
for columns in 40 80; do
	for lang in en ja; do
		for args in --help 'sing a' 'verify x.xml' \
		    'verify egov/kousei-signed.xml'; do
			COLUMNS=$columns typed '' env -u JPKI_DEBUG \
			    jpki-xml --lang $lang $args
			fits $columns "$lang: $args"
		done
	done
done
# The manual's examples, as they stand there.
mkdir manual
cd manual || exit
ln -s ../log .
cp ../a drawing.pdf
cp ../a.xtx return.xtx
echo '<letter><p Id="body">一</p></letter>' >letter.xml
cp -R ../egov application
sed -n '/^\.Sh EXAMPLES/,/^\.Sh SEE/{/^\$ /,/[^e]$/p;}' \
    "$here/../../examples/tools/man/jpki-xml.1" |
    sed '/^\./d; s/^\$ //; s/\\e$/\\/; s|soft:card |&--pin-source file:../sign.pin |' \
    >script
has xmlsec1 || sed -i 's/xmlsec1 --verify/: /' script
is 'there are examples' "$(grep -c 'jpki-xml\|: \|xmlsec1' script)" 10
sed -i '/jpki-softcard new/s/.*/cp -R ..\/card card/' script
ok "the manual's examples" sh -e script
cd "$tmp" || exit

# What xmlsec1 signs, in each way to canonicalize.
lax=
has xmlsec1 && xmlsec1 --help-sign 2>&1 | grep -q -e --lax-key-search &&
    lax=--lax-key-search
for method in TR/2001/REC-xml-c14n-20010315 2006/12/xml-c14n11 \
    2001/10/xml-exc-c14n; do
	for comments in '' WithComments; do
		if ! has xmlsec1; then
			skip "xmlsec1 signs by $method $comments" "no xmlsec1"
			continue
		fi
		case $method,$comments in
		*exc-c14n,*) uri=http://www.w3.org/$method\#$comments ;;
		*,'') uri=http://www.w3.org/$method ;;
		*) uri=http://www.w3.org/$method#$comments ;;
		esac
		cat >template.xml <<-END
		<?xml version="1.0" encoding="UTF-8"?>
		<!-- top -->
		<r xmlns="urn:r" xmlns:x="urn:x" xml:lang="ja"><!-- in -->
		<t Id="t" x:a="1">一 二<u xmlns="" xmlns:y="urn:y" y:b="2"/>
		<Signature xmlns="http://www.w3.org/2000/09/xmldsig#">
		<SignedInfo><CanonicalizationMethod Algorithm="$uri"/>
		<!-- in SignedInfo -->
		<SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"/>
		<Reference URI="#t"><Transforms>
		<Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"/>
		<Transform Algorithm="$uri"/></Transforms>
		<DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/>
		<DigestValue/></Reference></SignedInfo><SignatureValue/>
		<KeyInfo><X509Data/></KeyInfo></Signature></t></r>
		END
		ok "xmlsec1 signs by $method $comments" xmlsec1 --sign $lax \
		    --privkey-pem card/sign.key,card/sign.pem --id-attr:Id \
		    urn:r:t --output by.xml template.xml
		run jpki-xml verify --ca card/sign-ca.pem --id t by.xml
		is "which jpki-xml verifies" "$rc" 0
		sed -i 's/一/—/' by.xml
		run jpki-xml verify --ca card/sign-ca.pem --id t by.xml
		is "and refuses when it was changed" "$rc" 1
	done
done

run jpki-xml --version
is '--version' "$rc $(grep -c '^jpki-xml (libjpki) [0-9]' log/out)" '0 1'
cat log/out log/err ./*.xml egov/*.xml >everything
is 'no PIN in any output' "$(grep -aci -e abc123 -e 414243313233 everything)" 0
finish
