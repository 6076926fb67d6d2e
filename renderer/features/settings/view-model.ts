import type { ApiToken } from "#shared/contract/administration.ts";
import type { Role } from "#shared/domain/access/permission.ts";
import type { StateLook } from "../../components/state-status.ts";

/** The parts of the settings, in order, with their addresses. */
export const SECTIONS = [
  { id: "general", name: "General" },
  { id: "stores", name: "Stores" },
  { id: "trust", name: "Trust" },
  { id: "access", name: "Access" },
  { id: "about", name: "Storage and about" },
] as const;

/** See {@link SECTIONS}. */
export type SectionId = (typeof SECTIONS)[number]["id"];

/** The section of a URL; anything unknown is the first. */
export function sectionOf(text: string | undefined): SectionId {
  return SECTIONS.find((section) => section.id === text)?.id ?? "general";
}

/** What a trust role is for, in a sentence each. Roles of applications are delegated, one each. */
export function roleWords(role: string): string {
  const known: Readonly<Record<string, string>> = {
    root: "Names the keys of every other role. Hosts pin it when they enrol.",
    targets: "Says which application has which role of its own.",
    snapshot: "Fixes which versions of all documents belong together.",
    timestamp: "Says that the rest is fresh. Renewed by itself, often.",
  };
  return known[role] ?? "Signs the releases of one application.";
}

/** What a mode of keeping keys protects against, and what it does not. */
export type ModeWords = {
  readonly title: string;
  readonly summary: string;
  readonly protects: readonly string[];
  readonly exposes: readonly string[];
};

const MODES: Readonly<Record<"server-held" | "operator-held", ModeWords>> = {
  "server-held": {
    title: "Server-held keys",
    summary: "This control plane holds all signing keys itself. There is no ceremony: whoever may publish here makes signed releases.",
    protects: [
      "A changed file, on the way, in a cache or in a store: hosts refuse it.",
      "Old metadata played back, and versions below a signed minimum.",
      "Somebody between hosts and control plane: hosts pin the root of trust.",
    ],
    exposes: [
      "A stolen or taken-over control plane: there is no protection at all. Who holds its data folder can sign releases that your hosts accept.",
      "An operator’s account with the right to publish. Nobody countersigns.",
    ],
  },
  "operator-held": {
    title: "Operator-held keys",
    summary: "Root and targets keys are held by operators. This control plane chooses among signed releases; it cannot create one.",
    protects: [
      "A changed file, on the way, in a cache or in a store: hosts refuse it.",
      "Old metadata played back, and versions below a signed minimum.",
      "A stolen control plane: it can hold updates back, but sign no release.",
    ],
    exposes: ["Operators’ own machines. Keep the keys offline or in hardware, and more of them than the threshold needs."],
  },
};

/** See {@link ModeWords}. */
export function modeWords(mode: "server-held" | "operator-held"): ModeWords {
  return MODES[mode];
}

const ROLE_WORDS: Readonly<Record<Role, string>> = {
  viewer: "sees everything, changes nothing",
  operator: "controls rollouts and hosts, cannot publish",
  publisher: "publishes and rolls out, cannot manage fleets or access",
  administrator: "may do everything",
};

/** What a role may do. */
export function accessRoleWords(role: Role): string {
  return ROLE_WORDS[role];
}

/** Whether an API token still opens anything at `now`, epoch ms. */
export function apiTokenLook(token: ApiToken, now: number): StateLook & { readonly isOpen: boolean } {
  if (token.revokedAt !== undefined) return { status: "unknown", word: "Revoked", isOpen: false };
  if (token.expiresAt !== undefined && token.expiresAt <= now) return { status: "unknown", word: "Expired", isOpen: false };
  return { status: "healthy", word: "Active", isOpen: true };
}

/** Reads one address a line; blank lines do not count. */
export function readUrls(text: string): string[] {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
}
