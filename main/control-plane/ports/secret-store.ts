/**
 * Where tokens, passwords and signing keys lie at rest: the keyring of the desktop's user, or an encrypted file on a
 * server. Nothing else of the control plane keeps a secret: the database, the audit, logs and errors hold names only.
 *
 * A name is a path of plain words (`store/<id>`, `signing/root`); a value is opaque bytes of at most 64 KiB. Writes are
 * durable when they resolve, and atomic: a kill leaves the old value or the new one.
 */
export type SecretStore = {
  /** How it protects what it holds, as one sentence to people; shown on screen. */
  readonly protection: string;
  /** @throws AppError ENV_SECRETS_LOCKED when it cannot be opened, ENV_DATA_CORRUPT when the value is damaged. */
  read(name: string): Promise<Uint8Array | undefined>;
  /** @throws AppError ENV_SECRETS_LOCKED, ENV_DISK_FULL, INPUT_INVALID for a name that is none. */
  write(name: string, value: Uint8Array): Promise<void>;
  /** Removes a secret; one that is gone already is no error. */
  remove(name: string): Promise<void>;
  /** Names that begin with the prefix, sorted. Never values. */
  names(prefix: string): Promise<readonly string[]>;
};
