import type { FleetRow } from "#shared/contract/fleets.ts";
import { slug } from "#shared/lib/scalars.ts";

/** What one application is at across a fleet: one version, or several because groups differ. */
export type FleetApplication = { readonly name: string; readonly versions: readonly string[] };

/** The applications of a fleet with the targets of its groups, in the order of the groups. */
export function applicationsOf(fleet: FleetRow): readonly FleetApplication[] {
  const byName = new Map<string, string[]>();
  for (const subscription of fleet.groups.flatMap((group) => group.subscriptions)) {
    const versions = byName.get(subscription.applicationName) ?? [];
    if (subscription.targetVersion !== undefined && !versions.includes(subscription.targetVersion))
      versions.push(subscription.targetVersion);
    byName.set(subscription.applicationName, versions);
  }
  return [...byName].map(([name, versions]) => ({ name, versions })).sort((left, right) => left.name.localeCompare(right.name));
}

/** Why the named groups cannot be, or undefined when they can. */
export function groupsProblem(groups: readonly string[]): string | undefined {
  if (groups.length === 0) return "A fleet needs at least one group.";
  const wrong = groups.find((name) => !slug.safeParse(name).success);
  if (wrong !== undefined) return `“${wrong}” will not do: use lower-case letters, digits and dashes.`;
  return undefined;
}
