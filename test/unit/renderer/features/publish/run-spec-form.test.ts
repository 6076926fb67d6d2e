import { describe, expect, it } from "vitest";
import { runSpec } from "#shared/domain/release/run-spec.ts";
import { toRunSpecJson, unsetFields } from "#renderer/features/publish/run-spec-json.ts";
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
    const rich = runSpec.parse({
      probe: { kind: "tcp", host: "::1", port: 9000 },
      readiness: { kind: "pipe" },
      restart: { policy: "on-failure", maxDelayMs: 5000, afterProbation: "revert", crashLimit: 4 },
      user: "web:www",
      workingDirectory: "{work}/a",
      stopSignal: "SIGINT",
      logs: { files: 3 },
    });
    expect(readRunSpecForm(toRunSpecForm(rich))).toEqual({ spec: rich });
    expect(JSON.stringify(readRunSpecForm(form).spec)).toBe(JSON.stringify(runSpec.parse({})));
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
    ["a probe elsewhere", { probeKind: "http", probeUrl: "http://example.org/" }, "probeUrl", "on the host itself"],
    ["a folder to install as", { installAs: "../web" }, "installAs", "without folders"],
    ["no crash at all", { crashLimit: 0 }, "crashLimit", "At least 1."],
    ["a deadline of days", { stopSeconds: 100_000 }, "stopSeconds", "At most 600 s."],
    ["no port", { probeKind: "tcp", probePort: 0 }, "probePort", "At least 1."],
    ["a probe without a program", { probeKind: "exec", probeCommand: "\n" }, "probeCommand", "A program"],
    ["a user that no host has", { user: "-rm" }, "user", "user:group"],
    ["a folder relative to nothing", { workingDirectory: "tmp" }, "workingDirectory", "{work}"],
    ["a probe that never waits", { probeKind: "http", probeIntervalSeconds: 0 }, "probeIntervalSeconds", "At least 0.2 s."],
  ] as const)("says at the field what is wrong with %s", (_, part, field, words) => {
    expect(readRunSpecForm({ ...form, ...part }).problems?.[field]).toContain(words);
  });

  it("tells everything that is wrong at once, each at its field", () => {
    const problems = readRunSpecForm({ ...form, environment: "LOG", crashLimit: 0, installAs: "a/b" }).problems;
    expect(Object.keys(problems ?? {}).toSorted()).toEqual(["crashLimit", "environment", "installAs"]);
  });

  it("ignores the fields of a probe that is off", () => {
    expect(readRunSpecForm({ ...form, probeKind: "none", probeUrl: "nonsense" }).spec?.probe).toBeUndefined();
  });

  it("takes fields away that are emptied, and keeps those that it does not show", () => {
    const spec = runSpec.parse({ user: "web", stopSignal: "SIGINT", probe: { kind: "exec", command: "/check" } });
    expect(readRunSpecForm({ ...toRunSpecForm(spec), user: " ", probeKind: "none" })).toEqual({
      spec: runSpec.parse({ stopSignal: "SIGINT" }),
    });
  });
});

describe("the JSON of a run spec", () => {
  const read = (json: string) => readRunSpecForm({ ...form, json });

  it("is the whole of it", () => {
    const spec = runSpec.parse({ logs: { files: 3 }, user: "web" });
    expect(read(toRunSpecJson(spec))).toEqual({ spec });
    expect(unsetFields(toRunSpecJson(spec))).toContain("stopSignal");
    expect(unsetFields(toRunSpecJson(spec))).not.toContain("logs");
  });

  it("tells the line and the field of what is wrong, and what there is not at all", () => {
    expect(read('{\n"probe": {\n"kind": "tcp",\n"port": 70000 } }').problems?.json).toMatch(/^Line 4, probe\.port: /);
    expect(read('{\n"usr": "web" }').problems?.json).toBe("Line 2, usr: There is no such field.");
    expect(read('{ "logs": { "file": 3 } }').problems?.json).toBe("Line 1, logs.file: There is no such field.");
    expect(read("{").problems?.json).toContain("JSON");
  });
});
