import { flag, textOption, word } from "../arguments.ts";
import type { Command } from "../command.ts";
import { findApplication, findRelease, findSubscriptions } from "../lookup.ts";
import { watchRollout } from "../watch-rollout.ts";

const rollback: Command = {
  words: ["rollback"],
  summary: "Take a group or a whole fleet back to what was healthy before, or to a named version",
  usage: "rollcall rollback FLEET[/GROUP] PRODUCT-ID [--to VERSION] [--reason TEXT] [--dry-run] [--watch]",
  options: { to: { type: "string" }, reason: { type: "string" }, "dry-run": { type: "boolean" }, watch: { type: "boolean" } },
  run: async (context, given) => {
    const { client, output } = context;
    const productId = word(given, 1, "The product id");
    const subscriptions = await findSubscriptions(client, word(given, 0, "The fleet"), productId);
    const version = textOption(given, "to");
    const target = version === undefined ? undefined : await findRelease(client, await findApplication(client, productId), version);
    const input = { subscriptionIds: subscriptions.map((one) => one.id), ...(target === undefined ? {} : { toReleaseId: target.id }) };
    const preview = await client.rollouts.previewRollback(input);
    const lines = [
      ...preview.subscriptions.map(
        (one) =>
          `  ${one.groupName}: ${one.fromVersion ?? "-"} → ${one.toVersion}, ${one.hosts} host(s), ${one.hostsWithSlot} of them without a download${one.detachesFrom === undefined ? "" : `; leaves ${one.detachesFrom}`}`,
      ),
      ...preview.notUndone.map((one) => `  not undone: ${one}`),
    ];
    if (flag(given, "dry-run")) return output.result(preview, lines);
    for (const line of lines) output.note(line);
    const made = await client.rollouts.rollback({ ...input, reason: textOption(given, "reason") ?? "" });
    if (flag(given, "watch")) return watchRollout(context, made.id);
    return output.result(made, [`Rolling back: ${made.title} (${made.id})`]);
  },
};

/** `rollcall rollback` */
export const rollbackCommands: readonly Command[] = [rollback];
