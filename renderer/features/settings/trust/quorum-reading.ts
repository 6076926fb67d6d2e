import { z } from "zod";
import { operatorKey, operatorQuorum, type OperatorKey, type OperatorQuorum } from "#shared/domain/trust/trust-key.ts";
import { readJson } from "#shared/domain/trust/reading/read-json.ts";
import { AppError } from "#shared/errors/app-error.ts";
import type { QuorumDraft } from "../../../stores/quorum-draft-store.ts";

/** The public half of a key as `rollcall trust key create` writes it beside the key. */
const publicKeyFile = z.object({ kind: z.literal("rollcall.public-key"), v: z.literal(1), ...operatorKey.shape });

/**
 * The public half in a file that an operator handed over.
 *
 * @throws AppError INPUT_INVALID for anything else, and above all for a private key, which must never come here.
 */
export function readPublicKey(text: string): OperatorKey {
  const file = readJson(publicKeyFile, text);
  if (file === undefined) {
    const isPrivate = text.includes('"rollcall.operator-key"') || text.includes("PRIVATE KEY");
    throw new AppError(
      "INPUT_INVALID",
      isPrivate
        ? "This is a private key. It stays with its owner; bring the file that ends in .pub. Nothing of it was kept or sent."
        : "This is no public key of an operator; bring the file that ends in .pub.",
    );
  }
  return { label: file.label, publicKey: file.publicKey, use: file.use };
}

/** A draft that can be asked for, or what stands in its way. */
export type QuorumReading =
  | { readonly quorum: OperatorQuorum; readonly missing: readonly [] }
  | { readonly quorum: undefined; readonly missing: readonly string[] };

/** Reads the draft with the schema that the control plane holds it to, and with what it refuses besides. */
export function readQuorum({ keys, threshold }: QuorumDraft): QuorumReading {
  const operators = keys.filter((key) => key.use === "operator").length;
  const missing = [
    ...(operators === 0 ? ["Bring the public half of each operator’s key."] : []),
    ...(operators > 0 && operators < threshold
      ? [`${threshold} must sign, and there ${operators === 1 ? "is" : "are"} only ${operators}.`]
      : []),
    ...(keys.some((key) => key.use === "recovery") ? [] : ["Bring a recovery key: without it, one lost laptop ends trust for good."]),
  ];
  const parsed = operatorQuorum.safeParse({ threshold, keys });
  if (missing.length === 0 && parsed.success) return { quorum: parsed.data, missing: [] };
  return { quorum: undefined, missing: missing.length > 0 ? missing : ["Two keys are the same, or there are too many."] };
}

/** What is allowed and yet worth a thought, or undefined. */
export function quorumAdvice({ keys, threshold }: QuorumDraft): string | undefined {
  const operators = keys.filter((key) => key.use === "operator").length;
  if (threshold === 1) return "One signature is enough: whoever steals one key signs releases. Two of three is a good beginning.";
  if (operators === threshold) return "Every operator must sign every time: nobody may be ill, and no key may be lost. Add one more.";
  return undefined;
}
