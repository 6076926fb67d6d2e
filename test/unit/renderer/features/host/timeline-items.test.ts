import { describe, expect, it } from "vitest";
import { timelineLines } from "#renderer/features/host/timeline-items.ts";
import { hostEvent } from "#shared/contract/fleets.ts";

const uuid = (digit: number): string => `00000000-0000-4000-8000-00000000000${digit}`;
let id = 100;
const phase = (at: number, name: string, release = 1, message = name) =>
  hostEvent.parse({
    id: (id -= 1),
    at,
    kind: `phase.${name}`,
    applicationId: uuid(9),
    releaseId: uuid(release),
    version: `1.${release}.0`,
    message,
    details: {},
  });
const lines = (events: readonly ReturnType<typeof phase>[]) => timelineLines(events, () => "Web");

describe("a host's timeline", () => {
  it("tells one update in one line, with its steps and how long it took", () => {
    const [line, ...rest] = lines([phase(5000, "healthy"), phase(3000, "probation"), phase(2000, "switching"), phase(1000, "downloading")]);
    expect(rest).toEqual([]);
    expect(line).toMatchObject({
      at: 5000,
      status: "healthy",
      title: "Web 1.1.0 healthy",
      steps: ["downloading", "switching", "on probation", "healthy", "took 4 s"],
    });
  });

  it("says why it went back", () => {
    expect(lines([phase(3000, "reverted", 1, "exited with code 1"), phase(2000, "probation")])[0]).toMatchObject({
      status: "failed",
      title: "Web 1.1.0 reverted: exited with code 1",
    });
  });

  it("keeps attempts, releases and other events apart", () => {
    const enrolled = hostEvent.parse({ id: 1, at: 0, kind: "enrolled", message: "Enrolled with a token.", details: {} });
    const titles = lines([
      phase(9000, "healthy"),
      phase(8000, "downloading"),
      phase(5000, "failed"),
      phase(4000, "downloading"),
      phase(3000, "healthy", 2),
      enrolled,
    ]).map((line) => line.title);
    expect(titles).toEqual(["Web 1.1.0 healthy", "Web 1.1.0 failed", "Web 1.2.0 healthy", "Enrolled with a token."]);
  });

  it("reads updates of two applications that ran at the same time as two", () => {
    expect(lines([phase(5, "healthy", 1), phase(4, "healthy", 2), phase(3, "downloading", 1), phase(2, "downloading", 2)])).toHaveLength(2);
  });
});
