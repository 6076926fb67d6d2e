import { chmod, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import type { RunSpec } from "#shared/domain/release/run-spec.ts";
import { removeTree } from "#main/node/archive/remove-tree.ts";
import { storedZip } from "#test/builders/stored-zip.ts";
import { tarArchive } from "#test/builders/tar-archive.ts";
import { servicePids, setUp, versionAt } from "./agent-process.ts";
import { QUICK_RUN, serviceArtifact, type ServiceTraits } from "./service-artifact.ts";
import { serveOn } from "./serving-agent.ts";

const UNPACKED: Partial<RunSpec> = { ...QUICK_RUN, unpack: true, command: "bin/web", arguments: [], environment: { HERE: "{slot}/etc" } };

/** A service of several files: a program that runs the script beside it. */
function files(version: string, traits: ServiceTraits = {}) {
  const program = `#!/bin/sh\nexec "${process.execPath}" "$(dirname "$0")/../lib/service.mjs"\n`;
  return { program, service: serviceArtifact(version, traits) };
}

function tarOf(version: string, traits: ServiceTraits = {}): Buffer {
  const { program, service } = files(version, traits);
  return tarArchive(
    { path: "bin/web", content: program, mode: 0o755 },
    { path: "lib/service.mjs", content: service },
    { path: "etc/empty.conf", content: "" },
  );
}

describe("a release that is an archive", () => {
  it.each([
    ["tar", (version: string) => tarOf(version)],
    ["tar.gz", (version: string) => gzipSync(tarOf(version))],
    ["tar.zst", (version: string) => zstdCompressSync(tarOf(version))],
    [
      "zip",
      (version: string) =>
        storedZip({
          "bin/web": { content: files(version).program, mode: 0o755 },
          "lib/service.mjs": { content: files(version).service.toString() },
        }),
    ],
  ])("of the kind %s is unpacked and served from its folder", async (_, pack) => {
    const { stub, agent, port } = await setUp();
    const release = stub.publish({ version: "1.0.0", bytes: pack("1.0.0"), runSpec: UNPACKED });
    await serveOn(stub, agent, release);
    expect(await versionAt(port)).toBe("1.0.0");
    const slot = join(agent.application.slots, `${release.digest}.unpacked`);
    expect((await stat(slot)).mode & 0o777).toBe(0o555);
    const environment: unknown = await (await fetch(`http://127.0.0.1:${port}/environment`)).json();
    expect(environment).toMatchObject({ HERE: join(slot, "etc") });
    expect((await readdir(agent.application.slots)).filter((name) => name.startsWith(release.digest)).toSorted()).toEqual([
      `${release.digest}.tree`,
      `${release.digest}.unpacked`,
      `${release.digest}.unpacked.seal.json`,
      `${release.digest}.unpacked.seal.twin.json`,
    ]);
  });

  it("reverts to the unpacked version before it, without a network", async () => {
    const { stub, agent, port } = await setUp();
    const good = stub.publish({ version: "1.0.0", bytes: tarOf("1.0.0"), runSpec: UNPACKED });
    await serveOn(stub, agent, good);
    const bad = stub.publish({ version: "2.0.0", bytes: tarOf("2.0.0", { crash: 3 }), runSpec: UNPACKED });
    stub.desire(bad);
    await stub.untilPhase("reverted", bad);
    await expect.poll(() => versionAt(port), { timeout: 20_000 }).toBe("1.0.0");
    expect(await servicePids(agent)).toHaveLength(1);
  });

  it("that would write outside its folder is refused before anything is stopped", async () => {
    const { stub, agent, port } = await setUp();
    const good = stub.publish({ version: "1.0.0", bytes: tarOf("1.0.0"), runSpec: UNPACKED });
    await serveOn(stub, agent, good);
    const bytes = tarArchive({ path: "bin/web", content: "#!/bin/sh\n", mode: 0o755 }, { path: "../../escaped", content: "x" });
    const bad = stub.publish({ version: "2.0.0", bytes, runSpec: UNPACKED });
    stub.desire(bad);
    const { failure } = await stub.untilPhase("failed", bad);
    expect(failure).toMatchObject({ cause: "verification", code: "ARTIFACT_ARCHIVE_REFUSED" });
    expect(failure?.message).toContain("../../escaped");
    expect(await versionAt(port)).toBe("1.0.0");
  });

  it.each([
    ["does not hold its command", { command: "bin/other" }, "bin/other"],
    ["names no command", { command: undefined }, "no command"],
    ["has a command that is no program", { command: "lib/service.mjs" }, "not marked as a program"],
  ])("that %s is refused, and leaves nothing behind", async (_, change, why) => {
    const { stub, agent } = await setUp();
    const release = stub.publish({ version: "1.0.0", bytes: tarOf("1.0.0"), runSpec: { ...UNPACKED, ...change } });
    stub.desire(release);
    agent.run(stub.token());
    expect((await stub.untilPhase("failed", release)).failure?.message).toContain(why);
    expect((await readdir(agent.application.slots)).filter((name) => name.includes("unpack"))).toEqual([]);
  });

  it("is fetched anew when a kept tree was damaged, and mended in place when something was only added", { timeout: 120_000 }, async () => {
    const { stub, agent, port } = await setUp();
    const [first, second] = ["1.0.0", "2.0.0"].map((version) => stub.publish({ version, bytes: tarOf(version), runSpec: UNPACKED }));
    if (first === undefined || second === undefined) throw new TypeError("two releases");
    await serveOn(stub, agent, first);
    stub.desire(second);
    await stub.untilPhase("healthy", second);
    const lib = join(agent.application.slots, `${first.digest}.unpacked/lib`);
    await chmod(lib, 0o755);
    await writeFile(join(lib, "stray.pyc"), "stale");
    await chmod(lib, 0o555);
    stub.desire(first);
    await stub.until(() =>
      stub.phases().filter(({ phase, releaseId }) => phase === "healthy" && releaseId === first.releaseId).length === 2 ? true : undefined,
    );
    expect(await readdir(lib)).toEqual(["service.mjs"]);
    expect(stub.files.requests).toHaveLength(2);

    const other = join(agent.application.slots, `${second.digest}.unpacked/lib`);
    await chmod(other, 0o755);
    await rm(join(other, "service.mjs"));
    const again = stub.desire(second);
    await stub.untilPhase("healthy", second, again);
    expect(stub.files.requests).toHaveLength(3);
    expect(await versionAt(port)).toBe("2.0.0");
  });

  it("whose tree is gone when a bad version reverts gives way to the one before", { timeout: 120_000 }, async () => {
    const { stub, agent, port } = await setUp();
    for (const version of ["1.0.0", "2.0.0"]) {
      const release = stub.publish({ version, bytes: tarOf(version), runSpec: UNPACKED });
      stub.desire(release);
      if (version === "1.0.0") agent.run(stub.token());
      await stub.untilPhase("healthy", release);
      if (version === "2.0.0") await removeTree(join(agent.application.slots, `${release.digest}.unpacked`));
    }
    const bad = stub.publish({ version: "3.0.0", bytes: tarOf("3.0.0", { crash: 3 }), runSpec: UNPACKED });
    stub.desire(bad);
    await stub.untilPhase("reverted", bad);
    await expect.poll(() => versionAt(port), { timeout: 20_000 }).toBe("1.0.0");
    expect(await readFile(agent.paths.agentLog, "utf8")).toContain("The version to go back to is lost");
  });
});
