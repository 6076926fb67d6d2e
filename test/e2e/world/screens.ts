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
  { name: "settings-trust", path: "/settings/trust" },
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
    { name: "application-move", path: `${application}?open=move&release=${release}` },
    { name: "rollouts-start", path: `/rollouts?new=rollout&fleet=${seeded.fleet.id}&release=${release}` },
    { name: "rollouts-no-match", path: "/rollouts?q=nothing-like-this" },
    { name: "rollout", path: `/rollouts/${seeded.rollout.id}` },
    { name: "rollout-tripped", path: `/rollouts/${seeded.trippedRollout.id}` },
    { name: "audit-entry", path: "/audit?entry=8" },
    { name: "settings-token", path: "/settings/access?new=token" },
  ];
}
