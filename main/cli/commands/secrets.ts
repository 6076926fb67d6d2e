import { resolve } from "node:path";
import type { SecretsProtection } from "#main/adapters/encrypted-file-secrets/secrets-protection.ts";
import { AppError } from "#shared/errors/app-error.ts";
import { flag, textOption } from "../arguments.ts";
import type { Arguments, Command } from "../command.ts";
import { choose, secretsProtection, SECRETS_OPTIONS } from "../secrets-arguments.ts";
import { defaultDataFolder } from "../target.ts";

const rekey: Command = {
  words: ["secrets", "rekey"],
  summary: "Seal the secrets of a stopped control plane with another key",
  usage:
    "rollcall secrets rekey [--data DIR] [--secrets-key FILE | --secrets-passphrase-file FILE] --new-key FILE | --new-passphrase-file FILE | --new-own-key",
  options: {
    ...SECRETS_OPTIONS,
    "new-key": { type: "string" },
    "new-passphrase-file": { type: "string" },
    "new-own-key": { type: "boolean" },
  },
  needsTarget: () => false,
  run: async ({ output, environment }, given) => {
    const data = textOption(given, "data");
    const dataFolder = data === undefined ? defaultDataFolder(environment) : resolve(data);
    const [from, to] = [secretsProtection(given, environment), newProtection(given)];
    // The adapters are half of the server; other commands do not need them.
    const { rekeyLockedSecrets } = await import("#main/server/rekey-locked-secrets.ts");
    const { count, protection } = await rekeyLockedSecrets(dataFolder, from, to);
    output.result({ secrets: count, protection }, [`${count} ${count === 1 ? "secret is" : "secrets are"} sealed anew.`, protection]);
  },
};

function newProtection(given: Arguments): SecretsProtection {
  const chosen = choose(textOption(given, "new-key"), textOption(given, "new-passphrase-file"));
  const own = flag(given, "new-own-key");
  if (chosen !== undefined && !own) return chosen;
  if (chosen === undefined && own) return { kind: "own-key" };
  throw new AppError("INPUT_INVALID", "Give one of --new-key, --new-passphrase-file and --new-own-key; nothing was changed.");
}

/** `rollcall secrets …` */
export const secretsCommands: readonly Command[] = [rekey];
