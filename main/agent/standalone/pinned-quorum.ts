import { hash, type KeyObject } from "node:crypto";
import { z } from "zod";
import { AppError } from "#shared/errors/app-error.ts";
import { canonicalJson } from "#shared/lib/canonical-json.ts";
import { ed25519PublicKey } from "#main/node/ed25519-signature.ts";
import { readBoundedFile } from "#main/node/read-bounded-file.ts";
import type { TrustConfig } from "./standalone-config.ts";

/** The keys that may sign what this host installs, by their ids, and how many of them must have. */
export type PinnedQuorum = { readonly keys: ReadonlyMap<string, KeyObject>; readonly threshold: number };

const MAX_ROOT_BYTES = 512_000;
const MAX_KEYS = 64;

const key = z.object({
  keytype: z.literal("ed25519"),
  scheme: z.literal("ed25519"),
  keyval: z.object({ public: z.string().regex(/^[0-9a-f]{64}$/) }),
});
const root = z.object({
  signed: z.object({
    _type: z.literal("root"),
    expires: z.iso.datetime(),
    keys: z.record(z.string(), z.unknown()),
    roles: z.object({ targets: z.object({ keyids: z.array(z.string()).min(1).max(MAX_KEYS), threshold: z.int().min(1).max(MAX_KEYS) }) }),
  }),
});

/** The id of a key, as signatures and metadata name it: the SHA-256 of its canonical JSON (TUF specification, section 4.2). */
function idOf(publicHex: string): string {
  return hash("sha256", canonicalJson({ keytype: "ed25519", scheme: "ed25519", keyval: { public: publicHex } }));
}

function toQuorum(publicHexes: readonly string[], threshold: number): PinnedQuorum {
  const keys = new Map(publicHexes.map((hex) => [idOf(hex), ed25519PublicKey(Buffer.from(hex, "hex").toString("base64url"))]));
  if (keys.size >= threshold) return { keys, threshold };
  throw new AppError(
    "INPUT_INVALID",
    `${threshold} signatures are asked for and only ${keys.size} keys are given; nothing can be installed.`,
  );
}

/**
 * Reads whom this host trusts. A root file is taken as it lies there: it was pinned by being put there, and is read anew
 * each time, so that a newer one counts without a restart.
 *
 * @returns undefined for a host that is told to trust nobody's signature.
 * @throws AppError INPUT_INVALID for what is no such root or too few keys, TRUST_METADATA_EXPIRED.
 */
export async function readPinnedQuorum(trust: TrustConfig, now: number): Promise<PinnedQuorum | undefined> {
  if ("unsigned" in trust) return undefined;
  if ("keys" in trust)
    return toQuorum(
      trust.keys.map((text) => Buffer.from(text, "base64url").toString("hex")),
      trust.threshold,
    );
  const { signed } = await readRoot(trust.root);
  if (Date.parse(signed.expires) <= now)
    throw new AppError(
      "TRUST_METADATA_EXPIRED",
      `The pinned root ${trust.root} ended on ${signed.expires}; put the present one there. Nothing was installed.`,
    );
  const { keyids, threshold } = signed.roles.targets;
  const found = keyids.flatMap((id) => {
    const parsed = key.safeParse(signed.keys[id]).data;
    // A key under another's id would be looked for under a name that it does not have.
    return parsed !== undefined && idOf(parsed.keyval.public) === id ? [parsed.keyval.public] : [];
  });
  return toQuorum(found, threshold);
}

async function readRoot(path: string): Promise<z.infer<typeof root>> {
  try {
    const document: unknown = JSON.parse((await readBoundedFile(path, MAX_ROOT_BYTES)).toString("utf8"));
    return root.parse(document);
  } catch (cause) {
    throw new AppError("INPUT_INVALID", `${path} is no root of trust; nothing was installed.`, { cause, details: { path } });
  }
}
