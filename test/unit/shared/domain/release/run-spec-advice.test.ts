import { describe, expect, it } from "vitest";
import { adviseOnRunSpec } from "#shared/domain/release/run-spec-advice.ts";
import { runSpec } from "#shared/domain/release/run-spec.ts";

const advice = (spec: object): readonly string[] => adviseOnRunSpec(runSpec.parse(spec)).map((one) => one.text);
const http = { name: "http", kind: "tcp", port: 8080 };
const probe = { kind: "http", url: "http://127.0.0.1:80/" };

describe("advice on a run spec", () => {
  it("has nothing to say about the defaults, with and without a probe", () => {
    expect(advice({})).toEqual([]);
    expect(advice({ probe })).toEqual([]);
  });

  it.each([
    ["a command that never runs the release", { command: "/bin/true" }, "name {artifact}"],
    ["a placeholder that nobody replaces", { arguments: ["--port={port}"] }, "{port} is passed on as it stands"],
    ["a secret in a signed document", { environment: { DB_PASSWORD: "x" } }, "DB_PASSWORD looks like a secret"],
    ["a probe that overlaps itself", { probe: { ...probe, intervalMs: 500, timeoutMs: 2000 } }, "until the next question"],
    ["a probation that is over before the probe can fail", { probe, probationMs: 1000 }, "would not revert"],
    ["held sockets without a word of readiness", { sockets: [http] }, "Zero downtime cannot be promised"],
    [
      "held sockets whose readiness is a probe",
      { sockets: [http], probe, readiness: { kind: "probe" } },
      "Zero downtime cannot be promised",
    ],
    [
      "held sockets that nobody serves after an end",
      { sockets: [http], readiness: { kind: "pipe" }, restart: { policy: "never" } },
      "in vain",
    ],
    ["time to drain without a socket to hand over", { drainDeadlineMs: 5000 }, "the old version stops before the new one starts"],
  ])("names %s", (_, spec, words) => {
    expect(advice(spec).join(" ")).toContain(words);
  });

  it.each(["pipe", "ipc"])("has nothing to say about held sockets with readiness by %s", (kind) => {
    expect(advice({ sockets: [http], readiness: { kind } })).toEqual([]);
  });

  it("is content with a command that names the file", () => {
    expect(advice({ command: "/usr/bin/java", arguments: ["-jar", "{artifact}"] })).toEqual([]);
  });
});
