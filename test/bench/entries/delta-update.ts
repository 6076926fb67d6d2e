import { setTimeout as sleep } from "node:timers/promises";
import { uploadFile } from "#main/client/upload-file.ts";
import type { ReleaseRow } from "#shared/contract/applications.ts";
import { ShapingRelay } from "#test/fakes/shaping-relay.ts";
import { fetchPair, NODE } from "../deltas/pairs.ts";
import type { BenchEntry, Sample } from "../entry.ts";
import { PROGRAM_PRODUCT, runtimeAsService, startProgramHost, type ProgramHost } from "../fleet/program-host.ts";
import { startServer, type ServerProcess } from "../fleet/server-process.ts";
import { runFolder } from "../run-folder.ts";

const LINE_BYTES_PER_SECOND = 10_000_000 / 8;

/** A busy machine takes its time for the delta, and without it there is nothing to measure. */
const DELTA_TIME_LIMIT_MS = 3_600_000;

/**
 * One host is updated by a delta; another one, which keeps nothing that a delta could start from, gets the same release
 * whole. Both over the same thin line, from the word to a service that answers.
 */
export const deltaUpdate: BenchEntry = {
  name: "deltas/node/update-at-10-mbit",
  about: "an update of a program of 126 MB over a line of 10 Mbit/s, by its delta; yardstick: the same release whole",
  unit: "s",
  budget: { of: "record" },
  runs: 1,
  measure,
};

async function measure(): Promise<Sample> {
  const server = await startServer();
  const relay = await ShapingRelay.start(Number(new URL(server.target.url).port), Infinity);
  const hosts: ProgramHost[] = [];
  try {
    const [older, newer] = NODE.versions;
    const { oldPath, newPath } = await fetchPair(NODE, runFolder(process.ppid));
    const { client } = server;
    const { revision } = await client.settings.get();
    await client.settings.update({ revision, deltaTimeLimitMs: DELTA_TIME_LIMIT_MS });
    const application = await client.applications.create({ productId: PROGRAM_PRODUCT, name: "Program" });
    const fleet = await client.fleets.create({ name: "bench", groups: ["everyone"] });
    const [group] = fleet.groups;
    if (group === undefined) throw new Error("A fleet has a group.");
    const channel = application.channels[0] ?? (await client.channels.create({ applicationId: application.id, name: "stable" }));
    const first = await publish(server, application.id, older, oldPath);
    await client.channels.move({ channelId: channel.id, releaseId: first.id });
    await client.subscriptions.create({ groupId: group.id, applicationId: application.id, channelId: channel.id });
    const join = async (): Promise<ProgramHost> => {
      const { text } = await client.tokens.create({ groupId: group.id });
      const host = await startProgramHost(text, relay.url);
      hosts.push(host);
      return host;
    };
    const updated = await join();
    await updated.untilServing(older);
    const second = await publish(server, application.id, newer, newPath);
    relay.shape(LINE_BYTES_PER_SECOND);
    const value = await seconds(async () => {
      const gate = { successPercent: 100, failureBudget: 0, minimumSample: 1, bakeMs: 300, approval: false };
      const waves = [{ groupId: group.id, selector: { kind: "all" as const }, gate }];
      const { id } = await client.rollouts.start({ fleetId: fleet.id, releaseIds: [second.id], waves });
      await updated.untilServing(newer);
      const { sent } = (await client.rollouts.get({ rolloutId: id })).rollout;
      if (sent === undefined || sent.bytes >= sent.fullBytes) throw new Error("The update was not made with a delta.");
      process.stderr.write(`  ${sent.bytes} of ${sent.fullBytes} bytes were sent\n`);
    });
    const yardstick = await seconds(async () => (await join()).untilServing(newer));
    return { value, yardstick };
  } finally {
    await Promise.all(hosts.map((host) => host.stop()));
    await relay.close();
    await server.stop();
  }
}

async function publish({ client, target }: ServerProcess, applicationId: string, version: string, path: string): Promise<ReleaseRow> {
  const upload = await uploadFile({ client, target, signal: AbortSignal.timeout(600_000), onProgress: () => undefined }, path);
  const artifacts = [{ uploadId: upload.id, platform: "linux/amd64" }];
  const { id } = await client.releases.create({ applicationId, version, runSpec: runtimeAsService(), artifacts });
  await client.releases.publish({ releaseId: id });
  for (;;) {
    const row = await client.releases.get({ releaseId: id });
    if (row.state === "published") return row;
    await sleep(500);
  }
}

async function seconds(work: () => Promise<void>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return (performance.now() - startedAt) / 1000;
}
