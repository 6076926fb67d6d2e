import { QUERY_ROOTS, type QueryRoot } from "./query-keys.ts";

const STALE_BY_NOUN: Readonly<Record<string, readonly QueryRoot[]>> = {
  application: ["applications", "home", "audit"],
  channel: ["applications", "releases", "fleets", "subscriptions", "home", "audit"],
  delta: ["deltas"],
  release: ["releases", "deltas", "publications", "applications", "home", "hosts", "audit"],
  upload: ["uploads", "adoptions"],
  adoption: ["adoptions", "audit"],
  fleet: ["fleets", "home", "audit"],
  group: ["fleets", "home", "hosts", "audit"],
  token: ["tokens", "audit"],
  subscription: ["fleets", "subscriptions", "home", "hosts", "applications", "audit"],
  host: ["hosts", "fleets", "home", "system", "rollouts"],
  command: ["hosts"],
  grant: ["hosts", "rollouts", "home"],
  rollout: ["rollouts", "home", "fleets", "subscriptions", "hosts", "applications", "audit"],
  rollback: ["rollouts", "home", "fleets", "subscriptions", "hosts", "audit"],
  wave: ["rollouts", "home", "audit"],
  session: ["audit"],
  member: ["rollouts", "home", "hosts"],
  audit: ["audit", "home"],
  settings: ["settings", "system", "audit"],
  access: ["access", "audit"],
  trust: ["trust", "system", "home", "audit", "releases", "publications"],
  store: ["stores", "audit"],
  publication: ["publications", "releases", "home"],
  system: ["system"],
};

/** Which cached nouns a live topic (`rollout.paused`) makes stale. A topic we do not know makes everything stale. */
export function rootsOfTopic(topic: string): readonly QueryRoot[] {
  return STALE_BY_NOUN[topic.split(".")[0] ?? ""] ?? QUERY_ROOTS;
}
