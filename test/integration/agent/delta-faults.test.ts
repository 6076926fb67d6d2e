import { randomBytes } from "node:crypto";
import { readdir, writeFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { AppError } from "#shared/errors/app-error.ts";
import type { ApplyDelta } from "#main/agent/bytes/apply-in-child.ts";
import { nameDelta, stubDelta, type StubDelta } from "#test/fakes/control-plane-stub-deltas.ts";
import { applyHere, BytesHost, twins, type BytesWish } from "./bytes-host.ts";

/** Answers that bring nothing for a fifth of a second are too slow. */
const HASTE = { windowMs: 200, minBytesPerSecond: 1000, deadlineMs: 60_000 };

type Scene = { readonly host: BytesHost; readonly old: Buffer; readonly fresh: Buffer; readonly kept: string; readonly good: StubDelta };

/** A host that keeps the old bytes, and a control plane that serves a delta from them. */
async function scene(bytes?: number, newBytes?: number): Promise<Scene> {
  const host = await BytesHost.open();
  const { old, fresh } = twins(bytes, newBytes);
  const kept = await host.keep(old);
  const good = await stubDelta({ version: "1.0.0", bytes: old }, fresh);
  host.stub.files.blobs.set(good.delta.sha256, good.bytes);
  return { host, old, fresh, kept, good };
}

const failsWith =
  (code: ConstructorParameters<typeof AppError>[0]): ApplyDelta =>
  () =>
    Promise.reject(new AppError(code, `It did not work: ${code}.`));

/** Spoils the scene; answers what is signed, and what differs on the host. */
type Fault = (scene: Scene) => Promise<{ readonly signed?: StubDelta; readonly wish?: BytesWish } | undefined>;

const flipped = (bytes: Buffer, at: number): Buffer => {
  const copy = Buffer.from(bytes);
  copy[at] = (copy[at] ?? 0) ^ 0x55;
  return copy;
};

const FAULTS: Readonly<Record<string, Fault>> = {
  "is not there": async ({ host, good }) => void (await Promise.resolve(host.stub.files.blobs.delete(good.delta.sha256))),
  "comes damaged": async ({ host, good }) => void host.stub.files.blobs.set(good.delta.sha256, flipped(good.bytes, 300)),
  "never ends": async ({ host, good }) =>
    void host.stub.files.blobs.set(good.delta.sha256, Buffer.concat([good.bytes, randomBytes(100_000)])),
  "ends early": async ({ host, good }) => void host.stub.files.blobs.set(good.delta.sha256, good.bytes.subarray(0, 200)),
  "comes byte by byte": async ({ host, good }) => {
    host.stub.files.crawls.add(good.delta.sha256);
    return { wish: { pace: HASTE } };
  },
  "was made damaged, and signed": async ({ host, old, good }) => {
    const bytes = flipped(good.bytes, good.bytes.length - 20);
    host.stub.files.addBlob(bytes);
    return { signed: { bytes, delta: nameDelta({ version: "1.0.0", bytes: old }, bytes) } };
  },
  "was made for another old file, and signed for this one": async ({ host, old, fresh }) => {
    const { bytes } = await stubDelta({ version: "1.0.0", bytes: Buffer.concat([old, randomBytes(3)]) }, fresh);
    host.stub.files.addBlob(bytes);
    return { signed: { bytes, delta: nameDelta({ version: "1.0.0", bytes: old }, bytes) } };
  },
  "leads to another file than the signed one": async ({ host, old, fresh }) => {
    const { bytes } = await stubDelta({ version: "1.0.0", bytes: old }, flipped(fresh, 5));
    host.stub.files.addBlob(bytes);
    return { signed: { bytes, delta: nameDelta({ version: "1.0.0", bytes: old }, bytes) } };
  },
  "is not a delta at all": async ({ host, old }) => {
    const bytes = randomBytes(900);
    host.stub.files.addBlob(bytes);
    return { signed: { bytes, delta: nameDelta({ version: "1.0.0", bytes: old }, bytes) } };
  },
  "starts from a file that was damaged on this disk": ({ old, kept }) => writeFile(kept, flipped(old, 1000)).then(() => undefined),
  "takes too long to apply": () => Promise.resolve({ wish: { applyDelta: failsWith("DELTA_INVALID") } }),
  "finds no room on the disk": () => Promise.resolve({ wish: { applyDelta: failsWith("ENV_DISK_FULL") } }),
  "takes its process along": () => Promise.resolve({ wish: { applyDelta: failsWith("INTERNAL") } }),
};

describe("a delta that", () => {
  it.each(Object.keys(FAULTS))("%s gives way to the whole file, and is told of", async (name) => {
    const there = await scene();
    const { host, fresh, good } = there;
    const { signed = good, wish } = (await FAULTS[name]?.(there)) ?? {};
    const result = await host.bring(fresh, [signed.delta], wish);
    expect(result).toMatchObject({
      kind: "downloaded",
      fetched: { fullBytes: fresh.length, deltas: 0, givenUp: { deltas: 1, reason: expect.any(String) as unknown } },
    });
    expect((await host.arrived(fresh)).equals(fresh)).toBe(true);
    expect(host.warnings.filter((line) => line.includes("another way is taken"))).toHaveLength(1);
    const left = await readdir(host.downloads);
    expect(left.filter((file) => !/\.way\.|\.part(\.json)?$/.test(file) || file.includes("delta-"))).toEqual([]);
  });

  it("needs more memory than there is gives way without being fetched", async () => {
    const { host, old, fresh } = await scene();
    const hungry = await stubDelta({ version: "1.0.0", bytes: old }, fresh, "dictionary");
    host.stub.files.blobs.set(hungry.delta.sha256, hungry.bytes);
    const result = await host.bring(fresh, [hungry.delta], { spareMemoryBytes: 64 * 2 ** 20 });
    expect(result).toMatchObject({ fetched: { bytes: fresh.length, fullBytes: fresh.length, deltas: 0 } });
    expect(host.asked).not.toContain(hungry.delta.sha256);
  });

  it("is to blame itself is not fetched a second time; one that met a full disk is", async () => {
    const { host, fresh, good } = await scene();
    const asked = () => host.asked.filter((digest) => digest === good.delta.sha256).length;
    const gone = new AbortController();
    gone.abort();
    const denied = { mayBegin: () => asked() === 0 };
    expect(await host.bring(fresh, [good.delta], { ...denied, applyDelta: failsWith("ENV_DISK_FULL") })).toMatchObject({ kind: "stopped" });
    expect(asked()).toBe(1);
    const again = { mayBegin: () => asked() < 2, applyDelta: failsWith("DELTA_INVALID") };
    expect(await host.bring(fresh, [good.delta], again)).toMatchObject({ kind: "stopped" });
    expect(asked()).toBe(2);
    expect(await host.bring(fresh, [good.delta])).toMatchObject({ kind: "downloaded", fetched: { deltas: 0 } });
    expect(asked()).toBe(2);
  });

  it("is cut on its way goes on where it was cut", async () => {
    const { host, fresh, good } = await scene(1_000_000, 800_000);
    host.stub.files.faults.cuts.push(700_000);
    const result = await host.bring(fresh, [good.delta]);
    expect(result).toMatchObject({ fetched: { bytes: good.bytes.length, deltas: 1 } });
    expect(host.stub.files.requests.map(({ range }) => range !== undefined)).toEqual([false, true]);
    expect(host.progress.at(-1)).toEqual({ receivedBytes: good.bytes.length, totalBytes: good.bytes.length, applying: true });
  });

  it("was begun and never ended, three times, is not begun again", async () => {
    const { host, fresh, good } = await scene();
    let begun = 0;
    for (let round = 0; round < 3; round += 1) {
      const killed = new AbortController();
      const applyDelta: ApplyDelta = () => {
        begun += 1;
        killed.abort();
        return Promise.reject(new AppError("CANCELLED", "The agent was killed."));
      };
      await expect(host.bring(fresh, [good.delta], { applyDelta, signal: killed.signal })).rejects.toMatchObject({ code: "CANCELLED" });
    }
    const result = await host.bring(fresh, [good.delta], { applyDelta: applyHere });
    expect(begun).toBe(3);
    expect(result).toMatchObject({ fetched: { bytes: fresh.length + good.bytes.length, deltas: 0, givenUp: { deltas: 1 } } });
    expect(host.asked).toHaveLength(2);
  });

  it("is not wanted any more when the permission ends leaves the whole file alone, too", async () => {
    const { host, fresh, good } = await scene();
    expect(await host.bring(fresh, [good.delta], { mayBegin: () => false })).toMatchObject({
      kind: "stopped",
      failure: { cause: "lease" },
    });
    expect(host.asked).toEqual([]);
  });
});
