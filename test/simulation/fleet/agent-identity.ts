import { generateKeyPairSync, randomBytes, sign, type KeyObject } from "node:crypto";
import type { HostId } from "#shared/lib/ids.ts";
import type { AgentFrame, ReportBody } from "#shared/protocol/agent-frames.ts";
import type { EnrolRequest } from "#shared/protocol/enrolment.ts";
import { enrolmentBytes, linkProofBytes, reportBytes } from "#shared/protocol/signing.ts";
import { PROTOCOL_VERSION } from "#shared/protocol/limits.ts";

/** A host's key pair and everything it signs, exactly as the protocol asks. */
export class AgentIdentity {
  readonly publicKey: string;
  readonly #privateKey: KeyObject;

  constructor() {
    const pair = generateKeyPairSync("ed25519");
    this.#privateKey = pair.privateKey;
    this.publicKey = pair.publicKey.export({ format: "jwk" }).x ?? "";
  }

  enrolRequest(request: Omit<EnrolRequest, "signature" | "publicKey" | "v">): EnrolRequest {
    const unsigned = { v: 1 as const, publicKey: this.publicKey, ...request };
    return { ...unsigned, signature: this.#sign(enrolmentBytes(unsigned)) };
  }

  proof(hostId: HostId, nonce: string, boot: string): AgentFrame {
    const signature = this.#sign(linkProofBytes({ hostId, nonce, boot }));
    return { type: "proof", v: PROTOCOL_VERSION, hostId, boot, publicKey: this.publicKey, signature };
  }

  report(hostId: HostId, boot: string, sequence: number, body: ReportBody): Extract<AgentFrame, { type: "report" }> {
    return { type: "report", boot, sequence, body, signature: this.#sign(reportBytes({ hostId, boot, sequence, body })) };
  }

  #sign(bytes: Uint8Array): string {
    return sign(null, bytes, this.#privateKey).toString("base64url");
  }
}

/** The name of one run of an agent. */
export function newBoot(): string {
  return randomBytes(16).toString("base64url");
}
