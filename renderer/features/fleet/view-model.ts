import type { FleetRow, GroupRow, HostRow } from "#shared/contract/fleets.ts";
import type { EnrolmentToken } from "#shared/domain/fleet/fleet.ts";
import { STATUS_BY_SEVERITY, type Status } from "../../styles/status-tokens.ts";
import type { TableSort } from "../../components/data-table-columns.ts";

/** How many hosts have each status, worst first; statuses that no host has are left out. */
export function statusCounts(hosts: readonly HostRow[]): readonly { readonly status: Status; readonly count: number }[] {
  return STATUS_BY_SEVERITY.map((status) => ({ status, count: hosts.filter((host) => host.status === status).length })).filter(
    (one) => one.count > 0,
  );
}

/** Reads a sort from the URL: `name` or `-lastSeen`. */
export function readSort(text: string | null): TableSort {
  if (text === null || text === "") return { column: "name", descending: false };
  return text.startsWith("-") ? { column: text.slice(1), descending: true } : { column: text, descending: false };
}

/** Writes a sort for the URL. */
export function writeSort(sort: TableSort): string {
  return `${sort.descending ? "-" : ""}${sort.column}`;
}

/** The groups in the order rollouts take them. */
export function orderedGroups(fleet: FleetRow): readonly GroupRow[] {
  return [...fleet.groups].sort((left, right) => left.position - right.position);
}

/** The ids of the groups after one of them moved by `step` places, or undefined when it stands at that end already. */
export function movedOrder(groups: readonly GroupRow[], groupId: string, step: -1 | 1): GroupRow["id"][] | undefined {
  const at = groups.findIndex((group) => group.id === groupId);
  const other = groups[at + step];
  const moving = groups[at];
  if (other === undefined || moving === undefined) return undefined;
  return groups.map((group) => (group === moving ? other.id : group === other ? moving.id : group.id));
}

/** What became of an enrolment token. */
export type TokenLook = { readonly status: Status; readonly word: string; readonly isOpen: boolean };

/** Whether a token still admits hosts at `now`, epoch ms. */
export function tokenLook(token: EnrolmentToken, now: number): TokenLook {
  if (token.revokedAt !== undefined) return { status: "unknown", word: "Revoked", isOpen: false };
  if (token.uses >= token.maxUses) return { status: "healthy", word: "Used up", isOpen: false };
  if (token.expiresAt <= now) return { status: "unknown", word: "Expired", isOpen: false };
  return { status: "progressing", word: "Open", isOpen: true };
}

/** Hosts of a group that enrolled since `since`, epoch ms, oldest first: those that a fresh token let in. */
export function arrivals(hosts: readonly HostRow[], groupId: string, since: number): readonly HostRow[] {
  return hosts
    .filter((host) => host.groupId === groupId && host.enrolledAt >= since)
    .sort((left, right) => left.enrolledAt - right.enrolledAt);
}
