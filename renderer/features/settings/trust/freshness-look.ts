import { freshnessOf, needsAttention } from "#shared/domain/trust/freshness.ts";
import type { StateLook } from "../../../components/state-status.ts";

type Role = { readonly expiresAt: number; readonly lifetimeMs: number; readonly online: boolean };

const WORDS = { fresh: "Fresh", half: "Half its life left", quarter: "A quarter left", tenth: "A tenth left", expired: "Expired" } as const;

/**
 * How near its end a document is at `now`: what people must act on is failed, what renews itself and has not yet is
 * waiting. `fraction` is the share of its life that is left.
 */
export function freshnessLook(role: Role, now: number): StateLook & { readonly fraction: number } {
  const step = freshnessOf(role, now);
  const fraction = role.lifetimeMs === 0 ? 0 : Math.max(0, Math.min(1, (role.expiresAt - now) / role.lifetimeMs));
  const word = WORDS[step];
  if (step === "expired") return { status: "failed", word, fraction };
  if (needsAttention(role, now))
    return { status: "failed", word: role.online ? `${word}, not renewed` : `${word}: sign it again`, fraction };
  return { status: step === "fresh" || (step === "half" && role.online) ? "healthy" : "paused", word, fraction };
}
