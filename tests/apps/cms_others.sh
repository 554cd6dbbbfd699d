#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# jpki-cms verify on what other programs sign: openssl, gpgsm, Bouncy Castle.
. "$(dirname "$0")/tap.sh"

cp "$here/cms_parts.py" .
"$PYTHON" - <<'END' || exit 99
from cms_parts import *
ca = Cert("CA", Key("ca"), extensions=CA_EXTENSIONS)
ca.write("ca.pem")
for name, key in ("rsa", Key("rsa", kind="RSA")), ("ec", Key("ec")):
    Cert(name, key, ca, EE_EXTENSIONS).write(name + ".pem")
END
echo 'Good day' >f
echo 'Good night' >g

# contents: what all signers of the last run said about it.
contents() {
	sed -n 's/^  Content  *\([A-Za-z]*\).*/\1/p' log/out | sort -u
}

# passes WHAT SIGNATURE [CONTENT]: and no other content does.
passes() {
	run jpki-cms --ca ca.pem verify "$2" ${3:-}
	is "$1" "$rc $(contents)" "0 unchanged"
	[ -n "${3:-}" ] || return 0
	run jpki-cms --ca ca.pem verify "$2" g
	is "$1, another content" "$rc $(contents)" "1 CHANGED"
}

# by_openssl WHAT OPTION...
by_openssl() {
	what=$1
	shift
	rm -f s.p7s
	openssl cms -sign -binary -in f -outform DER -out s.p7s \
	    -signer rsa.pem -inkey rsa.key "$@" 2>log/err ||
	    echo "# openssl failed"
	case $* in
	*-nodetach*) passes "openssl $what" s.p7s ;;
	*) passes "openssl $what" s.p7s f ;;
	esac
}

by_openssl detached
by_openssl cades -cades
by_openssl enclosed -nodetach
by_openssl indefinite -nodetach -stream
by_openssl "key id" -keyid
by_openssl sha512 -md sha512
by_openssl pss -keyopt rsa_padding_mode:pss
by_openssl "pss with a long salt" -md sha384 -keyopt rsa_padding_mode:pss \
    -keyopt rsa_pss_saltlen:64
by_openssl "two signers" -signer ec.pem -inkey ec.key
by_openssl PEM -outform PEM
openssl cms -sign -binary -in f -outform DER -noattr -nosmimecap \
    -signer rsa.pem -inkey rsa.key -out s.p7s
passes "openssl without attributes" s.p7s f
openssl smime -sign -binary -in f -outform DER -signer ec.pem -inkey ec.key \
    -out s.p7s
passes "openssl PKCS #7" s.p7s f
openssl cms -resign -binary -inform DER -in s.p7s -signer rsa.pem \
    -inkey rsa.key -outform DER -out t.p7s
passes "openssl, another signer added" t.p7s f
openssl cms -sign -binary -in f -outform DER -md sha1 -signer rsa.pem \
    -inkey rsa.key -out s.p7s
run jpki-cms --ca ca.pem verify s.p7s f
is "openssl with SHA-1" "$rc $(grep -c 'digest is broken' log/out)" "2 1"

if command -v gpgsm >/dev/null && command -v gpg-agent >/dev/null; then
	GNUPGHOME=$tmp/gnupg
	export GNUPGHOME
	mkdir -m 700 gnupg
	echo allow-loopback-pinentry >gnupg/gpg-agent.conf
	printf '%s\n' disable-crl-checks disable-dirmngr >gnupg/gpgsm.conf
	echo "$(openssl x509 -in ca.pem -noout -fingerprint -sha1 |
	    cut -d= -f2) S relax" >gnupg/trustlist.txt
	gpgsm="gpgsm --batch --yes --pinentry-mode loopback --passphrase-fd 0"
	openssl pkcs12 -export -in rsa.pem -inkey rsa.key -certfile ca.pem \
	    -legacy -passout pass:x -out rsa.p12
	{
		echo x | $gpgsm --import rsa.p12
		echo x | $gpgsm --detach-sign -o g.p7s f
		echo x | $gpgsm --armor --detach-sign -o g.pem f
		echo x | $gpgsm --sign -o g.p7m f
	} >log/gpgsm 2>&1 </dev/null
	[ -s g.p7s ] && [ -s g.pem ] && [ -s g.p7m ] ||
	    sed 's/^/# /' log/gpgsm
	passes "gpgsm" g.p7s f
	passes "gpgsm with armor" g.pem f
	passes "gpgsm, enclosed" g.p7m
	gpgconf --kill gpg-agent
else
	skip "gpgsm" "not here"
fi

jars=/usr/share/java
if [ -f $jars/bcmail.jar ] && command -v javac >/dev/null; then
	cat >Sign.java <<'END'
import java.io.*;
import java.nio.file.*;
import java.security.*;
import java.security.cert.*;
import java.security.spec.*;
import java.util.*;
import org.bouncycastle.cert.jcajce.*;
import org.bouncycastle.cms.*;
import org.bouncycastle.cms.jcajce.*;
import org.bouncycastle.jce.provider.*;
import org.bouncycastle.operator.jcajce.*;

public class Sign {
	static X509Certificate cert(String path) throws Exception {
		try (InputStream in = new FileInputStream(path)) {
			return (X509Certificate)CertificateFactory
			    .getInstance("X.509").generateCertificate(in);
		}
	}

	static PrivateKey key(String path, String kind) throws Exception {
		return KeyFactory.getInstance(kind).generatePrivate(
		    new PKCS8EncodedKeySpec(Files.readAllBytes(
		    Paths.get(path))));
	}

	static SignerInfoGenerator signer(String name, String kind,
	    String how, boolean direct) throws Exception {
		return new JcaSignerInfoGeneratorBuilder(
		    new JcaDigestCalculatorProviderBuilder().build())
		    .setDirectSignature(direct)
		    .build(new JcaContentSignerBuilder(how)
		    .setProvider("BC").build(key(name + ".der", kind)),
		    cert(name + ".pem"));
	}

	public static void main(String[] args) throws Exception {
		Security.addProvider(new BouncyCastleProvider());
		byte[] content = Files.readAllBytes(Paths.get("f"));
		Object[][] ways = {
			{ "b1", "rsa", "RSA", "SHA256withRSA", false },
			{ "b2", "ec", "EC", "SHA384withECDSA", false },
			{ "b3", "rsa", "RSA", "SHA256withRSAandMGF1", false },
			{ "b4", "rsa", "RSA", "SHA512withRSA", true },
		};
		for (Object[] w : ways) {
			CMSSignedDataGenerator g =
			    new CMSSignedDataGenerator();
			g.addSignerInfoGenerator(signer((String)w[1],
			    (String)w[2], (String)w[3], (Boolean)w[4]));
			g.addCertificates(new JcaCertStore(
			    List.of(cert(w[1] + ".pem"))));
			Files.write(Paths.get(w[0] + ".p7s"), g.generate(
			    new CMSProcessableByteArray(content), false)
			    .getEncoded());
			Files.write(Paths.get(w[0] + ".p7m"), g.generate(
			    new CMSProcessableByteArray(content), true)
			    .getEncoded());
		}
		CMSSignedDataStreamGenerator s =
		    new CMSSignedDataStreamGenerator();
		s.setBufferSize(3);
		s.addSignerInfoGenerator(signer("rsa", "RSA",
		    "SHA256withRSA", false));
		s.addCertificates(new JcaCertStore(List.of(cert("rsa.pem"))));
		try (OutputStream file = new FileOutputStream("b5.p7m");
		    OutputStream out = s.open(file, true)) {
			out.write(content);
		}
	}
}
END
	for k in rsa ec; do
		openssl pkcs8 -topk8 -nocrypt -in $k.key -outform DER \
		    -out $k.der
	done
	class=$jars/bcmail.jar:$jars/bcpkix.jar:$jars/bcprov.jar
	class=$class:$jars/bcutil.jar
	java -cp "$class" Sign.java >log/java 2>&1 || sed 's/^/# /' log/java
	for way in 'b1 RSA' 'b2 ECDSA' 'b3 PSS' 'b4 without attributes'; do
		passes "Bouncy Castle, ${way#* }" "${way%% *}.p7s" f
		passes "Bouncy Castle, ${way#* }, enclosed" "${way%% *}.p7m"
	done
	passes "Bouncy Castle, in pieces" b5.p7m
else
	skip "Bouncy Castle" "not here"
fi
finish
