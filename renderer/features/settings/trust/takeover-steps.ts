import type { TrustStatus } from "#shared/contract/trust.ts";
import type { SigningRequest } from "#shared/domain/trust/signing-request.ts";
import type { QuorumDraft } from "../../../stores/quorum-draft-store.ts";
import type { Status } from "../../../styles/status-tokens.ts";
import { requestWords } from "./request-words.ts";

/** Where a step of the hand-over stands. */
export type StepLook = { readonly status: Status; readonly word: string };

/** The steps of handing signing over, each with its state. */
export type TakeoverSteps = { readonly keys: StepLook; readonly draft: StepLook; readonly sign: StepLook; readonly done: StepLook };

const TO_DO: StepLook = { status: "unknown", word: "To do" };
const DONE: StepLook = { status: "healthy", word: "Done" };
const NOW: StepLook = { status: "progressing", word: "Now" };

/** The open request that changes who signs, or undefined. */
export function quorumRequest(requests: readonly SigningRequest[]): SigningRequest | undefined {
  return requests.find((one) => one.state === "open" && one.intent.kind === "quorum");
}

/** Whether the draft names exactly those who sign already. */
export function isPresentQuorum({ keys, threshold }: QuorumDraft, status: Pick<TrustStatus, "mode" | "keys" | "threshold">): boolean {
  const names = (list: readonly { readonly publicKey: string; readonly use: string }[]) =>
    list
      .map((key) => `${key.publicKey}:${key.use}`)
      .toSorted()
      .join();
  return status.mode === "operator-held" && threshold === status.threshold && names(keys) === names(status.keys);
}

/** Which steps are behind us: by an open request, else by the draft, which may be in force already. */
export function takeoverSteps(request: SigningRequest | undefined, draft: "in-force" | "ready" | "incomplete"): TakeoverSteps {
  if (request !== undefined) return { keys: DONE, draft: DONE, sign: { status: "paused", word: requestWords(request) }, done: TO_DO };
  if (draft === "in-force") return { keys: DONE, draft: DONE, sign: DONE, done: DONE };
  const isReady = draft === "ready";
  return { keys: isReady ? DONE : NOW, draft: isReady ? NOW : TO_DO, sign: TO_DO, done: TO_DO };
}
