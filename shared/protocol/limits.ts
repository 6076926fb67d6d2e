/** Protocol version that this build speaks; the one before is served too. */
export const PROTOCOL_VERSION = 1;

/** Largest frame in bytes that either side reads. A host with 32 applications and full log tails stays below. */
export const MAX_FRAME_BYTES = 256 * 1024;

/** Close codes of the link, in the private range of RFC 6455 section 7.4.2. */
export const LINK_CLOSE = {
  badFrame: 4400,
  unauthenticated: 4401,
  revoked: 4403,
  cloned: 4409,
  tooLarge: 4413,
  unsupported: 4426,
  restarting: 4503,
} as const;

/** Paths of the agent's side of the control plane. */
export const AGENT_PATHS = {
  enrol: "/agent/v1/enrol",
  link: "/agent/v1/link",
  /** Long-poll fallback: POST one or more agent frames, get the control plane's frames. */
  poll: "/agent/v1/poll",
  trustMetadata: "/agent/v1/trust/metadata",
  trustTargets: "/agent/v1/trust/targets",
  /** Blobs by digest, with Range and ETag; a Bearer token from the link. */
  registry: "/v2",
} as const;
