import { textOption, requiredOption, word } from "../arguments.ts";
import type { Command } from "../command.ts";
import { findApplication, findFleet, findGroup, findHost } from "../lookup.ts";
import { table } from "../output.ts";
import { phaseText, statusText } from "../host-text.ts";
import { hostLogs } from "./host-logs.ts";
import { AppError } from "#shared/errors/app-error.ts";
import { hostRow } from "#shared/contract/fleets.ts";

const list: Command = {
  words: ["host", "list"],
  summary: "List hosts with what they run",
  usage: "rollcall host list [--fleet NAME] [--status healthy|progressing|paused|failed|unknown] [--search TEXT]",
  options: { fleet: { type: "string" }, status: { type: "string" }, search: { type: "string" } },
  run: async ({ client, output }, given) => {
    const fleet = textOption(given, "fleet");
    const status = hostRow.shape.status.optional().safeParse(textOption(given, "status"));
    if (!status.success)
      throw new AppError("INPUT_INVALID", "--status takes healthy, progressing, paused, failed or unknown; nothing was done.");
    const search = textOption(given, "search");
    const filter = {
      ...(fleet === undefined ? {} : { fleetId: (await findFleet(client, fleet)).id }),
      ...(status.data === undefined ? {} : { status: status.data }),
      ...(search === undefined ? {} : { search }),
    };
    const all = [];
    for (let cursor: string | undefined, more = true; more;) {
      const page = await client.hosts.list({ ...filter, limit: 1000, ...(cursor === undefined ? {} : { cursor }) });
      all.push(...page.rows);
      cursor = page.nextCursor;
      more = cursor !== undefined;
    }
    const rows = all.map((one) => [
      one.name,
      `${one.fleetName}/${one.groupName}`,
      statusText(one),
      one.connection,
      one.applications.map((app) => `${app.name} ${app.currentVersion ?? "-"}`).join(", "),
    ]);
    output.result(
      all,
      table(["HOST", "GROUP", "STATUS", "LINK", "RUNS"], rows, "No hosts match. Enrol one: rollcall fleet token FLEET/GROUP"),
    );
  },
};

const show: Command = {
  words: ["host", "show"],
  summary: "Show desired against reported, and the last events of a host",
  usage: "rollcall host show HOST",
  options: {},
  run: async ({ client, output }, given) => {
    const found = await findHost(client, word(given, 0, "The host"));
    const [detail, events] = await Promise.all([
      client.hosts.get({ hostId: found.id }),
      client.hosts.timeline({ hostId: found.id, limit: 20 }),
    ]);
    const applications = detail.desired.map((want) => {
      const is = detail.reported.find((one) => one.applicationId === want.applicationId);
      return [
        want.name,
        want.version ?? "-",
        is?.current?.version ?? "-",
        phaseText(is),
        `${want.decision}${want.reason === "" ? "" : `: ${want.reason}`}`,
      ];
    });
    const lines = events.map((event) => `  ${new Date(event.at).toISOString()}  ${event.kind}  ${event.message}`);
    output.result({ detail, events }, [
      `${found.name}: ${statusText(found)}, ${found.connection}`,
      "",
      ...table(["APPLICATION", "DESIRED", "REPORTED", "PHASE", "DECISION"], applications, "No subscriptions reach this host."),
      "",
      ...lines,
    ]);
  },
};

const move: Command = {
  words: ["host", "move"],
  summary: "Move a host to another group of its fleet",
  usage: "rollcall host move HOST FLEET/GROUP [--reason TEXT]",
  options: { reason: { type: "string" } },
  run: async ({ client, output }, given) => {
    const found = await findHost(client, word(given, 0, "The host"));
    const { group } = await findGroup(client, word(given, 1, "The group"));
    output.result(await client.hosts.move({ hostId: found.id, groupId: group.id, reason: textOption(given, "reason") ?? "" }), [
      `${found.name} is in ${group.name}.`,
    ]);
  },
};

const approve: Command = {
  words: ["host", "approve"],
  summary: "Let a waiting host in",
  usage: "rollcall host approve HOST",
  options: {},
  run: async ({ client, output }, given) => {
    const found = await findHost(client, word(given, 0, "The host"));
    output.result(await client.hosts.approve({ hostId: found.id }), [`${found.name} is active.`]);
  },
};

const revoke: Command = {
  words: ["host", "revoke"],
  summary: "End a host's access for good; what it runs keeps running",
  usage: "rollcall host revoke HOST --reason TEXT",
  options: { reason: { type: "string" } },
  run: async ({ client, output }, given) => {
    const reason = requiredOption(given, "reason");
    const found = await findHost(client, word(given, 0, "The host"));
    output.result(await client.hosts.revoke({ hostId: found.id, reason }), [`${found.name} is revoked.`]);
  },
};

const restart: Command = {
  words: ["host", "restart"],
  summary: "Restart an application on a host",
  usage: "rollcall host restart HOST PRODUCT-ID [--reason TEXT]",
  options: { reason: { type: "string" } },
  run: async ({ client, output }, given) => {
    const found = await findHost(client, word(given, 0, "The host"));
    const application = await findApplication(client, word(given, 1, "The product id"));
    output.result(
      await client.hosts.restart({ hostId: found.id, applicationId: application.id, reason: textOption(given, "reason") ?? "" }),
      [`Restart of ${application.name} on ${found.name} is on its way; see: rollcall host show ${found.name}`],
    );
  },
};

/** `rollcall host …` */
export const hostCommands: readonly Command[] = [list, show, move, approve, revoke, restart, hostLogs];
