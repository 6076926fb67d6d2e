import type { HostStates } from "./seed-host-states.ts";
import type { SeededPublishing } from "./seed-publishing.ts";
import type { Seeded } from "./seed.ts";

/** A screen to look at: its name in file names, and its address. */
export type ScreenAddress = { readonly name: string; readonly path: string };

/** Screens that need nothing to exist. */
export const EMPTY_SCREENS: readonly ScreenAddress[] = [
  { name: "home", path: "/" },
  { name: "fleets", path: "/fleets" },
  { name: "fleets-create", path: "/fleets?new=fleet" },
  { name: "applications", path: "/applications" },
  { name: "publish", path: "/publish" },
  { name: "rollouts", path: "/rollouts" },
  { name: "audit", path: "/audit" },
  { name: "settings", path: "/settings" },
  { name: "settings-stores", path: "/settings/stores" },
  { name: "settings-stores-registry", path: "/settings/stores?new=oci" },
  { name: "settings-stores-github", path: "/settings/stores?new=github" },
  { name: "settings-trust", path: "/settings/trust" },
  { name: "settings-trust-hand-over", path: "/settings/trust?open=takeover" },
  { name: "settings-trust-online-keys", path: "/settings/trust?open=online-keys" },
  { name: "settings-access", path: "/settings/access" },
  { name: "settings-about", path: "/settings/about" },
  { name: "nowhere", path: "/nowhere" },
];

/** Every screen of a world in the middle of things, drawers and dialogs among them. */
export function fullScreens(seeded: Seeded): readonly ScreenAddress[] {
  const fleet = `/fleets/${seeded.fleet.id}`;
  const application = `/applications/${seeded.application.id}`;
  const release = seeded.rollout.targets[0]?.toReleaseId ?? "";
  return [
    ...EMPTY_SCREENS.filter((screen) => screen.name !== "nowhere"),
    { name: "fleet", path: fleet },
    { name: "fleet-filtered", path: `${fleet}?q=${encodeURIComponent("group:canary status:failed")}` },
    { name: "fleet-no-match", path: `${fleet}?q=nothing-like-this` },
    { name: "fleet-tokens", path: `${fleet}?tab=tokens` },
    { name: "fleet-policy", path: `${fleet}?subscription=${seeded.subscriptionId}` },
    { name: "fleet-enrol", path: `${fleet}?enrol=host` },
    { name: "host", path: `/hosts/${seeded.hostId}` },
    { name: "host-failed", path: `/hosts/${seeded.brokenHostId}` },
    { name: "applications-register", path: "/applications?new=application" },
    { name: "application", path: application },
    { name: "application-release", path: `${application}?release=${release}` },
    { name: "application-adopt", path: `${application}?open=adopt` },
    { name: "application-move", path: `${application}?open=move&release=${release}` },
    { name: "rollouts-start", path: `/rollouts?new=rollout&fleet=${seeded.fleet.id}&release=${release}` },
    { name: "rollouts-no-match", path: "/rollouts?q=nothing-like-this" },
    { name: "rollout", path: `/rollouts/${seeded.rollout.id}` },
    { name: "rollout-tripped", path: `/rollouts/${seeded.trippedRollout.id}` },
    { name: "audit-entry", path: "/audit?entry=8" },
    { name: "settings-token", path: "/settings/access?new=token" },
  ];
}

/** What looks different once releases go to several stores and operators sign them. */
export function publishingScreens({ application }: Seeded, { underWay, waiting, requestId }: SeededPublishing): readonly ScreenAddress[] {
  return [
    { name: "home-publishing", path: "/" },
    { name: "application-publishing", path: `/applications/${application.id}` },
    { name: "release-under-way", path: `/applications/${application.id}?release=${underWay.id}` },
    { name: "release-waiting", path: `/applications/${application.id}?release=${waiting.id}` },
    { name: "settings-stores-two", path: "/settings/stores" },
    { name: "settings-trust-operators", path: "/settings/trust" },
    { name: "settings-trust-change", path: "/settings/trust?open=takeover" },
    { name: "settings-trust-exchange", path: "/settings/trust?open=online-keys" },
    { name: "settings-trust-request", path: `/settings/trust?request=${requestId}` },
    { name: "settings-trust-minimum", path: `/settings/trust?open=minimum&of=${application.id}` },
  ];
}

/** Hosts with whatever can be the matter with an application, or with the agent itself. */
export function hostStateScreens(states: HostStates): readonly ScreenAddress[] {
  return Object.entries(states).map(([name, id]) => ({ name: `host-${name}`, path: `/hosts/${id}` }));
}
