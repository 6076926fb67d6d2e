import { createHmac, timingSafeEqual } from "node:crypto";
import { hostId, type HostId } from "#shared/lib/ids.ts";

/** How long a host's access token is good for. */
export const ACCESS_TOKEN_MS = 3_600_000;

/** A token is replaced when less than this is left of it. */
export const ACCESS_RENEWAL_MS = 10 * 60_000;

const PREFIX = "rch1";

/**
 * The short-lived Bearer with which a host reads trust metadata and blobs: `rch1.<host>.<expiry>.<mac>`. The HMAC binds
 * host and expiry to a key of this control plane, so nothing is stored per token.
 */
export class AccessTokens {
  readonly #key: Buffer;

  /** @param secret 32 random bytes, base64url. */
  constructor(secret: string) {
    this.#key = Buffer.from(secret, "base64url");
  }

  issue(host: HostId, now: number): string {
    const head = `${PREFIX}.${host}.${now + ACCESS_TOKEN_MS}`;
    return `${head}.${this.#mac(head)}`;
  }

  /** The host that holds this token, or undefined when it is forged or has ended at `now`. */
  hostOf(token: string, now: number): HostId | undefined {
    const cut = token.lastIndexOf(".");
    if (cut < 0 || token.length > 1000) return undefined;
    const head = token.slice(0, cut);
    const [prefix, host, expiry] = head.split(".");
    if (prefix !== PREFIX || !this.#isMac(head, token.slice(cut + 1)) || Number(expiry) <= now) return undefined;
    return hostId.safeParse(host).data;
  }

  #mac(head: string): string {
    return createHmac("sha256", this.#key).update(head).digest("base64url");
  }

  #isMac(head: string, given: string): boolean {
    const right = Buffer.from(this.#mac(head));
    const tried = Buffer.from(given);
    return right.length === tried.length && timingSafeEqual(right, tried);
  }
}
