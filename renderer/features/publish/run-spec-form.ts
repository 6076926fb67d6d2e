import { runSpec, type RunSpec } from "#shared/domain/release/run-spec.ts";
import type { RunSpecForm } from "../../stores/publish-store.ts";
import { readRunSpecJson } from "./run-spec-json.ts";
import type { RunSpecProblems, RunSpecReading } from "./run-spec-reading.ts";

const SECOND_MS = 1000;
const PROBE_DEFAULTS = { intervalMs: 2000, timeoutMs: 2000, failureThreshold: 3 };

/** Puts a run spec into the form that people edit. */
export function toRunSpecForm(spec: RunSpec): RunSpecForm {
  const { probe } = spec;
  const times = probe ?? PROBE_DEFAULTS;
  return {
    base: spec,
    json: undefined,
    command: spec.command ?? "",
    arguments: spec.arguments.join("\n"),
    environment: Object.entries(spec.environment)
      .map(([name, value]) => `${name}=${value}`)
      .join("\n"),
    installAs: spec.installAs ?? "",
    user: spec.user ?? "",
    workingDirectory: spec.workingDirectory ?? "",
    probeKind: probe?.kind ?? "none",
    probeUrl: probe?.kind === "http" ? probe.url : "http://127.0.0.1:8080/healthz",
    probeStatus: probe?.kind === "http" ? probe.expectStatus : 200,
    probePort: probe?.kind === "tcp" ? probe.port : 8080,
    probeCommand: probe?.kind === "exec" ? [probe.command, ...probe.arguments].join("\n") : "",
    probeIntervalSeconds: times.intervalMs / SECOND_MS,
    probeTimeoutSeconds: times.timeoutMs / SECOND_MS,
    probeFailures: times.failureThreshold,
    readiness: spec.readiness?.kind ?? "default",
    restart: spec.restart?.policy ?? "always",
    afterProbation: spec.restart?.afterProbation ?? "restart",
    startSeconds: spec.startDeadlineMs / SECOND_MS,
    probationSeconds: spec.probationMs / SECOND_MS,
    crashLimit: spec.crashLimit,
    stopSeconds: spec.stopDeadlineMs / SECOND_MS,
  };
}

/** Reads the form with the very schema that the control plane holds it to. */
export function readRunSpecForm(form: RunSpecForm): RunSpecReading {
  if (form.json !== undefined) return readRunSpecJson(form.json);
  const environment = readEnvironment(form.environment);
  const parsed = runSpec.safeParse({
    ...form.base,
    command: optional(form.command),
    arguments: lines(form.arguments),
    environment: environment.variables,
    installAs: optional(form.installAs),
    user: optional(form.user),
    workingDirectory: optional(form.workingDirectory),
    probe: readProbe(form),
    readiness: form.readiness === "default" ? undefined : { kind: form.readiness },
    restart: readRestart(form),
    startDeadlineMs: milliseconds(form.startSeconds),
    probationMs: milliseconds(form.probationSeconds),
    crashLimit: form.crashLimit,
    stopDeadlineMs: milliseconds(form.stopSeconds),
  });
  const problems: RunSpecProblems = {
    ...(parsed.success ? {} : Object.fromEntries(parsed.error.issues.map((issue) => [fieldOf(issue.path), words(issue)]))),
    ...(environment.problem === undefined ? {} : { environment: environment.problem }),
  };
  return parsed.success && environment.problem === undefined ? { spec: withoutNothing(parsed.data) } : { problems };
}

const optional = (text: string): string | undefined => (text.trim() === "" ? undefined : text.trim());
const milliseconds = (seconds: number): number => Math.round(seconds * SECOND_MS);
const lines = (text: string): readonly string[] => text.split("\n").filter((line) => line !== "");

/** Fields that were left empty are not there, as in what the form was filled from. */
function withoutNothing(spec: RunSpec): RunSpec {
  return runSpec.parse(Object.fromEntries(Object.entries(spec).filter(([, value]) => value !== undefined)));
}

function readProbe(form: RunSpecForm): object | undefined {
  const { base, probeKind, probeUrl, probeStatus, probePort, probeCommand } = form;
  if (probeKind === "none") return undefined;
  const [command = "", ...args] = lines(probeCommand);
  const about = {
    http: { url: probeUrl.trim(), expectStatus: probeStatus },
    tcp: { port: probePort },
    exec: { command, arguments: args },
  };
  return {
    ...(base.probe?.kind === probeKind ? base.probe : {}),
    kind: probeKind,
    ...about[probeKind],
    intervalMs: milliseconds(form.probeIntervalSeconds),
    timeoutMs: milliseconds(form.probeTimeoutSeconds),
    failureThreshold: form.probeFailures,
  };
}

function readRestart({ base, restart, afterProbation }: RunSpecForm): object | undefined {
  if (base.restart === undefined && restart === "always" && afterProbation === "restart") return undefined;
  const isNamed = base.restart?.afterProbation !== undefined || afterProbation !== "restart";
  return { ...base.restart, policy: restart, ...(isNamed && { afterProbation }) };
}

type Environment = { readonly variables: Readonly<Record<string, string>>; readonly problem?: string };

function readEnvironment(text: string): Environment {
  const variables = new Map<string, string>();
  for (const line of lines(text).filter((one) => one.trim() !== "")) {
    const at = line.indexOf("=");
    const name = line.slice(0, Math.max(0, at)).trim();
    if (name === "") return { variables: {}, problem: `“${line.slice(0, 60)}” is no NAME=value.` };
    if (variables.has(name)) return { variables: {}, problem: `${name} is set twice.` };
    variables.set(name, line.slice(at + 1));
  }
  return { variables: Object.fromEntries(variables) };
}

const FIELDS: Readonly<Record<string, keyof RunSpecForm>> = {
  command: "command",
  arguments: "arguments",
  environment: "environment",
  installAs: "installAs",
  user: "user",
  workingDirectory: "workingDirectory",
  readiness: "readiness",
  restart: "restart",
  "probe.url": "probeUrl",
  "probe.port": "probePort",
  "probe.command": "probeCommand",
  "probe.arguments": "probeCommand",
  "probe.expectStatus": "probeStatus",
  "probe.intervalMs": "probeIntervalSeconds",
  "probe.timeoutMs": "probeTimeoutSeconds",
  "probe.failureThreshold": "probeFailures",
  startDeadlineMs: "startSeconds",
  probationMs: "probationSeconds",
  crashLimit: "crashLimit",
  stopDeadlineMs: "stopSeconds",
};

/** The field that an issue belongs to: by its whole path for the probe, else by the first part. */
function fieldOf(path: readonly PropertyKey[]): keyof RunSpecForm {
  return FIELDS[path.map(String).slice(0, 2).join(".")] ?? FIELDS[String(path[0])] ?? "base";
}

type Issue = { readonly path: readonly PropertyKey[]; readonly message: string; readonly maximum?: unknown; readonly minimum?: unknown };

function words(issue: Issue): string {
  const { path, message } = issue;
  if (path[0] === "probe" && path[1] === "url") return "An http address on the host itself, such as http://127.0.0.1:8080/healthz.";
  if (path[0] === "probe" && path[1] === "command") return "A program, then its arguments, one a line.";
  if (path[0] === "environment" && path.length > 1) return `${String(path[1])} is no name of a variable: letters, digits and underscores.`;
  return boundWords(issue, String(path.at(-1)).endsWith("Ms")) ?? message;
}

/** Bounds in the unit that people typed. */
function boundWords({ maximum, minimum }: Issue, isTime: boolean): string | undefined {
  const unit = (bound: number): string => (isTime ? `${bound / SECOND_MS} s` : String(bound));
  if (typeof maximum === "number") return `At most ${unit(maximum)}.`;
  return typeof minimum === "number" ? `At least ${unit(minimum)}.` : undefined;
}
