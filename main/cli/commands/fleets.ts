import { downloadRate } from "#shared/domain/fleet/fleet.ts";
import { AppError } from "#shared/errors/app-error.ts";
import { formatBytes, formatDuration } from "#shared/lib/format.ts";
import { flag, numberOption, parseDuration, textOption, word } from "../arguments.ts";
import type { Command } from "../command.ts";
import { findApplication, findFleet, findGroup, findSubscriptions } from "../lookup.ts";
import { table } from "../output.ts";

const list: Command = {
  words: ["fleet", "list"],
  summary: "List fleets",
  usage: "rollcall fleet list",
  options: {},
  run: async ({ client, output }) => {
    const all = await client.fleets.list();
    const rows = all.map((one) => [one.name, one.groups.map((group) => group.name).join(" → "), `${one.connected}/${one.hosts}`]);
    output.result(all, table(["FLEET", "GROUPS", "CONNECTED"], rows, "No fleets yet. Make one: rollcall fleet create production"));
  },
};

const create: Command = {
  words: ["fleet", "create"],
  summary: "Register a fleet with ordered groups",
  usage: "rollcall fleet create NAME [--groups canary,early,everyone] [--description TEXT]",
  options: { groups: { type: "string" }, description: { type: "string" } },
  run: async ({ client, output }, given) => {
    const groups = textOption(given, "groups")?.split(",");
    const made = await client.fleets.create({
      name: word(given, 0, "The fleet's name"),
      description: textOption(given, "description") ?? "",
      ...(groups === undefined ? {} : { groups }),
    });
    output.result(made, [`Registered ${made.name} with the groups ${made.groups.map((group) => group.name).join(" → ")}.`]);
  },
};

const show: Command = {
  words: ["fleet", "show"],
  summary: "Show a fleet's groups and what they follow",
  usage: "rollcall fleet show FLEET",
  options: {},
  run: async ({ client, output }, given) => {
    const fleet = await findFleet(client, word(given, 0, "The fleet's name"));
    const rows = fleet.groups.flatMap((group) => {
      const first = [group.name, `${group.connected}/${group.hosts}`];
      if (group.subscriptions.length === 0) return [[...first, "-", "-", "-"]];
      return group.subscriptions.map((one) => [...first, one.productId, one.targetVersion ?? "-", one.heldBack ?? one.channelName ?? "-"]);
    });
    output.result(fleet, table(["GROUP", "CONNECTED", "APPLICATION", "TARGET", "CHANNEL"], rows, "This fleet has no groups."));
  },
};

const limit: Command = {
  words: ["fleet", "limit"],
  summary: "Bound how fast all hosts of a fleet together fetch artifacts",
  usage: "rollcall fleet limit FLEET KB-PER-SECOND|none",
  options: {},
  run: async ({ client, output }, given) => {
    const fleet = await findFleet(client, word(given, 0, "The fleet's name"));
    const rate = word(given, 1, "The rate in kB a second, or none,");
    const changed = await client.fleets.update({
      fleetId: fleet.id,
      revision: fleet.revision,
      name: fleet.name,
      description: fleet.description,
      downloadBytesPerSecond: rate === "none" ? null : parseRate(rate),
    });
    const bytes = changed.downloadBytesPerSecond;
    output.result(changed, [
      `${fleet.name} fetches artifacts ${bytes === undefined ? "as fast as it can" : `at ${formatBytes(bytes)} a second at most`}.`,
    ]);
  },
};

function parseRate(text: string): number {
  const rate = /^\d{1,8}$/.test(text) ? Number(text) * 1000 : Number.NaN;
  if (downloadRate.safeParse(rate).success) return rate;
  throw new AppError("INPUT_INVALID", `"${text.slice(0, 40)}" is no rate: give 17 or more kB a second, or none; nothing was changed.`);
}

const subscribe: Command = {
  words: ["fleet", "subscribe"],
  summary: "Subscribe a group, or every group of a fleet, to an application",
  usage: "rollcall fleet subscribe FLEET[/GROUP] PRODUCT-ID [--channel NAME]",
  options: { channel: { type: "string" } },
  run: async ({ client, output }, given) => {
    const where = word(given, 0, "The fleet");
    const application = await findApplication(client, word(given, 1, "The product id"));
    const groups = where.includes("/") ? [(await findGroup(client, where)).group] : (await findFleet(client, where)).groups;
    const name = textOption(given, "channel");
    const channel =
      name === undefined
        ? undefined
        : (application.channels.find((one) => one.name === name) ??
          (await client.channels.create({ applicationId: application.id, name })));
    const made = [];
    for (const group of groups) {
      made.push(
        await client.subscriptions.create({
          groupId: group.id,
          applicationId: application.id,
          ...(channel === undefined ? {} : { channelId: channel.id }),
        }),
      );
    }
    output.result(
      made,
      made.map(
        (one) =>
          `${one.groupName} is subscribed to ${one.productId}${one.channelName === undefined ? "" : `, following ${one.channelName}`}.`,
      ),
    );
  },
};

const token: Command = {
  words: ["fleet", "token"],
  summary: "Make an enrolment token and the command to run on a host",
  usage: "rollcall fleet token FLEET/GROUP [--uses N] [--lifetime 24h] [--approval] [--label TEXT]",
  options: { uses: { type: "string" }, lifetime: { type: "string" }, approval: { type: "boolean" }, label: { type: "string" } },
  run: async ({ client, output }, given) => {
    const { group } = await findGroup(client, word(given, 0, "The group, as FLEET/GROUP,"));
    const lifetime = textOption(given, "lifetime");
    const made = await client.tokens.create({
      groupId: group.id,
      label: textOption(given, "label") ?? "",
      maxUses: numberOption(given, "uses", { min: 1, max: 100_000 }) ?? 1,
      requiresApproval: flag(given, "approval"),
      ...(lifetime === undefined ? {} : { lifetimeMs: parseDuration(lifetime) }),
    });
    output.note(
      `Valid for ${formatDuration(made.token.expiresAt - made.token.createdAt)}, ${made.token.maxUses} use(s). It is a secret and is shown only now.`,
    );
    output.result(made, [made.command]);
  },
};

const policy: Command = {
  words: ["fleet", "pause"],
  summary: "Stop offering an application to a group or fleet, or offer it again",
  usage: "rollcall fleet pause FLEET[/GROUP] PRODUCT-ID [--resume] [--reason TEXT]",
  options: { resume: { type: "boolean" }, reason: { type: "string" } },
  run: async ({ client, output }, given) => {
    const found = await findSubscriptions(client, word(given, 0, "The fleet"), word(given, 1, "The product id"));
    const reason = textOption(given, "reason") ?? "";
    const resume = flag(given, "resume");
    const after = await Promise.all(
      found.map((one) =>
        resume
          ? client.subscriptions.resume({ subscriptionId: one.id, reason })
          : client.subscriptions.pause({ subscriptionId: one.id, reason }),
      ),
    );
    output.result(
      after,
      after.map((one) => `${one.groupName}: ${one.policy.paused ? "paused; nothing is offered" : "offered again"}.`),
    );
  },
};

/** `rollcall fleet …` */
export const fleetCommands: readonly Command[] = [list, create, show, limit, subscribe, token, policy];
