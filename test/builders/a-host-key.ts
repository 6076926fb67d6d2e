import { generateKeyPairSync, sign } from "node:crypto";
import type { HostFacts } from "#shared/domain/host/reported.ts";
import type { EnrolRequest } from "#shared/protocol/enrolment.ts";
import { enrolmentBytes } from "#shared/protocol/signing.ts";

/** Facts of an ordinary machine. */
export const HOST_FACTS: HostFacts = {
  hostname: "web-1.example",
  platform: "linux/amd64",
  osRelease: "Debian 13",
  agentVersion: "0.1.0",
  cpuCount: 4,
  memoryBytes: 8_000_000_000,
};

/** A host's key, and enrolment requests signed with it. */
export type TestHostKey = {
  readonly publicKey: string;
  enrolRequest(change: Partial<EnrolRequest> & Pick<EnrolRequest, "secret" | "at">): EnrolRequest;
};

/** Makes a fresh key. A `signature` in the change is kept, to forge one. */
export function aHostKey(): TestHostKey {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  const raw = publicKey.export({ format: "jwk" }).x ?? "";
  return {
    publicKey: raw,
    enrolRequest: ({ signature, ...change }) => {
      const request = { v: 1 as const, publicKey: raw, name: "web-1", facts: HOST_FACTS, ...change };
      return { ...request, signature: signature ?? sign(null, enrolmentBytes(request), privateKey).toString("base64url") };
    },
  };
}
