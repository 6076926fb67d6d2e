import { adoptionId, type AdoptionId } from "#shared/lib/ids.ts";
import { AppError } from "#shared/errors/app-error.ts";
import { adoptionLines, adoptionProgress } from "../adoption-text.ts";
import { flag, word } from "../arguments.ts";
import type { Arguments, Command } from "../command.ts";
import { followAdoption } from "../follow-adoption.ts";
import { findApplication } from "../lookup.ts";
import { table } from "../output.ts";
import { storeNames } from "../publication-text.ts";

const list: Command = {
  words: ["adoption", "list"],
  summary: "List releases that are being brought in from stores, or every adoption of one application",
  usage: "rollcall adoption list [PRODUCT-ID]",
  options: {},
  run: async ({ client, output }, given) => {
    const application = given.positionals.length === 0 ? undefined : await findApplication(client, word(given, 0, "The product id"));
    const all = await client.adoptions.list(application === undefined ? {} : { applicationId: application.id });
    const names = await storeNames(client);
    const rows = all.map((one) => [
      one.id,
      names.get(one.storeId) ?? one.storeId,
      one.releases.map((release) => release.reference).join(" "),
      one.state,
      one.state === "running" ? adoptionProgress(one) : one.message,
    ]);
    output.result(all, table(["ADOPTION", "STORE", "RELEASES", "STATE", "MESSAGE"], rows, "Nothing is being brought in."));
  },
};

const show: Command = {
  words: ["adoption", "show"],
  summary: "Show an adoption, release by release; --watch follows it to its end",
  usage: "rollcall adoption show ADOPTION [--watch]",
  options: { watch: { type: "boolean" } },
  run: async (context, given) => {
    const adoption = await context.client.adoptions.get({ adoptionId: idOf(given) });
    if (!flag(given, "watch")) return context.output.result(adoption, adoptionLines(adoption));
    const followed = await followAdoption(context, adoption);
    if (followed.kind === "left") return followed.exit;
    return context.output.result(followed.adoption, adoptionLines(followed.adoption));
  },
};

/** `pause`, `resume` and `cancel`, which differ in a word. */
function command(verb: "pause" | "resume" | "cancel", summary: string): Command {
  return {
    words: ["adoption", verb],
    summary,
    usage: `rollcall adoption ${verb} ADOPTION`,
    options: {},
    run: async ({ client, output }, given) => {
      const changed = await client.adoptions[verb]({ adoptionId: idOf(given) });
      output.result(changed, [`The adoption is ${changed.state}.${changed.message === "" ? "" : ` ${changed.message}`}`]);
    },
  };
}

function idOf(given: Arguments): AdoptionId {
  const id = adoptionId.safeParse(word(given, 0, "The adoption's id"));
  if (id.success) return id.data;
  throw new AppError("INPUT_INVALID", "Name the adoption by its id from `rollcall adoption list`; nothing was done.");
}

/** `rollcall adoption …` */
export const adoptionCommands: readonly Command[] = [
  list,
  show,
  command("pause", "Stop an adoption after the bytes in flight"),
  command("resume", "Let a paused adoption go on, or try again what failed"),
  command("cancel", "Give an adoption up; drafts that it has made stay"),
];
