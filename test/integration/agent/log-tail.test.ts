import { randomUUID } from "node:crypto";
import { appendFile, truncate, writeFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { applicationId as applicationIdSchema } from "#shared/lib/ids.ts";
import { TAIL_PIECE_CHARACTERS } from "#shared/protocol/log-tail.ts";
import { setUp } from "./agent-process.ts";
import { serveOn } from "./serving-agent.ts";

const SLEEPER = { command: "/bin/sh", arguments: ["{artifact}"], installAs: "service", probationMs: 300, stopDeadlineMs: 500 };

async function following() {
  const { stub, agent } = await setUp();
  const release = stub.publish({ version: "1.0.0", bytes: Buffer.from("echo begins\nexec sleep 600\n"), runSpec: SLEEPER });
  await serveOn(stub, agent, release);
  const tailId = randomUUID();
  const { applicationId } = release;
  const log = agent.application.outputLog;
  const tail = (forMs: number) => stub.send({ type: "tail", tailId, applicationId, forMs });
  const textOf = () =>
    stub.tailed
      .filter((one) => one.tailId === tailId)
      .map(({ text }) => text)
      .join("");
  const seen = (words: string) => stub.until(() => (textOf().includes(words) ? true : undefined));
  return { stub, tail, textOf, seen, log, tailId };
}

describe("the log of an application, followed over the link", () => {
  it("comes from its last lines on, as it is written, also over a rotation, and ends when nobody follows", async () => {
    const { stub, tail, textOf, seen, log, tailId } = await following();
    tail(60_000);
    await seen("begins\n");
    await appendFile(log, "grüße aus dem log\n");
    await seen("grüße aus dem log\n");
    await truncate(log, 0);
    await appendFile(log, "anew\n");
    await seen("anew\n");
    tail(0);
    await stub.until(() => stub.tailed.find((one) => one.isOver === true && one.tailId === tailId));
    expect(textOf()).toBe("begins\ngrüße aus dem log\nanew\n");
    expect(stub.problems).toEqual([]);
  });

  it("comes in bounded pieces, and says what was left out when there is too much", async () => {
    const { stub, tail, seen, log } = await following();
    tail(60_000);
    await seen("begins\n");
    await appendFile(log, `${"x".repeat(79)}\n`.repeat(5_000));
    await seen("left out");
    expect(Math.max(...stub.tailed.map(({ text }) => text.length))).toBeLessThanOrEqual(TAIL_PIECE_CHARACTERS);
  });

  it("is over by itself, and at once for an application that is not here", async () => {
    const { stub, tail, log, tailId } = await following();
    await writeFile(log, "");
    tail(800);
    await stub.until(() => stub.tailed.find((one) => one.isOver === true && one.tailId === tailId));
    stub.send({ type: "tail", tailId: "other", applicationId: applicationIdSchema.parse(randomUUID()), forMs: 1000 });
    const last = await stub.until(() => stub.tailed.find((one) => one.isOver === true && one.tailId === "other"));
    expect(last).toMatchObject({ refused: "unknown-application" });
    expect(stub.problems).toEqual([]);
  });
});
