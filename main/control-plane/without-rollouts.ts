import { AppError } from "#shared/errors/app-error.ts";
import type { RolloutSeam } from "./fleet/fleet-ports.ts";
import { writeLastSeen } from "./link/hot/link-rows.ts";
import type { HostSeam } from "./rollout/host-seam.ts";

/** Until rollouts are composed in: hosts connect and are seen, nothing is offered to any of them, and nobody can pause that. */
export const withoutRollouts: HostSeam & RolloutSeam = {
  desiredFor: () => Promise.resolve([]),
  record: (raw, hostId, _observation, now) => writeLastSeen(raw, hostId, now),
  observed: () => undefined,
  hostChanged: () => undefined,
  attach: () => undefined,
  explain: () => Promise.resolve([]),
  hostsChanged: () => undefined,
  groupChanged: () => undefined,
  pause: () => Promise.reject(missing()),
  resume: () => Promise.reject(missing()),
};

function missing(): AppError {
  return new AppError("ENV_UNSUPPORTED", "This build has no rollout engine; nothing was changed.");
}
