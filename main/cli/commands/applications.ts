import type { ReleaseRow } from "#shared/contract/applications.ts";
import type { ContractClient } from "#shared/contract/index.ts";
import { flag, textOption, word } from "../arguments.ts";
import type { Command } from "../command.ts";
import { openRequest } from "../finish-publishing.ts";
import { findApplication, findRelease } from "../lookup.ts";
import { table } from "../output.ts";
import { releaseStateText } from "../release-state.ts";
import { CHANGE_OPTIONS, settle, tellOutcome } from "../trust-change.ts";

const list: Command = {
  words: ["app", "list"],
  summary: "List applications",
  usage: "rollcall app list",
  options: {},
  run: async ({ client, output }) => {
    const all = await client.applications.list();
    const rows = all.map((one) => [
      one.productId,
      one.name,
      one.latestVersion ?? "-",
      one.channels.map((channel) => channel.name).join(","),
      String(one.hosts),
    ]);
    output.result(
      all,
      table(
        ["PRODUCT", "NAME", "LATEST", "CHANNELS", "HOSTS"],
        rows,
        'No applications yet. Make one: rollcall app create org.example.web "Web"',
      ),
    );
  },
};

const create: Command = {
  words: ["app", "create"],
  summary: "Register an application",
  usage: "rollcall app create PRODUCT-ID [NAME] [--description TEXT] [--channel NAME]",
  options: { description: { type: "string" }, channel: { type: "string" } },
  run: async ({ client, output }, given) => {
    const productId = word(given, 0, "The product id");
    const made = await client.applications.create({
      productId,
      name: given.positionals[1] ?? productId,
      description: textOption(given, "description") ?? "",
    });
    const channel = textOption(given, "channel");
    if (channel !== undefined && !made.channels.some((one) => one.name === channel))
      await client.channels.create({ applicationId: made.id, name: channel });
    output.result(made, [`Registered ${made.productId}.`]);
  },
};

const show: Command = {
  words: ["app", "show"],
  summary: "Show an application and its releases",
  usage: "rollcall app show PRODUCT-ID",
  options: {},
  run: async ({ client, output }, given) => {
    const application = await findApplication(client, word(given, 0, "The product id"));
    const [releases, requests] = await Promise.all([client.releases.list({ applicationId: application.id }), client.trust.listRequests()]);
    const rows = releases.map((one) => [
      one.version,
      releaseStateText(one, requests),
      one.artifacts.map((artifact) => artifact.platform).join(","),
      one.channels.join(","),
      one.stores.map((store) => (store.state === "completed" ? store.name : `${store.name} (${store.state})`)).join(","),
      String(one.hosts),
    ]);
    output.result({ application, releases }, [
      `${application.name} (${application.productId})`,
      "",
      ...table(
        ["VERSION", "STATE", "PLATFORMS", "CHANNELS", "STORES", "HOSTS"],
        rows,
        "No releases yet. Publish one: rollcall publish PRODUCT-ID FILE --version 1.0.0",
      ),
    ]);
  },
};

const move: Command = {
  words: ["app", "channel"],
  summary: "Point a channel at a release; subscriptions that follow it get a rollout",
  usage: "rollcall app channel PRODUCT-ID CHANNEL VERSION [--reason TEXT]",
  options: { reason: { type: "string" } },
  run: async ({ client, output }, given) => {
    const application = await findApplication(client, word(given, 0, "The product id"));
    const name = word(given, 1, "The channel");
    const release = await findRelease(client, application, word(given, 2, "The version"));
    const channel =
      application.channels.find((one) => one.name === name) ?? (await client.channels.create({ applicationId: application.id, name }));
    const moved = await client.channels.move({ channelId: channel.id, releaseId: release.id, reason: textOption(given, "reason") ?? "" });
    output.result(moved, [
      `${name} of ${application.productId} is at ${release.version}. Rollouts started: ${moved.rolloutIds.length}.`,
      ...moved.rolloutIds,
    ]);
  },
};

const block: Command = {
  words: ["app", "block"],
  summary: "Block a release everywhere at once, or lift the block",
  usage: "rollcall app block PRODUCT-ID VERSION --reason TEXT [--lift]",
  options: { reason: { type: "string" }, lift: { type: "boolean" } },
  run: async ({ client, output }, given) => {
    const application = await findApplication(client, word(given, 0, "The product id"));
    const release = await findRelease(client, application, word(given, 1, "The version"));
    const input = { releaseId: release.id, reason: textOption(given, "reason") ?? "" };
    const lifted = flag(given, "lift");
    const after = lifted ? await client.releases.unblock(input) : await client.releases.block(input);
    output.result(after, [
      `${application.productId} ${release.version} is ${lifted ? "no longer blocked" : "blocked: no host will be offered it"}.`,
    ]);
  },
};

const withdraw: Command = {
  words: ["app", "withdraw"],
  summary: "Withdraw a release: never offered again; running hosts stay",
  usage: "rollcall app withdraw PRODUCT-ID VERSION --reason TEXT [--key KEY-FILE...] [--out REQUEST-FILE]",
  options: { ...CHANGE_OPTIONS, reason: { type: "string" } },
  run: async (context, given) => {
    const { client, output } = context;
    const application = await findApplication(client, word(given, 0, "The product id"));
    const release = await findRelease(client, application, word(given, 1, "The version"));
    const after = await withdrawOnce(client, release, textOption(given, "reason") ?? "");
    const done = `${application.productId} ${release.version} is withdrawn.`;
    const request = await openRequest(client, "withdraw", release.id);
    if (request === undefined) return output.result(after, [done]);
    output.note(`${done} Hosts that do not ask here learn of it when operators have signed.`);
    const asked = { intent: request.intent, roles: [application.productId], isConfirmed: true };
    return tellOutcome(context, await settle(context, given, request, asked), done, textOption(given, "out"));
  },
};

/** A release that was withdrawn by an earlier try may still wait for signatures. */
async function withdrawOnce(client: ContractClient, release: ReleaseRow, reason: string): Promise<ReleaseRow> {
  return release.state === "withdrawn" ? release : client.releases.withdraw({ releaseId: release.id, reason });
}

/** `rollcall app …` */
export const applicationCommands: readonly Command[] = [list, create, show, move, block, withdraw];
