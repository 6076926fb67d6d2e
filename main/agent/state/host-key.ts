import { createPrivateKey, createPublicKey, generateKeyPair, sign, type KeyObject } from "node:crypto";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import { AppError } from "#shared/errors/app-error.ts";
import { writeFileAtomic } from "#main/node/atomic-write.ts";
import { isNotFound } from "#main/node/disk-error.ts";

/** The host's identity towards its control plane. The private key never leaves this object or its file. */
export type HostKey = {
  /** Raw public key, base64url, as the protocol carries it. */
  readonly publicKey: string;
  /** Ed25519 signature of `bytes`, base64url. */
  sign(bytes: Uint8Array): string;
};

// A JWK is the one form of an Ed25519 key in which Node hands out the raw 32 bytes, base64url as the protocol has them.
function rawPublicKey(key: KeyObject): string {
  const { x } = createPublicKey(key).export({ format: "jwk" });
  if (key.asymmetricKeyType !== "ed25519" || x === undefined) throw new TypeError("not an Ed25519 key");
  return x;
}

async function readKey(path: string): Promise<KeyObject | undefined> {
  let pem: string;
  try {
    pem = await readFile(path, "utf8");
  } catch (thrown) {
    if (isNotFound(thrown)) return undefined;
    throw thrown;
  }
  try {
    return createPrivateKey(pem);
  } catch (cause) {
    throw new AppError("ENV_DATA_CORRUPT", `The host key ${path} is damaged; it was kept and the agent did not start.`, {
      cause,
      details: { path },
    });
  }
}

/**
 * The key in `path`, made on first use (PKCS #8 PEM, readable by the owner alone) and durable before it is ever shown
 * to a control plane.
 *
 * @throws AppError ENV_DATA_CORRUPT when the file is there and is no key: a new one would silently be another host.
 */
export async function loadHostKey(path: string): Promise<HostKey> {
  let key = await readKey(path);
  if (key === undefined) {
    key = (await promisify(generateKeyPair)("ed25519")).privateKey;
    await writeFileAtomic(path, key.export({ format: "pem", type: "pkcs8" }), 0o600);
  }
  const privateKey = key;
  return { publicKey: rawPublicKey(key), sign: (bytes) => sign(null, bytes, privateKey).toString("base64url") };
}
