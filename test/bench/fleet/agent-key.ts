import { generateKeyPairSync, sign, type KeyObject } from "node:crypto";

/** A host's own Ed25519 key, as the agent makes one at enrolment. */
export type AgentKey = { readonly publicKey: string; readonly sign: (bytes: Uint8Array) => string };

/** Makes a key that lives in memory. */
export function makeAgentKey(): AgentKey {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  return { publicKey: rawPublicKey(publicKey), sign: (bytes) => sign(null, bytes, privateKey).toString("base64url") };
}

function rawPublicKey(key: KeyObject): string {
  return key.export({ format: "der", type: "spki" }).subarray(-32).toString("base64url");
}
