import type { TrustStatus } from "#shared/contract/trust.ts";
import type { SigningRequest } from "#shared/domain/trust/signing-request.ts";
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

/** Which steps are behind us, by what stands: the draft, an open request, or operators who hold the keys already. */
export function takeoverSteps(mode: TrustStatus["mode"], request: SigningRequest | undefined, isDraftReady: boolean): TakeoverSteps {
  if (request !== undefined) return { keys: DONE, draft: DONE, sign: { status: "paused", word: requestWords(request) }, done: TO_DO };
  if (mode === "operator-held") return { keys: DONE, draft: DONE, sign: DONE, done: DONE };
  return { keys: isDraftReady ? DONE : NOW, draft: isDraftReady ? NOW : TO_DO, sign: TO_DO, done: TO_DO };
}
