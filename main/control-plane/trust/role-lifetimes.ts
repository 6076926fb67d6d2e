const DAY_MS = 86_400_000;

/** The four roles that root names (TUF specification, section 2.1). Delegated roles are product ids, which always have a dot. */
export const TOP_LEVEL_ROLES = ["root", "targets", "snapshot", "timestamp"] as const;
export type TopLevelRole = (typeof TOP_LEVEL_ROLES)[number];

const LIFETIMES: Readonly<Record<TopLevelRole, number>> = {
  root: 730 * DAY_MS,
  targets: 365 * DAY_MS,
  snapshot: 7 * DAY_MS,
  timestamp: 7 * DAY_MS,
};

/** How long a role's metadata is valid from its signing, in milliseconds. Delegated roles live as long as targets. */
export function lifetimeMs(role: string): number {
  return isTopLevelRole(role) ? LIFETIMES[role] : LIFETIMES.targets;
}

/** Whether the role is one of root's own. */
export function isTopLevelRole(role: string): role is TopLevelRole {
  return TOP_LEVEL_ROLES.some((one) => one === role);
}

/**
 * When metadata that ends at `expiresAt` is signed again: at half of its life, so that a control plane that was off
 * for days still finds hosts that believe it.
 */
export function renewalDueAt(role: string, expiresAt: number): number {
  return expiresAt - lifetimeMs(role) / 2;
}

/** Whether the role's metadata is to be signed again now. */
export function isRenewalDue(role: string, expiresAt: number, now: number): boolean {
  return now >= renewalDueAt(role, expiresAt);
}

/** `expires` as TUF writes it: UTC, whole seconds. */
export function expiryText(role: string, now: number): string {
  return `${new Date(now + lifetimeMs(role)).toISOString().slice(0, 19)}Z`;
}
