import { createPrivateKey } from "node:crypto";
import { cp, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { openEncryptedFileSecrets } from "#main/adapters/encrypted-file-secrets/open-encrypted-file-secrets.ts";
import { signingKeyOf, type SigningKey } from "#test/fakes/tuf-documents.ts";

/** What lay in a data folder, for whoever has copied it whole: the server's own key opens its secrets. */
export type Loot = {
  readonly folder: string;
  readonly onlineKeys: { readonly snapshot: SigningKey; readonly timestamp: SigningKey };
  /** Names of all the signing keys that were found. */
  readonly heldKeys: readonly string[];
  /** Signed metadata by file name. */
  readonly metadata: ReadonlyMap<string, Buffer>;
  readonly identity: { readonly key: string; readonly cert: string };
};

/** Copies a data folder whose control plane is stopped, and opens what is sealed in it. */
export async function takeLoot(dataFolder: string, folder: string): Promise<Loot> {
  await cp(dataFolder, folder, { recursive: true });
  const secrets = await openEncryptedFileSecrets(folder, { kind: "own-key" });
  const read = async (name: string): Promise<Buffer> => {
    const secret = await secrets.read(name);
    if (secret === undefined) throw new Error(`${name} is not among the secrets`);
    return Buffer.from(secret);
  };
  const key = async (role: string): Promise<SigningKey> =>
    signingKeyOf(createPrivateKey({ key: await read(`signing/${role}`), format: "der", type: "pkcs8" }));
  return {
    folder,
    onlineKeys: { snapshot: await key("snapshot"), timestamp: await key("timestamp") },
    heldKeys: await secrets.names("signing/"),
    metadata: await readMetadata(folder),
    identity: { key: (await read("tls/server")).toString("utf8"), cert: await readFile(join(folder, "tls/certificate.pem"), "utf8") },
  };
}

/** The signed metadata of a data folder, by file name. */
export async function readMetadata(dataFolder: string): Promise<ReadonlyMap<string, Buffer>> {
  const folder = join(dataFolder, "trust");
  const files = (await readdir(folder)).map(async (name) => [name, await readFile(join(folder, name))] as const);
  return new Map(await Promise.all(files));
}
