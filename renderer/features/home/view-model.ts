import type { Attention, HomeOverview } from "#shared/contract/rollouts.ts";

/** How urgent a thing looks. Red is only for what needs a person now. */
export type AttentionLook = { readonly status: "failed" | "paused" | "unknown"; readonly word: string };

const LOOKS: Readonly<Record<Attention["severity"], AttentionLook>> = {
  now: { status: "failed", word: "Now" },
  soon: { status: "paused", word: "Soon" },
  know: { status: "unknown", word: "Good to know" },
};

/** How one thing that needs a person looks. */
export function attentionLook(severity: Attention["severity"]): AttentionLook {
  return LOOKS[severity];
}

const ORDER: readonly Attention["severity"][] = ["now", "soon", "know"];

/** Most urgent first, and among equals the one that has waited longest. */
export function sortAttention(list: readonly Attention[]): readonly Attention[] {
  return [...list].sort((left, right) => ORDER.indexOf(left.severity) - ORDER.indexOf(right.severity) || left.since - right.since);
}

type Cell = HomeOverview["matrix"][number]["groups"][number]["cells"][number];

/** A row of the matrix: one group, with a cell, or none, under every application. */
export type MatrixRow = {
  readonly fleetId: string;
  readonly fleetName: string;
  /** True on the first group of a fleet, where the fleet's name stands. */
  readonly isFirst: boolean;
  readonly groupId: string;
  readonly groupName: string;
  readonly hosts: number;
  readonly cells: readonly (Cell | undefined)[];
};

/** Groups down, applications across. */
export type Matrix = { readonly applications: readonly string[]; readonly rows: readonly MatrixRow[] };

/** Turns the overview's matrix into rows and columns, applications by name. */
export function matrixOf(fleets: HomeOverview["matrix"]): Matrix {
  const names = new Set(fleets.flatMap((fleet) => fleet.groups.flatMap((group) => group.cells.map((cell) => cell.applicationName))));
  const applications = [...names].sort((left, right) => left.localeCompare(right));
  const rows = fleets.flatMap((fleet) =>
    fleet.groups.map((group, at) => ({
      fleetId: fleet.fleetId,
      fleetName: fleet.fleetName,
      isFirst: at === 0,
      groupId: group.groupId,
      groupName: group.groupName,
      hosts: group.hosts,
      cells: applications.map((name) => group.cells.find((cell) => cell.applicationName === name)),
    })),
  );
  return { applications, rows };
}

/** Hosts of a cell that run its target, and all that report a version. */
export function onTarget(cell: Cell): { readonly reached: number; readonly reporting: number } {
  const reporting = cell.versions.reduce((sum, share) => sum + share.hosts, 0);
  return { reached: cell.versions.find((share) => share.version === cell.targetVersion)?.hosts ?? 0, reporting };
}

/** One step of the first run. */
export type SetupStep = {
  readonly id: keyof HomeOverview["setup"];
  readonly title: string;
  readonly why: string;
  readonly verb: string;
  readonly href: string;
  readonly cli: string;
};

/** From nothing to the first rollout, in order. */
export const SETUP_STEPS: readonly SetupStep[] = [
  {
    id: "hasApplication",
    title: "Register an application",
    why: "An application is a thing that has releases. It gets a product id such as org.example.web.",
    verb: "Register an application",
    href: "/applications?new=application",
    cli: "rollcall app create org.example.web Web",
  },
  {
    id: "hasFleet",
    title: "Create a fleet with ordered groups",
    why: "A fleet is a set of hosts. Its groups are the order in which rollouts reach them: canary, early, everyone.",
    verb: "Create a fleet",
    href: "/fleets?new=fleet",
    cli: "rollcall fleet create production --groups canary,early,everyone",
  },
  {
    id: "hasHost",
    title: "Enrol a host",
    why: "One command on the machine. It makes its own key; the token only admits it.",
    verb: "Enrol a host",
    href: "/fleets?enrol=host",
    cli: "rollcall fleet token production/canary",
  },
  {
    id: "hasRelease",
    title: "Publish a release",
    why: "Drop a binary anywhere on this window. Version and platform are read from the file; nothing reaches a host yet.",
    verb: "Publish a release",
    href: "/publish",
    cli: "rollcall publish org.example.web ./web --version 1.0.0",
  },
  {
    id: "hasRollout",
    title: "Start a rollout",
    why: "Group by group, behind a gate: success, failures, bake time. Take it back with one click.",
    verb: "Start a rollout",
    href: "/rollouts?new=rollout",
    cli: "rollcall rollout start production org.example.web@1.0.0",
  },
];

/** The first step that is not done, or undefined when all are. */
export function nextStep(setup: HomeOverview["setup"]): SetupStep | undefined {
  return SETUP_STEPS.find((step) => !setup[step.id]);
}
