import type { ReadRequest } from "#main/client/trust/read-signing-request.ts";
import type { ReviewedRequest } from "#main/client/trust/review-request.ts";
import { AppError } from "#shared/errors/app-error.ts";
import { shownText } from "#shared/lib/shown-text.ts";

/** What the person is asked before a key of theirs signs. All texts of others in it are escaped. */
export type SigningQuestion = {
  readonly message: string;
  readonly detail: string;
  /** Whether something in it is not explained by its own purpose. */
  readonly isAlarming: boolean;
};

/** A native dialog does not scroll everywhere: what does not fit would be signed unseen. */
const MAX_LINES = 24;
const MAX_DIGESTS = 10;

/**
 * Words the question: what the request changes, warnings first, and the digests of what will be signed, as they were
 * computed here. The fingerprint stands for all documents; operators compare it by voice.
 *
 * @throws AppError INPUT_TOO_LARGE for a request that no dialog shows whole; the command line shows it.
 */
export function signingQuestion(read: ReadRequest, { headline, lines }: ReviewedRequest, keyLabel: string): SigningQuestion {
  const warnings = lines.filter(({ tone }) => tone === "warning").map(({ text }) => `⚠ ${text}`);
  const others = lines.filter(({ tone }) => tone !== "warning").map(({ text }) => text);
  if (warnings.length + others.length > MAX_LINES) {
    throw new AppError(
      "INPUT_TOO_LARGE",
      `This request changes more than a dialog of ${MAX_LINES} lines shows; nothing was signed. \`rollcall trust sign\` with a key file shows all of it.`,
    );
  }
  const digests = read.documents.slice(0, MAX_DIGESTS).map(({ name, sha256 }) => `${sha256}  ${shownText(name, 60)}`);
  const left = read.documents.length - digests.length;
  return {
    message: `Sign with your key "${shownText(keyLabel, 80)}"?`,
    detail: [
      headline,
      "",
      ...warnings,
      ...others,
      "",
      `Fingerprint ${read.fingerprint}`,
      "SHA-256 of what will be signed:",
      ...digests,
      ...(left > 0 ? [`and ${left} more; the fingerprint stands for all of them`] : []),
    ].join("\n"),
    isAlarming: warnings.length > 0,
  };
}
