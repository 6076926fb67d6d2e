const DAY_MS = 86_400_000;

/** The four roles that root names (TUF specification, section 2.1). Delegated roles are product ids, which always have a dot. */
export const TOP_LEVEL_ROLES = ["root", "targets", "snapshot", "timestamp"] as const;
export type TopLevelRole = (typeof TOP_LEVEL_ROLES)[number];

/**
 * Who signs root, targets and applications: this control plane's own keys, or a quorum of operators. Derived from root,
 * never a setting: whoever could change a setting could end the operators' say.
 */
export type TrustMode = "server-held" | "operator-held";

const LIFETIMES: Readonly<Record<TopLevelRole, number>> = {
  root: 730 * DAY_MS,
  targets: 365 * DAY_MS,
  snapshot: 7 * DAY_MS,
  timestamp: 7 * DAY_MS,
};

/**
 * How long a withdrawn release can still be shown to a host that never saw the withdrawal, once the control plane is
 * stolen; so it is short where operators sign.
 */
const OPERATOR_TARGETS_MS = 30 * DAY_MS;

/** How long a role's metadata is valid from its signing, in milliseconds. Delegated roles live as long as targets. */
export function lifetimeMs(role: string, mode: TrustMode): number {
  const known = isTopLevelRole(role) ? role : "targets";
  return known === "targets" && mode === "operator-held" ? OPERATOR_TARGETS_MS : LIFETIMES[known];
}

/** Whether the role is one of root's own. */
export function isTopLevelRole(role: string): role is TopLevelRole {
  return TOP_LEVEL_ROLES.some((one) => one === role);
}

/** Whether the control plane signs this role by itself: snapshot and timestamp always, the others while it holds their keys. */
export function isOnline(role: string, mode: TrustMode): boolean {
  return mode === "server-held" || role === "snapshot" || role === "timestamp";
}

/**
 * When metadata that ends at `expiresAt` is signed again: at half of its life, so that a control plane that was off
 * for days still finds hosts that believe it.
 */
export function renewalDueAt(role: string, mode: TrustMode, expiresAt: number): number {
  return expiresAt - lifetimeMs(role, mode) / 2;
}

/** Whether the role's metadata is to be signed again now. */
export function isRenewalDue(role: string, mode: TrustMode, expiresAt: number, now: number): boolean {
  return now >= renewalDueAt(role, mode, expiresAt);
}

/** `expires` as TUF writes it: UTC, whole seconds. */
export function expiryText(role: string, mode: TrustMode, now: number): string {
  return `${new Date(now + lifetimeMs(role, mode)).toISOString().slice(0, 19)}Z`;
}
