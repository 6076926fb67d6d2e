import { describe, expect, it } from "vitest";
import { TailDesk } from "#main/control-plane/link/tail-desk.ts";
import type { OpenLink } from "#main/control-plane/link/open-link.ts";
import { applicationId, hostId } from "#shared/lib/ids.ts";
import type { ControlFrame } from "#shared/protocol/control-frames.ts";

const HOST = hostId.parse("7d0b8a52-3f0e-4f7c-9a55-6f1f1d0c9b11");
const APPLICATION = applicationId.parse("7d0b8a52-3f0e-4f7c-9a55-6f1f1d0c9b12");

function aDesk() {
  const sent: ControlFrame[] = [];
  const timers: (() => void)[] = [];
  // Why the casts: of link, clock and ids the desk uses what stands here.
  const link = { send: (frame: ControlFrame) => void sent.push(frame) } as unknown as OpenLink;
  const clock = { after: (_ms: number, run: () => void) => timers.push(run) && (() => undefined) } as never;
  let connected: OpenLink | undefined = link;
  const desk = new TailDesk(clock, { uuid: () => `tail-${sent.length}` } as never, { trusted: () => connected });
  const loseHost = (): void => {
    connected = undefined;
  };
  return { desk, link, sent, timers, loseHost };
}

async function all(texts: AsyncIterable<string>): Promise<string> {
  let whole = "";
  for await (const text of texts) whole += text;
  return whole;
}

describe("following a log", () => {
  it("hands on what the host sends, and nothing that another one sends under its name", async () => {
    const { desk, link, sent } = aDesk();
    const opening = desk.follow(HOST, APPLICATION, undefined);
    desk.heard({} as OpenLink, { type: "tailed", tailId: "tail-0", text: "a lie" });
    desk.heard(link, { type: "tailed", tailId: "tail-0", text: "one\n" });
    const texts = await opening;
    desk.heard(link, { type: "tailed", tailId: "tail-0", text: "two\n", isOver: true });
    expect(await all(texts)).toBe("one\ntwo\n");
    expect(sent.map((frame) => frame.type === "tail" && frame.forMs > 0)).toEqual([true, false]);
  });

  it("ends when the reader goes, and tells the host", async () => {
    const { desk, link, sent } = aDesk();
    const reader = new AbortController();
    const opening = desk.follow(HOST, APPLICATION, reader.signal);
    desk.heard(link, { type: "tailed", tailId: "tail-0", text: "" });
    const texts = await opening;
    reader.abort();
    expect(sent.at(-1)).toMatchObject({ type: "tail", forMs: 0 });
    expect(await all(texts)).toBe("");
  });

  it("hands on the last words when the link goes, and says that it went", async () => {
    const { desk, link } = aDesk();
    const opening = desk.follow(HOST, APPLICATION, undefined);
    desk.heard(link, { type: "tailed", tailId: "tail-0", text: "last words" });
    const texts = await opening;
    desk.gone(link);
    expect((await texts.next()).value).toBe("last words");
    await expect(texts.next()).rejects.toMatchObject({ code: "REMOTE_UNREACHABLE" });
  });

  it("is refused when the host is away, or never answers", async () => {
    const { desk, timers, loseHost } = aDesk();
    const opening = desk.follow(HOST, APPLICATION, undefined);
    for (const run of timers) run();
    await expect(opening).rejects.toMatchObject({ code: "REMOTE_TIMEOUT" });
    loseHost();
    await expect(desk.follow(HOST, APPLICATION, undefined)).rejects.toMatchObject({ code: "REMOTE_UNREACHABLE" });
  });

  it.each([
    ["unknown-application", "NOT_FOUND"],
    ["too-many", "RATE_LIMITED"],
  ] as const)("is refused when the host refuses it as %s", async (refused, code) => {
    const { desk, link } = aDesk();
    const opening = desk.follow(HOST, APPLICATION, undefined);
    desk.heard(link, { type: "tailed", tailId: "tail-0", text: "", isOver: true, refused });
    await expect(opening).rejects.toMatchObject({ code });
  });
});
