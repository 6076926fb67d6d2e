import type { SigningKey } from "#main/client/trust/open-key-file.ts";
import { readSigningRequest, type ReadRequest } from "#main/client/trust/read-signing-request.ts";
import { reviewRequest } from "#main/client/trust/review-request.ts";
import { signRequest } from "#main/client/trust/sign-request.ts";
import { readMemory, writeMemory } from "#main/client/trust/signer-memory.ts";
import type { KeyringKey } from "#shared/contract/shell.ts";
import type { SignaturesFile } from "#shared/domain/trust/signing-request.ts";
import { AppError } from "#shared/errors/app-error.ts";
import type { OperatorKeyring } from "./operator-keyring.ts";
import { signingQuestion, type SigningQuestion } from "./signing-question.ts";

/** What signing needs from the shell. */
export type OperatorDeskOptions = {
  readonly keyring: OperatorKeyring;
  /** What was signed before is remembered beside this path. */
  readonly memoryBeside: string;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Shows the question in a window of the shell's own; true for a yes. */
  readonly ask: (question: SigningQuestion) => Promise<boolean>;
};

/** The longest request as text. */
const MAX_REQUEST_LENGTH = 16 * 2 ** 20;

/** Where the person at this desktop makes keys and signs with them. No answer holds a private key. */
export class OperatorDesk {
  readonly #options: OperatorDeskOptions;
  #isAsking = false;

  constructor(options: OperatorDeskOptions) {
    this.#options = options;
  }

  /** See ShellTrust.keys. */
  keys(): Promise<readonly KeyringKey[]> {
    return this.#options.keyring.keys();
  }

  /** See ShellTrust.createKey. */
  createKey(label: string): Promise<KeyringKey> {
    return this.#options.keyring.createKey(label, this.#options.now());
  }

  /**
   * Signs a request after the person's yes; undefined when they declined. See ShellTrust.sign.
   *
   * @throws AppError INPUT_TOO_LARGE, INPUT_INVALID, TRUST_REQUEST_REFUSED, TRUST_SIGNATURE_REFUSED, NOT_FOUND,
   *   ENV_SECRETS_LOCKED, CONFLICT_STATE while another request is shown.
   */
  async sign(request: string, keyId: string): Promise<SignaturesFile | undefined> {
    if (request.length > MAX_REQUEST_LENGTH)
      throw new AppError("INPUT_TOO_LARGE", "The request is longer than 16 MiB; nothing was signed.");
    if (this.#isAsking) throw new AppError("CONFLICT_STATE", "Another request is being shown; this one was not signed.");
    this.#isAsking = true;
    try {
      return await this.#askAndSign(request, keyId);
    } finally {
      this.#isAsking = false;
    }
  }

  async #askAndSign(request: string, keyId: string): Promise<SignaturesFile | undefined> {
    const { keyring, memoryBeside, now, ask } = this.#options;
    const key = await keyring.signingKey(keyId);
    const read = readSigningRequest(request);
    const memory = await readMemory(memoryBeside);
    const reviewed = await reviewRequest(read, { memories: [memory], against: undefined, now: now() });
    requireAsked(read, key);
    if (!(await ask(signingQuestion(read, reviewed, key.label)))) return undefined;
    await writeMemory(memoryBeside, memory, reviewed.toRemember);
    return signRequest(read, [key]);
  }
}

/** A request that does not name the key is no question to its holder. */
function requireAsked({ file }: ReadRequest, { keyId, label }: SigningKey): void {
  const isAsked = file.request.documents.some(({ quorums }) => quorums.some(({ keyIds }) => keyIds.includes(keyId)));
  if (!isAsked) throw new AppError("TRUST_SIGNATURE_REFUSED", `The request does not ask for the key "${label}"; nothing was signed.`);
}
