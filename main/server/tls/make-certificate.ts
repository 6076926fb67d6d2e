// @peculiar/x509 needs the polyfill before its own first line.
import "reflect-metadata";
import { randomBytes } from "node:crypto";
import { isIP } from "node:net";
import { PemConverter, SubjectAlternativeNameExtension, X509CertificateGenerator } from "@peculiar/x509";

const ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;

/** Agents pin the certificate itself, so that only its loss makes a new one necessary. */
const LIFETIME_YEARS = 20;

/** Makes a self-signed certificate (ECDSA P-256) for these names and addresses; both parts in PEM. */
export async function makeCertificate(names: readonly string[]): Promise<{ readonly certificate: string; readonly privateKey: string }> {
  const keys = await crypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);
  const notBefore = new Date(Date.now() - 86_400_000);
  const notAfter = new Date(notBefore);
  notAfter.setFullYear(notAfter.getFullYear() + LIFETIME_YEARS);
  const alternatives = names.map((value) => ({ type: isIP(value) === 0 ? ("dns" as const) : ("ip" as const), value }));
  const certificate = await X509CertificateGenerator.createSelfSigned(
    {
      serialNumber: randomBytes(16).toString("hex"),
      name: "CN=Rollcall control plane",
      notBefore,
      notAfter,
      keys,
      signingAlgorithm: ALGORITHM,
      extensions: [new SubjectAlternativeNameExtension(alternatives)],
    },
    crypto,
  );
  const privateKey = PemConverter.encode(await crypto.subtle.exportKey("pkcs8", keys.privateKey), "PRIVATE KEY");
  return { certificate: certificate.toString("pem"), privateKey };
}
