import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import type { ReportBody, ReportFrame } from "#shared/protocol/agent-frames.ts";
import { applicationId, commandId, hostId } from "#shared/lib/ids.ts";
import { CommandJournal } from "#main/agent/commands/command-journal.ts";
import { Outbox } from "#main/agent/reports/outbox.ts";
import { DesiredStore } from "#main/agent/state/desired-store.ts";
import { DurableDocument } from "#main/agent/state/durable-document.ts";
import { loadHostKey } from "#main/agent/state/host-key.ts";
import { AppendLog } from "#main/node/append-log.ts";
import { tempFolder } from "#test/builders/temp-folder.ts";

const schema = z.object({ count: z.int() });
const code = (thrown: unknown): unknown => (thrown instanceof Error && "code" in thrown ? thrown.code : thrown);

describe("a durable document", () => {
  it("reads what was written, and nothing where nothing was", async () => {
    const document = new DurableDocument(join(await tempFolder(), "state.json"), schema);
    expect(await document.read()).toEqual({ value: undefined });
    await document.write({ count: 1 });
    expect(await document.read()).toEqual({ value: { count: 1 } });
  });

  it.each(["torn", "", '{"sha256":"00","body":"{\\"count\\":9}"}'])(
    "is recovered from its twin when the first copy reads %j",
    async (text) => {
      const path = join(await tempFolder(), "state.json");
      const document = new DurableDocument(path, schema);
      await document.write({ count: 7 });
      await writeFile(path, text);
      expect(await document.read()).toEqual({ value: { count: 7 }, recovered: path });
      expect(await document.read()).toEqual({ value: { count: 7 } });
    },
  );

  it("is recovered when the first copy is gone, and stands on the first when the twin is damaged", async () => {
    const folder = await tempFolder();
    const document = new DurableDocument(join(folder, "state.json"), schema);
    await document.write({ count: 7 });
    await rm(join(folder, "state.json"));
    expect((await document.read()).value).toEqual({ count: 7 });
    await writeFile(join(folder, "state.twin.json"), "torn");
    expect(await document.read()).toEqual({ value: { count: 7 } });
  });

  it("is recovered from its twin when the disk neither gives the first copy nor takes another one", async () => {
    const path = join(await tempFolder(), "state.json");
    const document = new DurableDocument(path, schema);
    await document.write({ count: 7 });
    await rm(path);
    await mkdir(join(path, "in-the-way"), { recursive: true });
    expect(await document.read()).toEqual({ value: { count: 7 }, recovered: path });
  });

  it("is refused when both copies are damaged", async () => {
    const folder = await tempFolder();
    const document = new DurableDocument(join(folder, "state.json"), schema);
    await writeFile(join(folder, "state.json"), "one");
    await writeFile(join(folder, "state.twin.json"), "two");
    expect(code(await document.read().catch((thrown: unknown) => thrown))).toBe("ENV_DATA_CORRUPT");
    expect(await readFile(join(folder, "state.json"), "utf8")).toBe("one");
  });

  it("writes a burst in order and ends with its last value", async () => {
    const document = new DurableDocument(join(await tempFolder(), "state.json"), schema);
    await Promise.all(Array.from({ length: 50 }, (_, count) => document.write({ count })));
    expect((await document.read()).value).toEqual({ count: 49 });
  });
});

describe("an append log", () => {
  it("leaves out a torn line and appends behind what is whole", async () => {
    const path = join(await tempFolder(), "log");
    const { log } = await AppendLog.open(path);
    await Promise.all([log.append("one"), log.append("two"), log.append("three")]);
    await log.close();
    const text = await readFile(path, "utf8");
    await writeFile(path, text.slice(0, -3));
    const again = await AppendLog.open(path);
    expect([again.lines, again.damaged]).toEqual([["one", "two"], 1]);
    await again.log.append("four");
    await again.log.close();
    expect((await AppendLog.open(path)).lines).toEqual(["one", "two", "four"]);
  });

  it("leaves out a line that was changed", async () => {
    const path = join(await tempFolder(), "log");
    const { log } = await AppendLog.open(path);
    await log.append("amount 1");
    await log.append("amount 2");
    await writeFile(path, (await readFile(path, "utf8")).replace("amount 1", "amount 9"));
    expect(await AppendLog.open(path)).toMatchObject({ lines: ["amount 2"], damaged: 1 });
  });
});

const HOST = hostId.parse("0b8f3c1e-58a5-4b0e-9a39-3a52b7f5f001");
const COMMAND = commandId.parse("0b8f3c1e-58a5-4b0e-9a39-3a52b7f5f002");
const source = (boot: string) => ({ hostId: HOST, boot, sign: () => "s".repeat(86) });
const state = (at: number): ReportBody => ({ kind: "state", at, applications: [] });
const command = (at: number): ReportBody => ({
  kind: "command",
  at,
  commandId: COMMAND,
  outcome: "done",
  message: "",
});
const A = "a".repeat(32);
const B = "b".repeat(32);
const numbers = (frames: readonly ReportFrame[]) => frames.map(({ boot, sequence, body }) => `${boot[0] ?? ""}${sequence}@${body.at}`);

describe("the outbox", () => {
  it("numbers without gaps, sends in order, and forgets what is acknowledged", async () => {
    const { outbox } = await Outbox.open(join(await tempFolder(), "outbox"), source(A));
    const sent: ReportFrame[] = [];
    await outbox.append(command(1));
    await outbox.attach((frame) => void sent.push(frame));
    await Promise.all([outbox.append(command(2)), outbox.append(command(3))]);
    expect(numbers(sent)).toEqual(["a1@1", "a2@2", "a3@3"]);
    await outbox.acknowledge(A, 2);
    expect(numbers(outbox.open)).toEqual(["a3@3"]);
    outbox.detach();
    await outbox.attach((frame) => void sent.push(frame));
    expect(numbers(sent)).toEqual(["a1@1", "a2@2", "a3@3", "a3@3"]);
  });

  it("keeps one observation while there is no link, and one open one while nobody acknowledges", async () => {
    const { outbox } = await Outbox.open(join(await tempFolder(), "outbox"), source(A));
    const sent: ReportFrame[] = [];
    for (const at of [1, 2, 3]) await outbox.offerState(state(at));
    expect(outbox.open).toEqual([]);
    await outbox.attach((frame) => void sent.push(frame));
    for (const at of [4, 5, 6]) await outbox.offerState(state(at));
    expect(numbers(sent)).toEqual(["a1@3"]);
    await outbox.acknowledge(A, 1);
    expect(numbers(sent)).toEqual(["a1@3", "a2@6"]);
  });

  it("writes no observation and no receipt of one by itself, so that an idle host is left alone", async () => {
    const path = join(await tempFolder(), "outbox");
    const { outbox } = await Outbox.open(path, source(A));
    await outbox.attach(() => undefined);
    for (const at of [1, 2, 3]) {
      await outbox.offerState(state(at));
      await outbox.acknowledge(A, at);
    }
    expect(outbox.open).toEqual([]);
    expect(await readFile(path, "utf8")).toBe("");
  });

  it("takes an open observation and the last receipt along with what must be durable, and leaves no gap", async () => {
    const path = join(await tempFolder(), "outbox");
    const { outbox } = await Outbox.open(path, source(A));
    await outbox.attach(() => undefined);
    await outbox.offerState(state(1));
    await outbox.acknowledge(A, 1);
    await outbox.offerState(state(2));
    await outbox.append(command(3));
    // Killed here; the next agent knows that the control plane heard this boot, and up to where.
    const next = (await Outbox.open(path, source(B))).outbox;
    expect(numbers(next.open)).toEqual(["a2@2", "a3@3"]);
    await outbox.acknowledge(A, 2);
    await outbox.append(command(4));
    expect(numbers((await Outbox.open(path, source(B))).outbox.open)).toEqual(["a3@3", "a4@4"]);
    await outbox.acknowledge(A, 4);
    expect((await Outbox.open(path, source(B))).outbox.open).toEqual([]);
  });

  it("keeps a receipt that comes while something is written", async () => {
    const path = join(await tempFolder(), "outbox");
    const { outbox } = await Outbox.open(path, source(A));
    await outbox.attach(() => undefined);
    await outbox.offerState(state(1));
    await Promise.all([outbox.append(command(2)), outbox.acknowledge(A, 1)]);
    await outbox.append(command(3));
    expect(numbers((await Outbox.open(path, source(B))).outbox.open)).toEqual(["a2@2", "a3@3"]);
  });

  it("sends what the boot before left under its own numbers, when that boot was heard", async () => {
    const path = join(await tempFolder(), "outbox");
    const first = (await Outbox.open(path, source(A))).outbox;
    for (const at of [1, 2, 3]) await first.append(command(at));
    await first.acknowledge(A, 1);
    await first.close();
    const second = (await Outbox.open(path, source(B))).outbox;
    await second.append(command(4));
    expect(numbers(second.open)).toEqual(["a2@2", "a3@3", "b1@4"]);
    await second.renumberEarlierBoots();
    expect(numbers(second.open)).toEqual(["b1@4", "b2@2", "b3@3"]);
  });

  it("numbers again what a boot left that was never heard", async () => {
    const path = join(await tempFolder(), "outbox");
    const first = (await Outbox.open(path, source(A))).outbox;
    await first.append(command(1));
    await first.close();
    expect(numbers((await Outbox.open(path, source(B))).outbox.open)).toEqual(["b1@1"]);
  });

  it("closes the gap that a damaged line leaves", async () => {
    const path = join(await tempFolder(), "outbox");
    const first = (await Outbox.open(path, source(A))).outbox;
    for (const at of [1, 2, 3]) await first.append(command(at));
    await first.close();
    const lines = (await readFile(path, "utf8")).split("\n");
    lines[1] = "damaged";
    await writeFile(path, lines.join("\n"));
    const { outbox, damaged } = await Outbox.open(path, source(B));
    expect([damaged, numbers(outbox.open)]).toEqual([1, ["b1@1", "b2@3"]]);
  });
});

describe("the desired document", () => {
  const frame = (epoch: number, revision: number) => ({ type: "desired" as const, pair: { epoch, revision }, applications: [] });

  it("is in force from the newest pair on, over restarts too", async () => {
    const path = join(await tempFolder(), "desired.json");
    const store = new DesiredStore(path, "boot");
    expect(await store.apply(frame(1, 5), 100)).toBe("applied");
    expect(await store.apply(frame(1, 4), 101)).toBe("older");
    expect(await store.apply(frame(1, 5), 102)).toBe("repeated");
    const again = new DesiredStore(path, "boot");
    await again.load();
    expect(again.current).toMatchObject({ frame: { pair: { epoch: 1, revision: 5 } }, receivedAtMs: 102 });
  });

  it("carries no lease over a boot of the machine", async () => {
    const path = join(await tempFolder(), "desired.json");
    await new DesiredStore(path, "boot").apply(frame(1, 5), 100);
    const again = new DesiredStore(path, "another boot");
    await again.load();
    expect(again.current?.receivedAtMs).toBe(Number.NEGATIVE_INFINITY);
  });
});

describe("the command journal", () => {
  it("remembers what is done within its bound, and everything that is not", async () => {
    const path = join(await tempFolder(), "commands.json");
    const journal = new CommandJournal(path);
    const entry = (index: number, done: boolean) => ({
      commandId: commandId.parse(`0b8f3c1e-58a5-4b0e-9a39-${String(index).padStart(12, "0")}`),
      body: { kind: "restart" as const, applicationId: applicationId.parse("0b8f3c1e-58a5-4b0e-9a39-3a52b7f5f003") },
      receivedAtMs: 1,
      ttlMs: 1,
      state: done ? ("done" as const) : ("accepted" as const),
    });
    await journal.put(entry(0, false));
    for (let index = 1; index <= 300; index += 1) void journal.put(entry(index, true));
    await journal.put(entry(301, true));
    const again = new CommandJournal(path);
    await again.load();
    expect(again.open).toHaveLength(1);
    expect([again.has(entry(1, true).commandId), again.has(entry(301, true).commandId)]).toEqual([false, true]);
  });
});

describe("the host key", () => {
  it("is made once, kept, and never replaced when it is damaged", async () => {
    const folder = await tempFolder();
    await mkdir(folder, { recursive: true });
    const path = join(folder, "host.key");
    const first = await loadHostKey(path);
    expect((await loadHostKey(path)).publicKey).toBe(first.publicKey);
    await writeFile(path, "damaged");
    expect(code(await loadHostKey(path).catch((thrown: unknown) => thrown))).toBe("ENV_DATA_CORRUPT");
    expect(await readFile(path, "utf8")).toBe("damaged");
  });
});
