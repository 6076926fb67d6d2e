/** The views that the menu reaches, in the order of the console's own sidebar. Keys are Mod+1 to Mod+7. */
export const CONSOLE_VIEWS = [
  { label: "Home", path: "/" },
  { label: "Rollouts", path: "/rollouts" },
  { label: "Applications", path: "/applications" },
  { label: "Publish", path: "/publish" },
  { label: "Fleets", path: "/fleets" },
  { label: "Audit", path: "/audit" },
  { label: "Settings", path: "/settings" },
] as const;
