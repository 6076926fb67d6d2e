/**
 * What a key is for. Each role has a key of its own: the TUF top-level roles, one product id per application (which
 * always has a dot, so it is none of the others), and `audit` for checkpoints.
 */
export type SigningRole = string;

/** One key per role. There is no method that returns a private key, and there must never be one. */
export type HeldKeys = {
  /**
   * Raw Ed25519 public key, 32 bytes. A role's first use makes its key, durably, before this resolves.
   * @throws AppError INPUT_INVALID for a role that is not a plain name, ENV_DATA_CORRUPT when the stored key is damaged.
   */
  publicKey(role: SigningRole): Promise<Uint8Array>;
  /** Ed25519 signature over the bytes, 64 bytes. Throws as `publicKey` does. */
  sign(role: SigningRole, bytes: Uint8Array): Promise<Uint8Array>;
  /** Whether a key of this role is held; asking makes none. */
  holds(role: SigningRole): Promise<boolean>;
  /** Destroys the role's key; one that is gone already is no error. */
  forget(role: SigningRole): Promise<void>;
};

/**
 * Signs with keys that never leave the shell: a control plane that is taken over can misuse a key while it is held, not
 * carry it away.
 *
 *     role:       key A ───────────── takeNext ──▶ key B      (A is destroyed)
 *     next.role:  ───── first use: key B ──┘
 */
export type Signer = HeldKeys & {
  /** Keys that are to follow those of their roles. They are durable, and sign while both are needed. */
  readonly next: HeldKeys;
  /**
   * Puts the role's next key in the place of its present one, which is destroyed. A kill leaves the present key with the
   * next one beside it, or the next one in both places; calling it again completes it.
   * @throws AppError NOT_FOUND when the role has no next key, ENV_DATA_CORRUPT when that is damaged: nothing was changed.
   */
  takeNext(role: SigningRole): Promise<void>;
};
