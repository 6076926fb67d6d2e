import { describe, expect, it } from "vitest";
import { Tally } from "#main/control-plane/metrics/tally.ts";
import { metricFamily } from "#shared/domain/metrics/metric-family.ts";

const samplesOf = (tally: Tally, name: string) => tally.families().find((family) => family.name === name)?.samples;

describe("Tally", () => {
  it("tells every listed combination from the start, so that the first event shows as a change", () => {
    const samples = samplesOf(new Tally(), "rollcall_check_ins_total");
    expect(samples).toEqual(["hello", "state", "report"].map((kind) => ({ labels: { kind }, value: 0 })));
    expect(samplesOf(new Tally(), "rollcall_updates_total")).toEqual([]);
    expect(samplesOf(new Tally(), "rollcall_download_bytes_total")).toEqual([{ labels: {}, value: 0 }]);
  });

  it("adds up by labels", () => {
    const tally = new Tally();
    tally.add("rollcall_commands_total", { event: "sent" }, 3);
    tally.add("rollcall_commands_total", { event: "sent" });
    tally.add("rollcall_commands_total", { event: "finished" });
    expect(samplesOf(tally, "rollcall_commands_total")).toContainEqual({ labels: { event: "sent" }, value: 4 });
    expect(samplesOf(tally, "rollcall_commands_total")).toContainEqual({ labels: { event: "finished" }, value: 1 });
    expect(samplesOf(tally, "rollcall_commands_total")).toHaveLength(4);
  });

  it("remembers no more names than are told", () => {
    const tally = new Tally();
    for (let index = 0; index < 1_000; index += 1)
      tally.add("rollcall_updates_total", { application: `org.example.app${index}`, outcome: "completed" });
    const samples = samplesOf(tally, "rollcall_updates_total") ?? [];
    expect(samples).toHaveLength(201);
    expect(samples.find(({ labels }) => labels["application"] === "other")?.value).toBe(800);
  });

  it("gives families that the contract takes", () => {
    for (const family of new Tally().families()) expect(metricFamily.safeParse(family).error).toBeUndefined();
  });
});
