import { describe, expect, it } from "vitest";
import { runSpec } from "#shared/domain/release/run-spec.ts";
import { readRunSpecForm, toRunSpecForm } from "#renderer/features/publish/run-spec-form.ts";

const form = toRunSpecForm(runSpec.parse({}));

describe("the form of a run spec", () => {
  it("gives back the run spec that was put in", () => {
    const spec = runSpec.parse({
      command: "/usr/bin/env",
      arguments: ["--config", "/etc/a b.toml", "{artifact}"],
      environment: { LOG: "info", URL: "http://x/?a=b" },
      installAs: "web",
      probe: { kind: "http", url: "http://localhost:9000/up", intervalMs: 1500 },
      probationMs: 90_000,
    });
    expect(readRunSpecForm(toRunSpecForm(spec))).toEqual({ spec });
    expect(readRunSpecForm(form)).toEqual({ spec: runSpec.parse({}) });
  });

  it("leaves empty lines out", () => {
    expect(readRunSpecForm({ ...form, arguments: "--a\n\n--b\n", environment: "\nA=1\n" }).spec).toMatchObject({
      arguments: ["--a", "--b"],
      environment: { A: "1" },
    });
  });

  it.each([
    ["a variable without a name", { environment: "=1" }, "environment", "no NAME=value"],
    ["a line that is no variable", { environment: "LOG" }, "environment", "“LOG” is no NAME=value."],
    ["a variable twice", { environment: "A=1\nA=2" }, "environment", "A is set twice."],
    ["a name that no shell takes", { environment: "1A=1" }, "environment", "1A is no name"],
    ["a probe elsewhere", { hasProbe: true, probeUrl: "http://example.org/" }, "probeUrl", "on the host itself"],
    ["a folder to install as", { installAs: "../web" }, "installAs", "without folders"],
    ["no crash at all", { crashLimit: 0 }, "crashLimit", "At least 1."],
    ["a deadline of days", { stopSeconds: 100_000 }, "stopSeconds", "At most 600 s."],
    ["a probe that never waits", { hasProbe: true, probeIntervalSeconds: 0 }, "probeIntervalSeconds", "At least 0.2 s."],
  ] as const)("says at the field what is wrong with %s", (_, part, field, words) => {
    expect(readRunSpecForm({ ...form, ...part }).problems?.[field]).toContain(words);
  });

  it("tells everything that is wrong at once, each at its field", () => {
    const problems = readRunSpecForm({ ...form, environment: "LOG", crashLimit: 0, installAs: "a/b" }).problems;
    expect(Object.keys(problems ?? {}).toSorted()).toEqual(["crashLimit", "environment", "installAs"]);
  });

  it("ignores the fields of a probe that is off", () => {
    expect(readRunSpecForm({ ...form, hasProbe: false, probeUrl: "nonsense" }).spec?.probe).toBeUndefined();
  });
});
