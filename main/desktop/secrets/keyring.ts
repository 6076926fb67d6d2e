/** A keyring that encrypts for the user who is logged in, and for nobody else. */
export type Keyring = {
  /** @throws AppError ENV_SECRETS_LOCKED with a sentence when there is none that protects, or it is locked. */
  require(): Promise<void>;
  seal(text: string): Promise<Uint8Array>;
  /** `isStale` means that the keyring's key changed and the text should be sealed again. Rejects for bytes that it did not seal. */
  open(sealed: Uint8Array): Promise<{ readonly text: string; readonly isStale: boolean }>;
};
