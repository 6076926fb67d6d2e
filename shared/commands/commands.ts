import type { Permission } from "../domain/access/permission.ts";

/** Where a command stands in menus, the palette and help. */
export type CommandSection = "Go to" | "Do" | "This view" | "Console";

/** A default key, or the reason why there is none. Keys are written `g h` (one after the other) or `mod+k` (together). */
export type CommandKey = { readonly keys: string } | { readonly keyless: string };

/** One thing a user can do, wherever it is offered: menu, palette, button, help, command line. */
export type Command = CommandKey & {
  readonly id: string;
  /** Sentence case, verb first. */
  readonly title: string;
  readonly section: CommandSection;
  readonly permission: Permission | "anyone";
  /** Further words that find it in the palette. */
  readonly words?: string;
  /** The same from a shell. */
  readonly cli?: string;
};

/**
 * Every command of Rollcall. Menus, palette, keyboard, help and the CLI's help read this one table. Nothing that
 * destroys or stops has a bare-letter key.
 */
export const COMMANDS = [
  { id: "go.home", title: "Go to home", section: "Go to", keys: "g h", permission: "view", words: "overview dashboard attention" },
  {
    id: "go.fleets",
    title: "Go to fleets",
    section: "Go to",
    keys: "g f",
    permission: "view",
    words: "hosts groups machines",
    cli: "rollcall fleet list",
  },
  {
    id: "go.applications",
    title: "Go to applications",
    section: "Go to",
    keys: "g a",
    permission: "view",
    words: "releases channels apps",
    cli: "rollcall app list",
  },
  {
    id: "go.rollouts",
    title: "Go to rollouts",
    section: "Go to",
    keys: "g r",
    permission: "view",
    words: "deploy waves",
    cli: "rollcall rollout list",
  },
  {
    id: "go.publish",
    title: "Publish a release",
    section: "Go to",
    keys: "g p",
    permission: "release.publish",
    words: "upload drop binary artifact",
    cli: "rollcall publish PRODUCT-ID FILE --version VERSION",
  },
  {
    id: "go.audit",
    title: "Go to audit",
    section: "Go to",
    keys: "g u",
    permission: "audit.read",
    words: "log history record who",
    cli: "rollcall audit export",
  },
  {
    id: "go.settings",
    title: "Go to settings",
    section: "Go to",
    keys: "g s",
    permission: "view",
    words: "trust keys tokens storage about",
  },
  {
    id: "go.stores",
    title: "Go to stores",
    section: "Go to",
    keys: "g o",
    permission: "view",
    words: "registry oci github folder publish places",
  },
  {
    id: "go.trust",
    title: "Go to trust and signing requests",
    section: "Go to",
    keys: "g t",
    permission: "view",
    words: "keys sign root signatures requests operators",
    cli: "rollcall trust status",
  },

  {
    id: "fleet.create",
    title: "Create a fleet",
    section: "Do",
    keys: "c f",
    permission: "fleet.manage",
    words: "new register",
    cli: "rollcall fleet create NAME",
  },
  {
    id: "host.enrol",
    title: "Enrol a host",
    section: "Do",
    keys: "c h",
    permission: "fleet.manage",
    words: "token agent add machine new",
    cli: "rollcall fleet token FLEET/GROUP",
  },
  {
    id: "application.create",
    title: "Register an application",
    section: "Do",
    keys: "c a",
    permission: "release.publish",
    words: "new create app",
    cli: "rollcall app create PRODUCT-ID NAME",
  },
  {
    id: "rollout.create",
    title: "Start a rollout",
    section: "Do",
    keys: "c r",
    permission: "rollout.control",
    words: "new deploy release update",
    cli: "rollcall rollout start FLEET PRODUCT-ID@VERSION",
  },
  {
    id: "access.createToken",
    title: "Create an API token",
    section: "Do",
    keys: "c t",
    permission: "access.manage",
    words: "new pipeline secret",
  },
  {
    id: "audit.verify",
    title: "Verify the audit",
    section: "Do",
    keyless: "It is run seldom, from the audit view or the palette.",
    permission: "audit.read",
    words: "prove chain hash checkpoints",
    cli: "rollcall audit verify",
  },

  {
    id: "rollout.pause",
    title: "Pause this rollout",
    section: "This view",
    keys: "mod+.",
    permission: "rollout.control",
    words: "stop offering halt",
    cli: "rollcall rollout pause ID",
  },
  {
    id: "rollout.resume",
    title: "Resume this rollout",
    section: "This view",
    keyless: "Resuming asks first, so it has no key of its own.",
    permission: "rollout.control",
    cli: "rollcall rollout resume ID",
  },
  {
    id: "rollout.rollback",
    title: "Roll back",
    section: "This view",
    keyless: "Rolling back is never one stray key away.",
    permission: "rollback",
    words: "undo revert take back",
    cli: "rollcall rollback FLEET PRODUCT-ID",
  },
  {
    id: "store.add",
    title: "Add a store",
    section: "Do",
    keys: "c s",
    permission: "settings.manage",
    words: "registry oci github folder new",
  },
  {
    id: "trust.handOver",
    title: "Hand signing over to operators",
    section: "This view",
    keyless: "It is done once in the life of a control plane, from the trust settings.",
    permission: "trust.manage",
    words: "keys operators quorum takeover root trust",
  },
  {
    id: "release.adopt",
    title: "Bring in a release from a store",
    section: "This view",
    keyless: "It is done now and then, from an application’s page or the palette.",
    permission: "release.publish",
    words: "adopt import registry github found",
  },
  {
    id: "release.compare",
    title: "Compare with the current release",
    section: "This view",
    keys: "=",
    permission: "view",
    words: "diff difference libraries size changed",
    cli: "rollcall release compare PRODUCT-ID@VERSION",
  },
  { id: "view.filter", title: "Filter this view", section: "This view", keys: "/", permission: "anyone", words: "search find" },
  { id: "view.next", title: "Next item", section: "This view", keys: "]", permission: "anyone" },
  { id: "view.previous", title: "Previous item", section: "This view", keys: "[", permission: "anyone" },

  { id: "view.palette", title: "Search or run a command", section: "Console", keys: "mod+k", permission: "anyone" },
  { id: "view.help", title: "Show keys and help", section: "Console", keys: "?", permission: "anyone", words: "shortcuts keyboard" },
  {
    id: "view.theme",
    title: "Switch between light and dark",
    section: "Console",
    keyless: "It is set once, in the header or the palette.",
    permission: "anyone",
    words: "theme colour scheme",
  },
  {
    id: "session.end",
    title: "Log out",
    section: "Console",
    keyless: "Logging out by a stray key would be a nuisance.",
    permission: "anyone",
    words: "session sign leave exit",
  },
] as const satisfies readonly Command[];

/** The id of a command in {@link COMMANDS}. */
export type CommandId = (typeof COMMANDS)[number]["id"];

const BY_ID: ReadonlyMap<string, Command> = new Map(COMMANDS.map((command) => [command.id, command]));

/** Finds a command. Every {@link CommandId} has one; text from outside may not. */
export function findCommand(id: string): Command | undefined {
  return BY_ID.get(id);
}

/** The default keys of a command, or undefined where it has none. */
export function keysOf(command: Command): string | undefined {
  return "keys" in command ? command.keys : undefined;
}
