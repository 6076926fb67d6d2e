import { IconBox, IconHistory, IconHome2, IconRoute, IconServer2, IconSettings, IconUpload, type Icon } from "@tabler/icons-react";
import type { CommandId } from "#shared/commands/commands.ts";

/** One place of the sidebar. */
export type Place = {
  readonly command: CommandId;
  readonly href: string;
  readonly name: string;
  readonly icon: Icon;
  readonly feature: string;
};

/** The places of the console, in the order of a working day. */
export const PLACES: readonly Place[] = [
  { command: "go.home", href: "/", name: "Home", icon: IconHome2, feature: "home" },
  { command: "go.rollouts", href: "/rollouts", name: "Rollouts", icon: IconRoute, feature: "rollouts" },
  { command: "go.applications", href: "/applications", name: "Applications", icon: IconBox, feature: "applications" },
  { command: "go.publish", href: "/publish", name: "Publish", icon: IconUpload, feature: "publish" },
  { command: "go.fleets", href: "/fleets", name: "Fleets", icon: IconServer2, feature: "fleets" },
  { command: "go.audit", href: "/audit", name: "Audit", icon: IconHistory, feature: "audit" },
  { command: "go.settings", href: "/settings", name: "Settings", icon: IconSettings, feature: "settings" },
];

/** Whether a place is where the reader stands. Hosts belong to fleets. */
export function isAt(place: Place, pathname: string): boolean {
  if (place.href === "/") return pathname === "/";
  if (place.href === "/fleets" && pathname.startsWith("/hosts/")) return true;
  return pathname === place.href || pathname.startsWith(`${place.href}/`);
}
