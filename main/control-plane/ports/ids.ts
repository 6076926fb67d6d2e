/** The only source of randomness in the control plane. */
export type Ids = {
  /** A new random UUID. */
  uuid(): string;
  /** 32 random bytes, base64url: token secrets, nonces, session secrets. */
  secret(): string;
};
