import type { FleetRow } from "#shared/contract/fleets.ts";
import type { Attention, RolloutRow } from "#shared/contract/rollouts.ts";
import { OFFLINE_WARNING_MS } from "#shared/domain/trust/freshness.ts";
import { formatDuration } from "#shared/lib/format.ts";
import type { Trouble } from "../fleet/host-troubles.ts";
import type { AwaitedSignatures, TrustRoleExpiry } from "./home-sources.ts";

/** A wave that has done everything but get a person's word. */
export type AwaitedApproval = { readonly rolloutId: string; readonly groupName: string; readonly ordinal: number; readonly since: number };

/** Everything that may need a person, as it stands at `now`. */
export type AttentionFacts = {
  readonly now: number;
  readonly rollouts: readonly RolloutRow[];
  /** When each stopped rollout stopped, by id. */
  readonly stoppedAt: ReadonlyMap<string, number>;
  readonly approvals: readonly AwaitedApproval[];
  readonly troubles: readonly Trouble[];
  readonly trustRoles: readonly TrustRoleExpiry[];
  readonly signatures: readonly AwaitedSignatures[];
  readonly fleets: readonly FleetRow[];
  /** When each held-back subscription left its channel, by id. */
  readonly heldSince: ReadonlyMap<string, number>;
};

/** As many as the contract carries. */
const MOST = 100;

const URGENCY: readonly Attention["severity"][] = ["now", "soon", "know"];

/** What needs a person: most urgent first, and among equals what has waited longest. */
export function attentionList(facts: AttentionFacts): Attention[] {
  const all = [
    ...facts.rollouts.flatMap((rollout) => stoppedRollout(rollout, facts)),
    ...facts.approvals.flatMap((approval) => awaitedApproval(approval, facts.rollouts)),
    ...facts.troubles.map((trouble) => hostTrouble(trouble)),
    ...facts.trustRoles.flatMap((role) => expiringTrust(role, facts.now)),
    ...awaitedSignatures(facts.signatures),
    ...facts.fleets.flatMap((fleet) => heldBack(fleet, facts)),
  ];
  all.sort((left, right) => URGENCY.indexOf(left.severity) - URGENCY.indexOf(right.severity) || left.since - right.since);
  return all.slice(0, MOST);
}

function stoppedRollout(rollout: RolloutRow, { stoppedAt }: AttentionFacts): readonly Attention[] {
  if (rollout.state !== "tripped" && rollout.state !== "paused") return [];
  const since = stoppedAt.get(rollout.id) ?? rollout.startedAt ?? rollout.createdAt;
  const common = { detail: described(rollout), since, href: `/rollouts/${rollout.id}` };
  return rollout.state === "tripped"
    ? [{ kind: "rollout-tripped", severity: "now", title: `${rollout.title} tripped its gate`, ...common }]
    : [{ kind: "rollout-paused", severity: "soon", title: `${rollout.title} is paused`, ...common }];
}

function described({ fleetName, stateReason }: RolloutRow): string {
  return stateReason === "" ? fleetName : `${fleetName}: ${stateReason}`;
}

function awaitedApproval(approval: AwaitedApproval, rollouts: readonly RolloutRow[]): readonly Attention[] {
  const rollout = rollouts.find((one) => one.id === approval.rolloutId);
  if (rollout === undefined) return [];
  const detail = `${rollout.fleetName}: wave ${approval.ordinal + 1} (${approval.groupName}) is done`;
  const title = `${rollout.title} waits for your approval`;
  return [{ kind: "approval", severity: "soon", title, detail, since: approval.since, href: `/rollouts/${rollout.id}` }];
}

type TroubleWords = {
  readonly kind: Attention["kind"];
  readonly severity: Attention["severity"];
  readonly one: string;
  readonly many: string;
  readonly query: string;
};

const TROUBLES: Readonly<Record<Trouble["kind"], TroubleWords>> = {
  pending: { kind: "host-pending", severity: "soon", one: "waits for approval", many: "wait for approval", query: "status:paused" },
  cloned: { kind: "host-cloned", severity: "now", one: "is cloned", many: "are cloned", query: "status:failed" },
  refused: {
    kind: "host-refused",
    severity: "soon",
    one: "was refused: somebody forged or replayed its words",
    many: "were refused: somebody forged or replayed their words",
    query: "",
  },
  silent: { kind: "host-silent", severity: "soon", one: "is silent", many: "are silent", query: "status:unknown" },
};

function hostTrouble(trouble: Trouble): Attention {
  const { kind, severity, one, many, query } = TROUBLES[trouble.kind];
  const common = { kind, severity, detail: trouble.fleetName, since: trouble.since };
  return trouble.count === 1
    ? { ...common, title: `Host ${trouble.name} ${one}`, href: `/hosts/${trouble.hostId}` }
    : { ...common, title: `${trouble.count} hosts ${many}`, href: `/fleets/${trouble.fleetId}?q=${encodeURIComponent(query)}` };
}

function expiringTrust({ role, expiresAt, lifetimeMs, online, needsAttention }: TrustRoleExpiry, now: number): readonly Attention[] {
  if (!needsAttention) return [];
  const leftMs = expiresAt - now;
  const since = online ? expiresAt - lifetimeMs / 4 : expiresAt - OFFLINE_WARNING_MS;
  const common = { kind: "trust-expiring" as const, since: Math.floor(since), href: "/settings/trust" };
  if (leftMs <= 0)
    return [
      { ...common, severity: "now", title: `The signature of ${role} has expired`, detail: "Hosts install nothing until it is renewed." },
    ];
  const detail = online ? `In ${formatDuration(leftMs)}.` : `In ${formatDuration(leftMs)}: the operators have to sign it anew.`;
  return [{ ...common, severity: "soon", title: `The signature of ${role} expires`, detail }];
}

function awaitedSignatures(requests: readonly AwaitedSignatures[]): readonly Attention[] {
  const releases = requests.filter(({ kind }) => kind === "publish");
  const others = requests.filter(({ kind }) => kind !== "publish");
  return [
    ...waiting(releases, `${releases.length} releases wait for signatures`),
    ...waiting(others, `${others.length} changes of trust wait for signatures`),
  ];
}

function waiting(requests: readonly AwaitedSignatures[], many: string): readonly Attention[] {
  const [first] = requests;
  if (first === undefined) return [];
  const titles = requests.map(({ title }) => title);
  return [
    {
      kind: "signatures-awaited",
      severity: "soon",
      title: requests.length === 1 ? `"${first.title}" waits for signatures` : many,
      detail: requests.length === 1 ? "Operators sign it with `rollcall trust sign`." : titles.slice(0, 3).join("; "),
      since: Math.min(...requests.map(({ since }) => since)),
      href: "/settings/trust",
    },
  ];
}

function heldBack(fleet: FleetRow, { heldSince, now }: AttentionFacts): readonly Attention[] {
  return fleet.groups
    .flatMap((group) => group.subscriptions)
    .flatMap((subscription): readonly Attention[] =>
      subscription.heldBack === undefined
        ? []
        : [
            {
              kind: "held-back",
              severity: "know",
              title: `${subscription.applicationName} in ${subscription.groupName} is ${subscription.heldBack}`,
              detail: fleet.name,
              since: heldSince.get(subscription.id) ?? now,
              href: `/fleets/${fleet.id}`,
            },
          ],
    );
}
