import { createPrivateKey, hash, X509Certificate } from "node:crypto";
import { mkdir, readFile, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { SecretStore } from "#main/control-plane/ports/secret-store.ts";
import { syncFolder, writeFileAtomic } from "#main/node/atomic-write.ts";
import { isNotFound } from "#main/node/disk-error.ts";
import { AppError } from "#shared/errors/app-error.ts";

const KEY_SECRET = "tls/server";

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
 * data folder lives, since tokens and agents pin it. Its key is a secret; one that an earlier version left as a file is
 * taken over.
 *
 * @param names host names and addresses that browsers may compare.
 * @throws AppError ENV_DATA_CORRUPT when the stored one is damaged.
 */
export async function ownCertificate(dataFolder: string, secrets: SecretStore, names: readonly string[]): Promise<ServerCertificate> {
  const folder = join(dataFolder, "tls");
  const [certificatePath, keyPath] = [join(folder, "certificate.pem"), join(folder, "key.pem")];
  const stored = await readPem(certificatePath);
  const key = await storedKey(keyPath, secrets);
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
  await secrets.write(KEY_SECRET, Buffer.from(made.privateKey));
  await writeFileAtomic(certificatePath, made.certificate, 0o644);
  return pair(made.certificate, made.privateKey);
}

/** The key as it is kept; a file with one goes when its key is durable in the store. */
async function storedKey(path: string, secrets: SecretStore): Promise<string | undefined> {
  const file = await readPem(path);
  const stored = await secrets.read(KEY_SECRET);
  if (file === undefined) return stored === undefined ? undefined : Buffer.from(stored).toString("utf8");
  await secrets.write(KEY_SECRET, Buffer.from(file));
  await rm(path, { force: true });
  await syncFolder(dirname(path));
  return file;
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
