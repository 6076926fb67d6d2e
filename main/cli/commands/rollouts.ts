import type { RolloutRow } from "#shared/contract/rollouts.ts";
import { AppError } from "#shared/errors/app-error.ts";
import { formatBytes, formatDuration } from "#shared/lib/format.ts";
import { flag, textOption, word } from "../arguments.ts";
import type { Command } from "../command.ts";
import { findApplication, findFleet, findRelease } from "../lookup.ts";
import { table } from "../output.ts";
import { GATE_OPTIONS, wavesFrom } from "../wave-arguments.ts";
import { detailLines, watchRollout } from "../watch-rollout.ts";

const list: Command = {
  words: ["rollout", "list"],
  summary: "List rollouts, newest first",
  usage: "rollcall rollout list [--fleet NAME] [--active]",
  options: { fleet: { type: "string" }, active: { type: "boolean" } },
  run: async ({ client, output }, given) => {
    const fleet = textOption(given, "fleet");
    const all = await client.rollouts.list({
      ...(fleet === undefined ? {} : { fleetId: (await findFleet(client, fleet)).id }),
      ...(flag(given, "active") ? { active: true } : {}),
    });
    const rows = all.map((one) => [
      one.id,
      one.title,
      one.kind,
      one.fleetName,
      one.state,
      one.waveStates.map((wave) => `${wave.groupName} ${wave.state}`).join(", "),
    ]);
    output.result(
      all,
      table(
        ["ID", "WHAT", "KIND", "FLEET", "STATE", "WAVES"],
        rows,
        "No rollouts yet. Start one: rollcall rollout start FLEET PRODUCT-ID@VERSION",
      ),
    );
  },
};

const start: Command = {
  words: ["rollout", "start"],
  summary: "Roll releases out over a fleet's groups, wave by wave",
  usage:
    "rollcall rollout start FLEET PRODUCT-ID@VERSION... [--waves canary,early:50%,early,everyone] [--success 100] [--failures 0] [--sample 1] [--bake 60s] [--approval] [--reason TEXT] [--supersede] [--dry-run] [--watch]",
  options: {
    ...GATE_OPTIONS,
    reason: { type: "string" },
    supersede: { type: "boolean" },
    "dry-run": { type: "boolean" },
    watch: { type: "boolean" },
  },
  run: async (context, given) => {
    const { client, output } = context;
    const fleet = await findFleet(client, word(given, 0, "The fleet"));
    word(given, 1, "The release, as PRODUCT-ID@VERSION,");
    const releaseIds = [];
    for (const text of given.positionals.slice(1)) releaseIds.push(await releaseOf(context.client, text));
    const plan = { fleetId: fleet.id, releaseIds, waves: wavesFrom(fleet, given) };
    const preview = await client.rollouts.preview(plan);
    const lines = preview.waves.map(
      (wave) => `  ${wave.groupName}: ${wave.hosts} host(s)${wave.excludedCount === 0 ? "" : `, ${wave.excludedCount} excluded`}`,
    );
    const summary = [
      `${preview.totalHosts} host(s), at least ${formatDuration(preview.shortestMs)}, ${formatBytes(preview.downloadBytes)} to download`,
      ...lines,
      ...preview.warnings.map((warning) => `  ! ${warning}`),
    ];
    if (flag(given, "dry-run")) return output.result(preview, summary);
    for (const line of summary) output.note(line);
    const made = await client.rollouts.start({
      ...plan,
      salt: preview.salt,
      reason: textOption(given, "reason") ?? "",
      supersede: flag(given, "supersede"),
    });
    if (flag(given, "watch")) return watchRollout(context, made.id);
    return output.result(made, [`Started ${made.title}: ${made.id}`]);
  },
};

async function releaseOf(client: Parameters<typeof findApplication>[0], text: string): Promise<string> {
  const cut = text.lastIndexOf("@");
  if (cut < 1)
    throw new AppError("INPUT_INVALID", `Write the release as PRODUCT-ID@VERSION, not "${text.slice(0, 100)}"; nothing was started.`);
  return (await findRelease(client, await findApplication(client, text.slice(0, cut)), text.slice(cut + 1))).id;
}

const status: Command = {
  words: ["rollout", "status"],
  summary: "Show a rollout; --watch follows it to its end (exit 6 when it tripped or was aborted)",
  usage: "rollcall rollout status ID [--watch]",
  options: { watch: { type: "boolean" } },
  run: async (context, given) => {
    const rolloutId = word(given, 0, "The rollout's id");
    if (flag(given, "watch")) return watchRollout(context, rolloutId);
    const detail = await context.client.rollouts.get({ rolloutId });
    return context.output.result(detail, detailLines(detail));
  },
};

type Act = (client: Parameters<typeof findApplication>[0], input: { rolloutId: string; reason: string }) => Promise<RolloutRow>;

function action(name: string, summary: string, act: Act, done: string): Command {
  return {
    words: ["rollout", name],
    summary,
    usage: `rollcall rollout ${name} ID [--reason TEXT]`,
    options: { reason: { type: "string" } },
    run: async ({ client, output }, given) => {
      const after = await act(client, { rolloutId: word(given, 0, "The rollout's id"), reason: textOption(given, "reason") ?? "" });
      output.result(after, [`${after.title}: ${done}`]);
    },
  };
}

const approve: Command = {
  words: ["rollout", "approve"],
  summary: "Approve the wave that waits for a person",
  usage: "rollcall rollout approve ID [--reason TEXT]",
  options: { reason: { type: "string" } },
  run: async ({ client, output }, given) => {
    const detail = await client.rollouts.get({ rolloutId: word(given, 0, "The rollout's id") });
    const waiting = detail.waves.find(
      (wave) =>
        wave.readings.some((reading) => reading.criterion === "approval" && !reading.met) &&
        (wave.state === "open" || wave.state === "baking"),
    );
    if (waiting === undefined) throw new AppError("CONFLICT_STATE", "No wave of this rollout waits for approval; nothing was done.");
    output.result(await client.rollouts.approve({ waveId: waiting.id, reason: textOption(given, "reason") ?? "" }), [
      `Approved: ${waiting.groupName}.`,
    ]);
  },
};

/** `rollcall rollout …` */
export const rolloutCommands: readonly Command[] = [
  list,
  start,
  status,
  action(
    "pause",
    "Stop offering at once; running versions stay",
    (client, input) => client.rollouts.pause(input),
    "paused; no grant and no switch begins.",
  ),
  action("resume", "Go on", (client, input) => client.rollouts.resume(input), "running."),
  action("continue", "Go on although a gate tripped; needs --reason", (client, input) => client.rollouts.continue(input), "running again."),
  action("abort", "End a rollout where it stands; hosts keep what they run", (client, input) => client.rollouts.abort(input), "aborted."),
  approve,
];
