import type { HostLink } from "#main/control-plane/rollout/host-link.ts";
import type { HostSeam, Observation } from "#main/control-plane/rollout/host-seam.ts";
import type { HostId } from "#shared/lib/ids.ts";
import type { DesiredApplication } from "#shared/protocol/control-frames.ts";

/** A rollout engine that wants what a test says and keeps what it is told. */
export type ScriptedSeam = HostSeam & {
  readonly desired: Map<HostId, readonly DesiredApplication[]>;
  readonly recorded: { readonly hostId: HostId; readonly observation: Observation }[];
  readonly changed: HostId[];
  readonly observedHosts: HostId[];
  /** Runs inside the commit of every observation. */
  onRecord: (() => void) | undefined;
  link: HostLink | undefined;
};

/** Makes one that wants nothing. */
export function scriptedSeam(): ScriptedSeam {
  const seam: ScriptedSeam = {
    desired: new Map(),
    recorded: [],
    changed: [],
    observedHosts: [],
    onRecord: undefined,
    link: undefined,
    desiredFor: (hostId) => Promise.resolve(seam.desired.get(hostId) ?? []),
    record: (_raw, hostId, observation) => {
      seam.onRecord?.();
      seam.recorded.push({ hostId, observation });
    },
    observed: (hostId) => void seam.observedHosts.push(hostId),
    wasRevoked: () => false,
    hostChanged: (hostId) => void seam.changed.push(hostId),
    attach: (link) => {
      seam.link = link;
    },
  };
  return seam;
}
