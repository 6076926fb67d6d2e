import { publicationId } from "#shared/lib/ids.ts";
import type { Publication } from "#shared/domain/publication/publication.ts";
import { AppError } from "#shared/errors/app-error.ts";
import { word } from "../arguments.ts";
import type { Arguments, Command, CommandContext } from "../command.ts";
import { findApplication, findRelease, findStore } from "../lookup.ts";
import { table } from "../output.ts";
import { stepText, storeNames } from "../publication-text.ts";

const list: Command = {
  words: ["publication", "list"],
  summary: "List releases on their way to stores, or every publication of one release",
  usage: "rollcall publication list [PRODUCT-ID VERSION]",
  options: {},
  run: async ({ client, output }, given) => {
    const releaseId = given.positionals.length === 0 ? undefined : (await releaseOf(client, given)).id;
    const [all, names] = [await client.publications.list(releaseId === undefined ? {} : { releaseId }), await storeNames(client)];
    const rows = all.map((one) => [
      one.id,
      names.get(one.storeId) ?? one.storeId,
      one.state,
      stepText(one),
      one.error?.message ?? one.message,
    ]);
    output.result(all, table(["PUBLICATION", "STORE", "STATE", "STEP", "MESSAGE"], rows, "Nothing is on its way."));
  },
};

const add: Command = {
  words: ["publication", "add"],
  summary: "Bring a published release to one more store",
  usage: "rollcall publication add PRODUCT-ID VERSION STORE",
  options: {},
  run: async ({ client, output }, given) => {
    const release = await releaseOf(client, given);
    const store = await findStore(client, word(given, 2, "The store's name"));
    const begun = await client.publications.create({ releaseId: release.id, storeId: store.id });
    output.result(begun, [`${release.version} is on its way to ${store.name}. Follow it: rollcall publication list`]);
  },
};

/** `pause`, `resume` and `cancel`, which differ in a word. */
function command(verb: "pause" | "resume" | "cancel", summary: string): Command {
  return {
    words: ["publication", verb],
    summary,
    usage: `rollcall publication ${verb} PUBLICATION`,
    options: {},
    run: async ({ client, output }, given) => {
      const id = publicationId.safeParse(word(given, 0, "The publication's id"));
      if (!id.success)
        throw new AppError("INPUT_INVALID", "Name the publication by its id from `rollcall publication list`; nothing was done.");
      const changed: Publication = await client.publications[verb]({ publicationId: id.data });
      output.result(changed, [`The publication is ${changed.state}.${changed.message === "" ? "" : ` ${changed.message}`}`]);
    },
  };
}

async function releaseOf(client: CommandContext["client"], given: Arguments) {
  const application = await findApplication(client, word(given, 0, "The product id"));
  return findRelease(client, application, word(given, 1, "The version"));
}

/** `rollcall publication …` */
export const publicationCommands: readonly Command[] = [
  list,
  add,
  command("pause", "Stop a publication after the bytes in flight"),
  command("resume", "Let a paused or failed publication go on"),
  command("cancel", "Give a publication up and remove what it left in the store"),
];
