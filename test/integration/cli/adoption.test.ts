import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import type { Adoption } from "#shared/domain/adoption/adoption.ts";
import { startCli, type CliProcess } from "#test/builders/cli-run.ts";
import { ServerProcess } from "#test/builders/server-process.ts";
import { tempFolder } from "#test/builders/temp-folder.ts";
import { slowRegistry } from "#test/fakes/slow-registry.ts";
import { PRODUCT, runInProcess } from "./cli-fixture.ts";

/** Large enough to be in the middle of by a thin line. */
const PROGRAM = "#!/bin/sh\n".padEnd(3_000_000, "# a program\n");

/** A server as a process of its own, whose store `far` is a registry at the end of a thin line that has 1.0.0. */
async function farWorld() {
  const registry = await slowRegistry();
  const folder = await tempFolder();
  const server = await new ServerProcess(join(folder, "data")).start();
  onTestFinished(() => server.end().then(() => undefined));
  const { secret } = await server.client.access.createToken({ label: "cli", role: "administrator", fleets: "all" });
  const environment = { ROLLCALL_URL: server.running.url, ROLLCALL_TOKEN: secret, XDG_STATE_HOME: join(folder, "state") };
  const rollcall = (...args: readonly string[]) => runInProcess(args, environment);
  const path = join(folder, "web-1.0.0");
  await writeFile(path, PROGRAM);
  for (const args of [
    ["app", "create", PRODUCT, "Web"],
    ["store", "add", "near", "--oci", registry.url, "--allow-http"],
    ["store", "add", "far", "--oci", registry.slowUrl, "--allow-http"],
    ["publish", PRODUCT, `${path}@any`, "--store", "near"],
  ]) {
    const { code, err } = await rollcall(...args);
    if (code !== 0) throw new Error(`rollcall ${args.join(" ")}: ${err}`);
  }
  const start = (...args: readonly string[]): CliProcess => startCli(args, { home: folder, environment });
  return { server, registry, rollcall, start };
}

const ADOPT = ["store", "adopt", "far", PRODUCT, "1.0.0", "--version", "1.0.1"] as const;

/** Waits until the one adoption is in the middle of its file. */
async function inTheMiddle({ client }: ServerProcess): Promise<Adoption> {
  const seen = async (): Promise<Adoption | undefined> => (await client.adoptions.list({}))[0];
  await expect.poll(async () => (await seen())?.doneBytes ?? 0, { timeout: 60_000 }).toBeGreaterThan(0);
  return (await seen())!;
}

describe("rollcall store adopt", () => {
  it("is left to itself by Ctrl-C, says how to look again, and that looks to the end", { timeout: 180_000 }, async () => {
    const { server, registry, rollcall, start } = await farWorld();
    const adopting = start(...ADOPT);
    const { id } = await inTheMiddle(server);
    adopting.child.kill("SIGINT");
    const left = await adopting.ended;
    expect(left).toMatchObject({ code: 130, err: expect.stringContaining(`Look again: rollcall adoption show ${id} --watch`) });
    expect(await rollcall("adoption", "list")).toMatchObject({ code: 0, out: expect.stringMatching(/far +1\.0\.0 +running +fetching/) });
    expect(await rollcall("adoption", "pause", id)).toMatchObject({ code: 0, out: expect.stringContaining("is paused. Paused by") });
    expect(await rollcall("adoption", "show", id, "--watch")).toMatchObject({
      code: 5,
      err: expect.stringContaining(`Let it go on: rollcall adoption resume ${id}`),
    });
    registry.widen();
    expect(await rollcall("adoption", "resume", id)).toMatchObject({ code: 0 });
    expect(await rollcall("adoption", "show", id, "--watch")).toMatchObject({ code: 0, out: expect.stringContaining("draft made") });
  });

  it("follows on when the control plane is killed in the middle and started again", { timeout: 180_000 }, async () => {
    const { server, registry, start } = await farWorld();
    const adopting = start(...ADOPT);
    const { id } = await inTheMiddle(server);
    await server.end("SIGKILL");
    registry.widen();
    await server.start();
    const ended = await adopting.ended;
    expect(ended).toMatchObject({ code: 0, out: expect.stringContaining(`rollcall release publish ${PRODUCT}@1.0.1`) });
    const { releases } = await server.client.adoptions.get({ adoptionId: id });
    expect(releases).toMatchObject([{ state: "done", attempts: 2 }]);
    expect((await server.client.audit.list({ action: "release.adopted", limit: 10 })).rows).toHaveLength(1);
  });

  it("answers at once with --detach, and what is given up leaves nothing", { timeout: 180_000 }, async () => {
    const { server, rollcall } = await farWorld();
    const begun = await rollcall(...ADOPT, "--detach");
    const { id } = await inTheMiddle(server);
    expect(begun).toMatchObject({ code: 0, out: `1.0.0 is being brought in. Follow it: rollcall adoption show ${id} --watch\n` });
    expect(await rollcall(...ADOPT)).toMatchObject({ code: 5, err: expect.stringContaining("is being brought in from a store already") });
    expect(await rollcall("adoption", "cancel", id)).toMatchObject({
      code: 0,
      out: "The adoption is cancelled. No draft was made of it.\n",
    });
    expect(await rollcall("adoption", "list", PRODUCT)).toMatchObject({ out: expect.stringContaining("cancelled") });
    expect(await server.client.uploads.list()).toEqual([]);
    expect(await rollcall("adoption", "show", "nonsense")).toMatchObject({ code: 2 });
  });
});
