import { readFile } from "node:fs/promises";
import { text } from "node:stream/consumers";
import { storeSecret, storeSettings, type StoreEntry, type StoreSecret, type StoreSettings } from "#shared/domain/store/store.ts";
import { AppError } from "#shared/errors/app-error.ts";
import { flag, requiredOption, textOption, word } from "../arguments.ts";
import type { Arguments, Command, CommandContext } from "../command.ts";
import { findStore } from "../lookup.ts";
import { table } from "../output.ts";

/** Credentials come from a file or from standard input: what stands in a command line, other users see. */
const SECRET_OPTIONS = { "secret-file": { type: "string" }, username: { type: "string" } } as const;
const MAX_SECRET_CHARACTERS = 8000;

const list: Command = {
  words: ["store", "list"],
  summary: "List the places for releases",
  usage: "rollcall store list",
  options: {},
  run: async ({ client, output }) => {
    const all = await client.stores.list();
    const rows = all.map((one) => [
      one.name,
      one.settings.kind,
      placeOf(one.settings),
      one.hasSecret ? "yes" : "no",
      one.checked?.message ?? "-",
    ]);
    output.result(all, table(["STORE", "KIND", "PLACE", "SECRET", "LAST LOOK"], rows, "No stores."));
  },
};

const add: Command = {
  words: ["store", "add"],
  summary: "Add a registry, a GitHub repository or a folder as a place for releases",
  usage:
    "rollcall store add NAME --oci URL [--prefix PATH] [--allow-http] [--docker-credentials] | --github OWNER/REPOSITORY [--api-url URL] [--tag-prefix TEXT] | --folder PATH [--public-url URL] [--redirect] [--username USER] [--secret-file FILE|-] [--unchecked]",
  options: {
    ...SECRET_OPTIONS,
    oci: { type: "string" },
    prefix: { type: "string" },
    "allow-http": { type: "boolean" },
    "docker-credentials": { type: "boolean" },
    github: { type: "string" },
    "api-url": { type: "string" },
    "tag-prefix": { type: "string" },
    folder: { type: "string" },
    "public-url": { type: "string" },
    redirect: { type: "boolean" },
    unchecked: { type: "boolean" },
  },
  run: async ({ client, output }, given) => {
    const name = word(given, 0, "The store's name");
    const secret = textOption(given, "secret-file") === undefined ? undefined : await readSecret(given);
    const settings = readSettings(given, secret !== undefined);
    const made = await client.stores.create({
      name,
      settings,
      unchecked: flag(given, "unchecked"),
      ...(secret === undefined ? {} : { secret }),
    });
    output.result(made, [`Added ${made.name}. ${made.checked?.message ?? "It was not looked at."}`]);
  },
};

const check: Command = {
  words: ["store", "check"],
  summary: "Look whether a store can be used",
  usage: "rollcall store check NAME",
  options: {},
  run: async ({ client, output }, given) => {
    const store = await findStore(client, word(given, 0, "The store's name"));
    const checked = await client.stores.check({ storeId: store.id });
    output.result(checked, [`${checked.name}: ${checked.checked?.message ?? ""}`]);
    return checked.checked?.ok === true ? 0 : 8;
  },
};

const secret: Command = {
  words: ["store", "secret"],
  summary: "Replace or remove a store's credentials, from standard input or a file",
  usage: "rollcall store secret NAME [--username USER] [--secret-file FILE] [--remove]",
  options: { ...SECRET_OPTIONS, remove: { type: "boolean" } },
  run: async (context, given) => {
    const store = await findStore(context.client, word(given, 0, "The store's name"));
    const isRemoved = flag(given, "remove");
    const changed = await context.client.stores.setSecret({
      storeId: store.id,
      secret: isRemoved ? null : await secretFor(context, given, store),
    });
    context.output.result(changed, [isRemoved ? `${store.name} has no credentials any more.` : `${store.name} has new credentials.`]);
  },
};

const remove: Command = {
  words: ["store", "remove"],
  summary: "Forget a store and its credentials; what lies there stays",
  usage: "rollcall store remove NAME",
  options: {},
  run: async ({ client, output }, given) => {
    const store = await findStore(client, word(given, 0, "The store's name"));
    output.result(await client.stores.remove({ storeId: store.id }), [`Removed ${store.name}. What lies there stays there.`]);
  },
};

function placeOf(settings: StoreSettings): string {
  switch (settings.kind) {
    case "local":
      return "this control plane";
    case "oci":
      return [settings.registry, settings.repositoryPrefix].filter((one) => one !== "").join("/");
    case "github":
      return `${settings.owner}/${settings.repository}`;
    case "folder":
      return settings.path;
  }
}

/** @throws AppError INPUT_INVALID unless exactly one kind of place is named, with what it needs. */
function readSettings(given: Arguments, hasSecret: boolean): StoreSettings {
  const kinds = ["oci", "github", "folder"].filter((kind) => textOption(given, kind) !== undefined);
  if (kinds.length !== 1) throw new AppError("INPUT_INVALID", "Give one of --oci, --github and --folder; nothing was added. See --help.");
  const access = { hostAccess: flag(given, "redirect") ? "redirect" : "proxy" };
  const parsed = storeSettings.safeParse({ kind: kinds[0], ...access, ...settingsOf(kinds[0] ?? "", given, hasSecret) });
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const field = String(issue?.path[0] ?? "");
  throw new AppError(
    "INPUT_INVALID",
    `${OPTION_OF_FIELD[field] ?? field}: ${FORM_OF_FIELD[field] ?? issue?.message ?? "not acceptable"}; nothing was added.`,
  );
}

/** What people typed, by the field that it fills. */
const OPTION_OF_FIELD: Readonly<Record<string, string>> = {
  registry: "--oci",
  repositoryPrefix: "--prefix",
  owner: "--github",
  repository: "--github",
  apiUrl: "--api-url",
  tagPrefix: "--tag-prefix",
  path: "--folder",
  publicUrl: "--public-url",
};
const FORM_OF_FIELD: Readonly<Record<string, string>> = {
  registry: "write the address as https://registry.example.org, without a user, a password or a path of repositories (--prefix)",
  owner: "write the repository as OWNER/REPOSITORY",
  repository: "write the repository as OWNER/REPOSITORY",
  apiUrl: "write the address as https://api.github.com, or https://host/api/v3 for an Enterprise server",
  publicUrl: "write the address as https://downloads.example.org",
};

function settingsOf(kind: string, given: Arguments, hasSecret: boolean): object {
  if (kind === "oci")
    return {
      registry: requiredOption(given, "oci"),
      allowHttp: flag(given, "allow-http"),
      repositoryPrefix: textOption(given, "prefix"),
      credentials: flag(given, "docker-credentials") ? "docker" : hasSecret ? "secret" : "anonymous",
    };
  if (kind === "folder") return { path: requiredOption(given, "folder"), publicUrl: textOption(given, "public-url") };
  const [owner = "", ...rest] = requiredOption(given, "github").split("/");
  return { owner, repository: rest.join("/"), apiUrl: textOption(given, "api-url"), tagPrefix: textOption(given, "tag-prefix") };
}

/** From `--secret-file`, else asked for without showing it; without a terminal from standard input. */
async function secretFor({ terminal }: CommandContext, given: Arguments, store: StoreEntry): Promise<StoreSecret> {
  if (textOption(given, "secret-file") !== undefined || !terminal.isThere) return readSecret(given);
  return toSecret(given, await terminal.askSecret(`Password or token of ${store.name}: `));
}

/** @throws AppError INPUT_INVALID for a file that cannot be read or holds no credentials. */
async function readSecret(given: Arguments): Promise<StoreSecret> {
  const file = textOption(given, "secret-file") ?? "-";
  try {
    return toSecret(given, await (file === "-" ? text(process.stdin) : readFile(file, "utf8")));
  } catch (thrown) {
    if (thrown instanceof AppError) throw thrown;
    throw new AppError("INPUT_INVALID", `The credentials in ${file} cannot be read; nothing was changed.`, { cause: thrown });
  }
}

function toSecret(given: Arguments, typed: string): StoreSecret {
  const username = textOption(given, "username");
  const password = typed.slice(0, MAX_SECRET_CHARACTERS + 1).trim();
  const parsed = storeSecret.safeParse({ password, ...(username === undefined ? {} : { username }) });
  // Without its cause, which could quote what was read.
  if (!parsed.success) throw new AppError("INPUT_INVALID", "These are no credentials: they are empty or too long. Nothing was changed.");
  return parsed.data;
}

/** `rollcall store …` */
export const storeCommands: readonly Command[] = [list, add, check, secret, remove];
