import { readKeyFile } from "#main/client/trust/open-key-file.ts";
import { MAX_KEY_FILE_BYTES } from "#main/client/trust/operator-key-file.ts";
import { readBoundedFile } from "#main/node/read-bounded-file.ts";
import type { ContractClient } from "#shared/contract/index.ts";
import type { FoundReleaseDetailRow, FoundReleaseRow } from "#shared/contract/stores.ts";
import { readNameFacts } from "#shared/domain/artifact/name-facts.ts";
import { platform as platformSchema } from "#shared/domain/artifact/platform.ts";
import { AppError } from "#shared/errors/app-error.ts";
import { formatBytes } from "#shared/lib/format.ts";
import type { ReleaseId } from "#shared/lib/ids.ts";
import { lookAgain } from "../adoption-text.ts";
import { flag, textOption, textsOption, word } from "../arguments.ts";
import type { Arguments, Command, CommandContext } from "../command.ts";
import { followAdoption } from "../follow-adoption.ts";
import { findApplication, findStore } from "../lookup.ts";
import { table } from "../output.ts";

const PUBLIC_KEYS = { "public-key": { type: "string", multiple: true } } as const;

const releases: Command = {
  words: ["store", "releases"],
  summary: "List what lies in a store for an application, whoever put it there",
  usage: "rollcall store releases STORE PRODUCT-ID",
  options: {},
  run: async ({ client, output }, given) => {
    const found = await client.stores.discover(await placeOf(client, given));
    const rows = found.map((one) => [one.reference, one.version ?? "-", originOf(one)]);
    output.result(found, table(["REFERENCE", "VERSION", "ORIGIN"], rows, "Nothing lies there for this application."));
  },
};

const inspect: Command = {
  words: ["store", "inspect"],
  summary: "Show a release that lies in a store: files, platforms, and whether one of the given keys has signed it",
  usage: "rollcall store inspect STORE PRODUCT-ID REFERENCE [--public-key FILE...]",
  options: PUBLIC_KEYS,
  run: async ({ client, output }, given) => {
    const found = await client.stores.inspect(await referenceOf(client, given));
    const rows = found.files.map(({ name, sizeBytes, ...file }) => [
      name,
      formatBytes(sizeBytes),
      file.platform ?? "-",
      file.sha256?.slice(0, 16) ?? "-",
    ]);
    output.result(found, [
      `${found.reference}: version ${found.version ?? "unknown"}, ${originOf(found)}, ${signatureText(found.signature)}`,
      ...table(["FILE", "SIZE", "PLATFORM", "SHA-256"], rows, "No files."),
    ]);
  },
};

const adopt: Command = {
  words: ["store", "adopt"],
  summary:
    "Make a draft of a release that lies in a store; with keys, one of them must have signed it. Ctrl-C or --detach leave it to itself",
  usage: "rollcall store adopt STORE PRODUCT-ID REFERENCE [FILE@PLATFORM...] [--version 1.2.3] [--public-key FILE...] [--detach]",
  options: { ...PUBLIC_KEYS, version: { type: "string" }, detach: { type: "boolean" } },
  run: async (context, given) => {
    const { client, output } = context;
    const { reference, ...at } = await referenceOf(client, given);
    const found = await client.stores.inspect({ ...at, reference });
    const version = textOption(given, "version") ?? found.version;
    if (version === undefined)
      throw new AppError("INPUT_VERSION_INVALID", `${found.reference} is no version; give --version. Nothing was adopted.`);
    const files = chooseFiles(found, given.positionals.slice(3));
    const begun = await client.adoptions.create({ ...at, releases: [{ reference, version, files }] });
    if (flag(given, "detach")) return output.result(begun, [`${found.reference} is being brought in. Follow it: ${lookAgain(begun)}`]);
    const followed = await followAdoption(context, begun);
    if (followed.kind === "left") return followed.exit;
    return tellDraft(context, given, found, followed.adoption.releases[0]?.releaseId);
  },
};

async function tellDraft(
  { client, output }: CommandContext,
  given: Arguments,
  found: FoundReleaseDetailRow,
  releaseId: ReleaseId | undefined,
): Promise<void> {
  if (releaseId === undefined) throw new AppError("NOT_FOUND", `The draft of ${found.reference} is not there any more.`);
  const draft = await client.releases.get({ releaseId });
  const name = `${word(given, 1, "The product id")}@${draft.version}`;
  output.result(draft, [
    `${found.reference} is here as a draft: ${draft.artifacts.map((one) => `${one.fileName} for ${one.platform}`).join(", ")}.`,
    ...runSpecLines(found),
    `Publish it: rollcall release publish ${name} [--run-spec FILE.json] [--store NAME...] [--channel NAME]`,
  ]);
}

/** What became of the run spec of a release of ours. */
function runSpecLines({ isOurs, signature }: FoundReleaseDetailRow): readonly string[] {
  if (!isOurs) return [];
  return signature.state === "verified"
    ? ["It is run as its signed manifest says."]
    : ["Its run spec was left out, since no given key vouches for it: adopt it with --public-key, or publish it with --run-spec."];
}

async function placeOf(client: ContractClient, given: Arguments) {
  const store = await findStore(client, word(given, 0, "The store's name"));
  return { storeId: store.id, applicationId: (await findApplication(client, word(given, 1, "The product id"))).id };
}

async function referenceOf(client: ContractClient, given: Arguments) {
  const reference = word(given, 2, "The reference (see `rollcall store releases`)");
  const publicKeys = await Promise.all(textsOption(given, "public-key").map(readPublicKeyText));
  return { ...(await placeOf(client, given)), reference, publicKeys };
}

/** The public half of an operator's key, PEM as cosign and openssl write it, or a raw key. */
async function readPublicKeyText(path: string): Promise<string> {
  const text = (await readBoundedFile(path, MAX_KEY_FILE_BYTES)).toString("utf8").trim();
  return text.startsWith("{") ? (await readKeyFile(path)).publicKey : text;
}

/** The files that were named with their platforms; without any, each whose platform the store or its name tells. */
function chooseFiles(found: FoundReleaseDetailRow, named: readonly string[]): { name: string; platform: string }[] {
  if (named.length > 0) return named.map(parseFile);
  const known = found.files.flatMap(({ name, platform }) => {
    const told = platform ?? readNameFacts(name).platform;
    return told === undefined ? [] : [{ name, platform: told }];
  });
  if (known.length > 0) return known;
  const names = found.files.map((one) => one.name).join(", ");
  throw new AppError(
    "ARTIFACT_PLATFORM_UNKNOWN",
    `No file of ${found.reference} tells what it runs on (${names.slice(0, 300)}); write FILE@linux/amd64, or FILE@any for a script. Nothing was adopted.`,
  );
}

function parseFile(text: string): { name: string; platform: string } {
  const cut = text.lastIndexOf("@");
  const platform = platformSchema.safeParse(text.slice(cut + 1)).data;
  if (cut > 0 && platform !== undefined) return { name: text.slice(0, cut), platform };
  throw new AppError(
    "INPUT_INVALID",
    `Write each file as FILE@linux/amd64, or FILE@any, not "${text.slice(0, 100)}"; nothing was adopted.`,
  );
}

function originOf({ isOurs, releaseId }: FoundReleaseRow): string {
  const maker = isOurs ? "made by Rollcall" : "made by another tool";
  return releaseId === undefined ? maker : `${maker}; this version is here`;
}

function signatureText(signature: FoundReleaseDetailRow["signature"]): string {
  switch (signature.state) {
    case "none":
      return "not signed";
    case "verified":
      return `signed by the given key ${signature.keyId.slice(0, 16)}`;
    case "unknown-key":
      return "signed, by none of the given keys (--public-key)";
    case "invalid":
      return `its signature is wrong: ${signature.message}`;
  }
}

/** `rollcall store releases`, `inspect` and `adopt` */
export const storeReleaseCommands: readonly Command[] = [releases, inspect, adopt];
