import { access } from "node:fs/promises";
import { readKeyFile } from "#main/client/trust/open-key-file.ts";
import { isNotFound } from "#main/node/disk-error.ts";
import { operatorQuorum, type OperatorKey } from "#shared/domain/trust/trust-key.ts";
import { AppError } from "#shared/errors/app-error.ts";
import { flag, numberOption, textOption, textsOption } from "../arguments.ts";
import type { Arguments, Command, CommandContext } from "../command.ts";
import { makeKey } from "../operator-keys.ts";
import { newPassphrase, passphraseFile } from "../passphrase.ts";
import { newRecoveryPassphrase, RECOVERY_PASSPHRASE_OPTION, requireOwnPassphrase } from "../recovery-passphrase.ts";
import { requireRecoveryPlace } from "../recovery-place.ts";
import { defaultDataFolder } from "../target.ts";
import { CHANGE_OPTIONS, changeTrust } from "../trust-change.ts";

const init: Command = {
  words: ["trust", "init"],
  summary: "Take signing over from the control plane: any K of these operators sign from now on. Makes keys that are missing",
  usage:
    "rollcall trust init --threshold K --key KEY-FILE... [--public-key FILE...] --recovery FILE [--recovery-here] [--passphrase-file FILE... --recovery-passphrase-file FILE | --no-passphrase] [--out REQUEST-FILE]",
  options: {
    ...CHANGE_OPTIONS,
    ...RECOVERY_PASSPHRASE_OPTION,
    threshold: { type: "string" },
    "public-key": { type: "string", multiple: true },
    recovery: { type: "string" },
    "recovery-here": { type: "boolean" },
  },
  run: async (context, given) => {
    const threshold = numberOption(given, "threshold", { min: 1, max: 16 });
    const recovery = textOption(given, "recovery");
    const keyFiles = textsOption(given, "key");
    if (threshold === undefined)
      throw new AppError("INPUT_INVALID", "The option --threshold is missing: how many operators must sign? Nothing was done.");
    if (keyFiles.length === 0)
      throw new AppError("INPUT_INVALID", "The option --key is missing: whose key is at hand here? Nothing was done.");
    if (recovery === undefined)
      throw new AppError("TRUST_RECOVERY_MISSING", "Without an offline recovery key a lost laptop ends trust for good; nothing was done.");
    if (keyFiles.length + textsOption(given, "public-key").length < threshold)
      throw new AppError("INPUT_INVALID", `${threshold} must sign, and fewer keys than that are named; nothing was done.`);
    if ((await context.client.trust.status()).mode === "operator-held")
      throw new AppError(
        "CONFLICT_STATE",
        "Operators sign already; change who they are with `rollcall trust add-key`, `rotate` or `revoke`. Nothing was done.",
      );
    const isThere = await exists(recovery);
    if (!flag(given, "recovery-here") && (!isThere || (await readKeyFile(recovery)).isPrivate))
      await requireRecoveryPlace(recovery, { keyFiles, dataFolders: dataFolders(context, given) });
    const passphrase = isThere ? undefined : await newRecoveryPassphrase(context, given, recovery, keyFiles.length);
    const keys = await collectKeys(context, given, { keyFiles, recovery: { path: recovery, use: "recovery", passphrase } });
    const quorum = operatorQuorum.safeParse({ threshold, keys });
    if (!quorum.success)
      throw new AppError(
        "INPUT_INVALID",
        `These keys make no quorum: ${quorum.error.issues[0]?.message ?? "invalid"}. Nothing was signed.`,
      );
    if (!isThere)
      context.output.note(`Take ${recovery} away from this machine now: it is what brings trust back when an operator's key is lost.`);
    await changeTrust(
      context,
      given,
      { intent: { kind: "quorum", quorum: quorum.data }, isConfirmed: true },
      `Operators sign from now on, any ${threshold} of them. The control plane's own keys for this are destroyed.`,
    );
  },
};

/** Every key of the quorum, operators first; those whose files are not there yet are made. */
async function collectKeys(
  context: CommandContext,
  given: Arguments,
  { keyFiles, recovery }: { readonly keyFiles: readonly string[]; readonly recovery: Wanted },
): Promise<readonly OperatorKey[]> {
  const keys: OperatorKey[] = [];
  for (const [place, path] of keyFiles.entries())
    keys.push(
      await findOrMake(context, { path, use: "operator" }, async () => {
        const passphrase = await newPassphrase(context, given, path, passphraseFile(context, given, place));
        requireOwnPassphrase(recovery.path, recovery.passphrase, passphrase);
        return passphrase;
      }),
    );
  for (const path of textsOption(given, "public-key")) keys.push(await knownKey(path, "operator"));
  return [...keys, await findOrMake(context, recovery, () => Promise.resolve(recovery.passphrase))];
}

type Wanted = { readonly path: string; readonly use: OperatorKey["use"]; readonly passphrase?: string | undefined };

async function findOrMake(context: CommandContext, wanted: Wanted, askPassphrase: () => Promise<string | undefined>): Promise<OperatorKey> {
  if (await exists(wanted.path)) return knownKey(wanted.path, wanted.use);
  const { label, publicKey, use } = await makeKey(context, { ...wanted, label: undefined, passphrase: await askPassphrase() });
  context.output.note(`Made the ${use} key "${label}" in ${wanted.path}.`);
  return { label, publicKey, use };
}

/** @throws AppError INPUT_INVALID for a key that was made for something else. */
async function knownKey(path: string, wanted: OperatorKey["use"]): Promise<OperatorKey> {
  const { label, publicKey, use } = await readKeyFile(path);
  if (use === wanted) return { label, publicKey, use };
  throw new AppError(
    "INPUT_INVALID",
    `${path} is an ${use} key and cannot be used as a key for ${wanted}; nothing was signed.`.replace("an recovery", "a recovery"),
  );
}

function dataFolders({ environment }: CommandContext, given: Arguments): readonly string[] {
  const data = textOption(given, "data");
  return [defaultDataFolder(environment), ...(data === undefined ? [] : [data])];
}

async function exists(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch (thrown) {
    if (isNotFound(thrown)) return false;
    throw thrown;
  }
}

/** `rollcall trust init` */
export const trustInitCommands: readonly Command[] = [init];
