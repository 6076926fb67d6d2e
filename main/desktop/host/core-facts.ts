import type { ContractClient } from "#shared/contract/index.ts";
import type { Activity, Standstill } from "./core-messages.ts";

/** The part of the contract from which the desktop learns what goes on. */
export type CoreClient = Pick<ContractClient, "home" | "rollouts" | "system" | "uploads">;

/** States in which a rollout advances by itself, and so would stand still without a control plane. */
const MOVING: ReadonlySet<string> = new Set(["planned", "running"]);

/** What would stand still if the control plane ended now. Paused and tripped rollouts stand already. */
export async function readStandstill(client: CoreClient): Promise<Standstill> {
  const [rollouts, uploads] = await Promise.all([client.rollouts.list({ active: true, limit: 50 }), client.uploads.list()]);
  return {
    rollouts: rollouts.filter((rollout) => MOVING.has(rollout.state)).map(({ title, state }) => ({ title: title.slice(0, 300), state })),
    uploads: uploads.filter((upload) => upload.state === "receiving" || upload.state === "verifying").length,
  };
}

/** What moves, and what needs a person now. */
export async function readActivity(client: CoreClient): Promise<Activity> {
  const overview = await client.home.overview();
  return {
    moving: overview.moving.filter((rollout) => MOVING.has(rollout.state)).length,
    attention: overview.attention
      .filter((entry) => entry.severity === "now")
      .slice(0, 20)
      .map(({ title, detail, href }) => ({ title: title.slice(0, 300), detail: detail.slice(0, 500), href: href.slice(0, 300) })),
  };
}
