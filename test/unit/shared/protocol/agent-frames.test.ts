import { describe, expect, it } from "vitest";
import { agentFrame, reportBody } from "#shared/protocol/agent-frames.ts";
import { reportBytes } from "#shared/protocol/signing.ts";
import { hostId } from "#shared/lib/ids.ts";

const APPLICATION = "7d0b8a52-3f0e-4f7c-9a55-6f1f1d0c9b11";
const RELEASE = "0b1f6d9c-58c2-4c5e-8f0a-2a4f7a1f3c77";
const HOST = "3e8d2a44-9b0f-4f35-8d3b-5f9c1b7e2a10";
const DIGEST = "ab".repeat(32);

/** A report as agents before deltas sent it, to the letter. */
const PLAIN = `{"kind":"phase","at":1763700000000,"applicationId":"${APPLICATION}","releaseId":"${RELEASE}","digest":"${DIGEST}","phase":"staged","application":{"applicationId":"${APPLICATION}","phase":"staged","healthy":true,"restarts":0,"slots":[],"quarantine":[]}}`;

/** The same from an agent that tells what the release has taken. */
const TOLD = PLAIN.replace(
  `"phase":"staged","application"`,
  `"phase":"staged","fetched":{"bytes":41200,"fullBytes":3000000,"deltas":1,"givenUp":{"deltas":1,"reason":"damaged"}},"application"`,
);

const read = (text: string) => reportBody.parse(JSON.parse(text));

describe("a phase report", () => {
  it.each([PLAIN, TOLD])("is read and written without changing a byte of what is signed", (text) => {
    expect(JSON.stringify(read(text))).toBe(text);
  });

  it("is signed over what it tells of the fetched bytes", () => {
    const signed = (text: string) =>
      Buffer.from(reportBytes({ hostId: hostId.parse(HOST), boot: "b".repeat(32), sequence: 1, body: read(text) })).toString("utf8");
    expect(signed(TOLD)).toContain(`"bytes":41200`);
    expect(signed(PLAIN)).not.toContain("fetched");
  });

  it("is refused when what it tells of the fetched bytes cannot be", () => {
    const frame = (fetched: object) => ({
      type: "report",
      boot: "b".repeat(32),
      sequence: 1,
      body: { ...read(PLAIN), fetched },
      signature: "A".repeat(86),
    });
    expect(agentFrame.safeParse(frame({ bytes: 1, fullBytes: 2, deltas: 0 })).success).toBe(true);
    expect(agentFrame.safeParse(frame({ bytes: -1, fullBytes: 2, deltas: 0 })).success).toBe(false);
    expect(agentFrame.safeParse(frame({ bytes: 1, fullBytes: 2, deltas: 0.5 })).success).toBe(false);
  });
});
