import { fork } from "node:child_process";
import { hash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { access, readdir, readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import type { DeltaProcess } from "#main/adapters/delta-process/delta-messages.ts";
import { forkDeltaProcess } from "#main/adapters/delta-process/fork-delta-process.ts";
import { openDeltaMaker } from "#main/adapters/delta-process/open-delta-maker.ts";
import type { DeltaSide } from "#main/control-plane/ports/delta-maker.ts";
import { decodeHeader } from "#main/node/delta/delta-header.ts";
import { tempFolder } from "#test/builders/temp-folder.ts";
import { quietLogger } from "#test/fakes/quiet-logger.ts";

const GIB = 2 ** 30;
const signal = new AbortController().signal;

function side(bytes: Buffer): DeltaSide {
  async function* whole(): AsyncGenerator<Uint8Array> {
    yield await Promise.resolve(bytes);
  }
  return { sha256: hash("sha256", bytes), sizeBytes: bytes.length, open: () => Promise.resolve(whole()) };
}

/** Old and new bytes that take a while to compare. */
function slowPair(sizeBytes: number): readonly [DeltaSide, DeltaSide] {
  const old = randomBytes(sizeBytes);
  return [side(old), side(Buffer.concat([old.subarray(0, sizeBytes / 2), randomBytes(1000), old.subarray(sizeBytes / 2)]))];
}

/** A maker, and the processes that it started. */
async function aMaker() {
  const folder = join(await tempFolder(), "deltas");
  const started: DeltaProcess[] = [];
  const start = (): DeltaProcess => {
    const child = forkDeltaProcess();
    started.push(child);
    return child;
  };
  return { folder, started, maker: await openDeltaMaker({ folder, start, logger: quietLogger() }) };
}

describe("a process that makes deltas", () => {
  it.each(["matches", "dictionary"] as const)("makes one by %s and leaves nothing behind", async (codec) => {
    const { maker, folder } = await aMaker();
    const [old, fresh] = slowPair(200_000);
    const bench = await maker.prepare(old, fresh, signal);
    const made = await bench.make(codec, GIB, signal);
    expect(made).toMatchObject({ kind: "made", codec });
    if (made.kind !== "made") return;
    const bytes = await readFile(made.path);
    expect(bytes.length).toBe(made.sizeBytes);
    expect(decodeHeader(bytes, bytes.length)).toMatchObject({ codec, oldSha256: old.sha256, newSha256: fresh.sha256 });
    await bench.close();
    expect(await readdir(folder)).toEqual([]);
  });

  it("is ended when it uses more memory than it may", async () => {
    const { maker } = await aMaker();
    const bench = await maker.prepare(...slowPair(20_000_000), signal);
    // More than a bare process takes, and less than it needs for the table of the old file.
    expect(await bench.make("matches", 130 * 2 ** 20, signal)).toEqual({ kind: "over-memory" });
    await bench.close();
  });

  it("is ended at once when the making is stopped", async () => {
    const { maker } = await aMaker();
    const bench = await maker.prepare(...slowPair(20_000_000), signal);
    const stop = new AbortController();
    const making = bench.make("matches", GIB, stop.signal);
    stop.abort();
    await expect(making).rejects.toMatchObject({ code: "CANCELLED" });
    await bench.close();
  });

  it("says that it crashed when it ends without a word", async () => {
    const folder = join(await tempFolder(), "deltas");
    const start = (): DeltaProcess => {
      const child = forkDeltaProcess();
      return { ...child, post: () => child.kill() };
    };
    const maker = await openDeltaMaker({ folder, start, logger: quietLogger() });
    const bench = await maker.prepare(...slowPair(200_000), signal);
    expect(await bench.make("matches", GIB, signal)).toEqual({ kind: "failed", reason: expect.stringContaining("ended unexpectedly") });
  });

  it("refuses files that are not what their digests say, and empties its folder at every start", async () => {
    const { maker, folder } = await aMaker();
    const [old, fresh] = slowPair(200_000);
    await expect(maker.prepare(old, { ...fresh, sha256: "0".repeat(64) }, signal)).rejects.toMatchObject({
      code: "ARTIFACT_DIGEST_MISMATCH",
    });
    expect(await readdir(folder)).toEqual([]);
    await writeFile(join(folder, "left"), "x");
    await openDeltaMaker({ folder, start: forkDeltaProcess, logger: quietLogger() });
    await expect(access(join(folder, "left"))).rejects.toMatchObject({ code: "ENOENT" });
  });

  it("ends with the one who started it, killed in the middle of its work", async () => {
    const folder = await tempFolder();
    for (const name of ["old", "new"]) await writeFile(join(folder, name), randomBytes(20_000_000));
    const parent = fork(resolve("test/integration/delta/starting-program.ts"), [folder], { stdio: ["ignore", "ignore", "inherit", "ipc"] });
    const [pid] = await once(parent, "message");
    expect(() => process.kill(Number(pid), 0)).not.toThrow();
    parent.kill("SIGKILL");
    for (;;) {
      try {
        process.kill(Number(pid), 0);
        await new Promise((settle) => setTimeout(settle, 20));
      } catch {
        break;
      }
    }
    await expect(access(join(folder, "out"))).rejects.toMatchObject({ code: "ENOENT" });
  });
});
