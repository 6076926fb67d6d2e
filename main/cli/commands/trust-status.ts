import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { TrustStatus } from "#shared/contract/trust.ts";
import { AppError } from "#shared/errors/app-error.ts";
import { ERROR_CODES } from "#shared/errors/codes.ts";
import { formatDuration } from "#shared/lib/format.ts";
import { shownText } from "#shared/lib/shown-text.ts";
import { writeFileAtomic } from "#main/node/atomic-write.ts";
import { flag, requiredOption } from "../arguments.ts";
import type { Command } from "../command.ts";
import { table } from "../output.ts";
import { exportedFiles } from "../trust-change.ts";

const status: Command = {
  words: ["trust", "status"],
  summary: "Show who signs, how long signatures still hold, and what waits; --check exits 6 when somebody must act",
  usage: "rollcall trust status [--check]",
  options: { check: { type: "boolean" } },
  run: async ({ client, output }, given) => {
    const is = await client.trust.status();
    const fleets = is.acceptance.length === 0 ? [] : await client.fleets.list();
    const names = new Map<string, string>(fleets.map((fleet) => [fleet.id, fleet.name]));
    output.result(is, [...statusLines(is, Date.now()), ...acceptanceLines(is, names), ...waitingLines(is)]);
    const isWanted = is.openRequests > 0 || is.roles.some((role) => role.needsAttention);
    return flag(given, "check") && isWanted ? ERROR_CODES.POLICY_REFUSED.exit : 0;
  },
};

function statusLines(is: TrustStatus, now: number): readonly string[] {
  const operators = is.keys.filter((key) => key.use === "operator").length;
  const rows = is.roles.map((role) => [
    role.role,
    String(role.version),
    role.online ? "control plane" : `${role.threshold} of ${role.keyIds.length}`,
    new Date(role.expiresAt).toISOString().slice(0, 10),
    role.expiresAt <= now ? "EXPIRED" : formatDuration(role.expiresAt - now),
    role.needsAttention ? "needs somebody" : role.freshness,
  ]);
  return [
    is.mode === "server-held"
      ? "Server-held keys: the control plane signs everything, and so could whoever steals it. Take over: rollcall trust init"
      : `Operator-held keys: any ${is.threshold} of ${operators} operator(s) sign.`,
    `Root ${is.rootVersion}, sha256 ${is.rootSha256}`,
    "",
    ...table(["ROLE", "VERSION", "SIGNED BY", "UNTIL", "LEFT", "STATE"], rows, "Nothing is signed yet."),
    ...(is.keys.length === 0
      ? []
      : [
          "",
          ...table(
            ["KEY", "FOR", "ID"],
            is.keys.map((key) => [key.label, key.use, key.keyId]),
            "",
          ),
        ]),
    ...is.minimumVersions.map((one) => `No host of ${one.productId} goes below ${one.version}.`),
  ];
}

function acceptanceLines({ acceptance }: TrustStatus, names: ReadonlyMap<string, string>): readonly string[] {
  return acceptance.map(
    ({ fleetId, products }) => `Hosts of ${names.get(fleetId) ?? `the fleet ${fleetId}`} accept ${products.join(", ") || "nothing"}.`,
  );
}

function waitingLines({ openRequests }: TrustStatus): readonly string[] {
  return openRequests === 0 ? [] : [`${openRequests} request(s) wait for signatures: rollcall trust requests`];
}

const exportCommand: Command = {
  words: ["trust", "export"],
  summary: "Write every signed document to a folder: for mirrors, for other tools, and to compare requests with (--against)",
  usage: "rollcall trust export --out FOLDER",
  options: { out: { type: "string" } },
  run: async ({ client, output }, given) => {
    const folder = requiredOption(given, "out");
    const files = await exportedFiles(client);
    const strange = files.find(({ name }) => !/^[A-Za-z0-9][A-Za-z0-9._-]{0,199}$/.test(name));
    if (strange !== undefined)
      throw new AppError("TRUST_REQUEST_REFUSED", `The control plane names a file ${shownText(strange.name, 80)}; nothing was written.`);
    await mkdir(folder, { recursive: true });
    for (const { name, bytes } of files) await writeFileAtomic(join(folder, name), bytes);
    output.result({ folder, files: files.map(({ name }) => name) }, [`${files.length} signed document(s) written to ${folder}.`]);
  },
};

/** `rollcall trust status`, `rollcall trust export` */
export const trustStatusCommands: readonly Command[] = [status, exportCommand];
