import { createPrivateKey, hash, X509Certificate } from "node:crypto";
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { writeFileAtomic } from "#main/node/atomic-write.ts";
import { isNotFound } from "#main/node/disk-error.ts";
import { AppError } from "#shared/errors/app-error.ts";

/** A certificate with its key, and the pin by which agents know it. */
export type ServerCertificate = {
  readonly certificate: string;
  readonly privateKey: string;
  /** SHA-256 of the certificate in DER form, hex. */
  readonly pin: string;
};

/** Where an operator's own certificate lies, both PEM. */
export type CertificateFiles = { readonly certificateFile: string; readonly keyFile: string };

/** Reads an operator's own certificate. @throws AppError INPUT_INVALID when the files are missing, unreadable or no pair. */
export async function readCertificate(files: CertificateFiles): Promise<ServerCertificate> {
  try {
    const [certificate, privateKey] = await Promise.all([readFile(files.certificateFile, "utf8"), readFile(files.keyFile, "utf8")]);
    return pair(certificate, privateKey);
  } catch (cause) {
    throw new AppError("INPUT_INVALID", `The certificate ${files.certificateFile} and its key cannot be used; nothing was started.`, {
      cause,
    });
  }
}

/**
 * The certificate that this control plane made for itself; the first use makes it. It stays the same for as long as the
 * data folder lives, since tokens and agents pin it.
 *
 * @param names host names and addresses that browsers may compare.
 * @throws AppError ENV_DATA_CORRUPT when the stored one is damaged.
 */
export async function ownCertificate(dataFolder: string, names: readonly string[]): Promise<ServerCertificate> {
  const folder = join(dataFolder, "tls");
  const [certificatePath, keyPath] = [join(folder, "certificate.pem"), join(folder, "key.pem")];
  const stored = await readPem(certificatePath);
  const key = await readPem(keyPath);
  if (stored !== undefined && key !== undefined) {
    try {
      return pair(stored, key);
    } catch (cause) {
      throw new AppError("ENV_DATA_CORRUPT", `The certificate at ${certificatePath} is damaged; nothing was started.`, { cause });
    }
  }
  const { makeCertificate } = await import("./make-certificate.ts");
  const made = await makeCertificate(names);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  // The key first: a certificate without its key would be found, a key without its certificate is made anew.
  await writeFileAtomic(keyPath, made.privateKey, 0o600);
  await writeFileAtomic(certificatePath, made.certificate, 0o644);
  return pair(made.certificate, made.privateKey);
}

function pair(certificate: string, privateKey: string): ServerCertificate {
  const parsed = new X509Certificate(certificate);
  if (!parsed.checkPrivateKey(createPrivateKey(privateKey))) throw new TypeError("the key does not belong to the certificate");
  return { certificate, privateKey, pin: hash("sha256", parsed.raw) };
}

async function readPem(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (thrown) {
    if (isNotFound(thrown)) return undefined;
    throw thrown;
  }
}
