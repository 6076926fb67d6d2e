import { presentQuorum } from "#main/client/trust/present-quorum.ts";
import { readKeyFile } from "#main/client/trust/open-key-file.ts";
import { trustKeyId } from "#main/client/trust/trust-key-id.ts";
import { operatorQuorum, type OperatorKey, type OperatorQuorum } from "#shared/domain/trust/trust-key.ts";
import { AppError } from "#shared/errors/app-error.ts";
import { numberOption, requiredOption, word } from "../arguments.ts";
import type { Arguments, Command, CommandContext } from "../command.ts";
import { CHANGE_OPTIONS, CHANGE_USAGE, changeTrust, exportedFiles } from "../trust-change.ts";

const THRESHOLD = { threshold: { type: "string" } } as const;

const addKey: Command = {
  words: ["trust", "add-key"],
  summary: "Let one more key sign; the present operators sign that",
  usage: `rollcall trust add-key PUBLIC-KEY-FILE [--threshold K] ${CHANGE_USAGE}`,
  options: { ...CHANGE_OPTIONS, ...THRESHOLD },
  run: async (context, given) => {
    const added = await keyIn(word(given, 0, "The public key's file"));
    await changeQuorum(context, given, (keys) => [...keys, added], `"${added.label}" may sign from now on.`);
  },
};

const revoke: Command = {
  words: ["trust", "revoke"],
  summary: "End what a key can sign, for good; everything that counts is signed anew",
  usage: `rollcall trust revoke LABEL|KEY-ID [--threshold K] ${CHANGE_USAGE}`,
  options: { ...CHANGE_OPTIONS, ...THRESHOLD },
  run: async (context, given) => {
    const name = word(given, 0, "The key's label or id");
    await changeQuorum(context, given, (keys) => without(keys, name), `"${name}" signs nothing any more.`);
  },
};

const rotate: Command = {
  words: ["trust", "rotate"],
  summary: "Put a new key in the place of an old one: a new laptop, a lost one, a new recovery key",
  usage: `rollcall trust rotate LABEL|KEY-ID --new PUBLIC-KEY-FILE ${CHANGE_USAGE}`,
  options: { ...CHANGE_OPTIONS, ...THRESHOLD, new: { type: "string" } },
  run: async (context, given) => {
    const name = word(given, 0, "The old key's label or id");
    const added = await keyIn(requiredOption(given, "new"));
    await changeQuorum(context, given, (keys) => [...without(keys, name), added], `"${added.label}" signs in the place of "${name}".`);
  },
};

/** Asks for the present quorum with other keys. The person confirms, since the present keys are the control plane's word until signed. */
async function changeQuorum(
  context: CommandContext,
  given: Arguments,
  act: (keys: readonly OperatorKey[]) => readonly OperatorKey[],
  done: string,
): Promise<void> {
  const { mode, keys: named } = await context.client.trust.status();
  if (mode === "server-held")
    throw new AppError("CONFLICT_STATE", "The control plane signs by itself; begin with `rollcall trust init`. Nothing was changed.");
  const labels = new Map(named.map(({ keyId, label }) => [keyId, label]));
  const present: OperatorQuorum = await presentQuorum(await exportedFiles(context.client), labels);
  const threshold = numberOption(given, "threshold", { min: 1, max: 16 }) ?? present.threshold;
  const quorum = operatorQuorum.safeParse({ threshold, keys: act(present.keys) });
  if (!quorum.success)
    throw new AppError("INPUT_INVALID", `That leaves no quorum: ${quorum.error.issues[0]?.message ?? "invalid"}. Nothing was changed.`);
  await changeTrust(context, given, { intent: { kind: "quorum", quorum: quorum.data }, isConfirmed: false }, done);
}

async function keyIn(path: string): Promise<OperatorKey> {
  const { label, publicKey, use } = await readKeyFile(path);
  return { label, publicKey, use };
}

/** @throws AppError NOT_FOUND that lists the keys there are, INPUT_INVALID when several have that name. */
function without(keys: readonly OperatorKey[], name: string): readonly OperatorKey[] {
  const found = keys.filter((key) => key.label === name || (name.length >= 8 && trustKeyId(key.publicKey).startsWith(name)));
  const there = keys.map((key) => `${key.label} (${trustKeyId(key.publicKey).slice(0, 16)})`).join(", ");
  if (found.length === 0)
    throw new AppError("NOT_FOUND", `There is no key "${name.slice(0, 80)}"; nothing was changed. There is: ${there}.`);
  if (found.length > 1)
    throw new AppError("INPUT_INVALID", `Several keys are called "${name.slice(0, 80)}"; use an id. There is: ${there}.`);
  return keys.filter((key) => !found.includes(key));
}

/** `rollcall trust add-key`, `revoke`, `rotate` */
export const trustQuorumCommands: readonly Command[] = [addKey, revoke, rotate];
