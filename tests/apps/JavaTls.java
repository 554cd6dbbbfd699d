// SPDX-License-Identifier: Apache-2.0
import java.io.BufferedReader;
import java.io.FileInputStream;
import java.io.InputStreamReader;
import java.security.KeyStore;
import java.security.Provider;
import java.security.Security;
import java.security.cert.CertificateFactory;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/**
 * JavaTls CONFIGURATION PIN PORT CA VERSION: what a server at localhost answers
 * whoever has the card's certificate.
 */
class JavaTls {
	public static void main(String[] args) throws Exception {
		Provider card = Security.getProvider("SunPKCS11")
		    .configure(args[0]);
		Security.addProvider(card);
		KeyStore keys = KeyStore.getInstance("PKCS11", card);
		keys.load(null, args[1].toCharArray());
		KeyManagerFactory ours = KeyManagerFactory.getInstance("SunX509");
		ours.init(keys, null);

		KeyStore authorities = KeyStore.getInstance("PKCS12");
		authorities.load(null, null);
		authorities.setCertificateEntry("ca", CertificateFactory
		    .getInstance("X.509")
		    .generateCertificate(new FileInputStream(args[3])));
		TrustManagerFactory theirs = TrustManagerFactory
		    .getInstance("PKIX");
		theirs.init(authorities);

		SSLContext tls = SSLContext.getInstance("TLS");
		tls.init(ours.getKeyManagers(), theirs.getTrustManagers(), null);
		SSLSocket socket = (SSLSocket)tls.getSocketFactory()
		    .createSocket("localhost", Integer.parseInt(args[2]));
		socket.setEnabledProtocols(new String[] { args[4] });
		socket.getOutputStream().write("GET / HTTP/1.0\r\n\r\n"
		    .getBytes("US-ASCII"));
		BufferedReader answer = new BufferedReader(
		    new InputStreamReader(socket.getInputStream()));
		for (String line; (line = answer.readLine()) != null;)
			System.out.println(line);
	}
}
