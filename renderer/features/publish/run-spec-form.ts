import { runSpec, type RunSpec } from "#shared/domain/release/run-spec.ts";
import type { RunSpecForm } from "../../stores/publish-store.ts";

/** Fields that can be wrong, by the name of their form field. */
export type RunSpecProblems = Readonly<Partial<Record<keyof RunSpecForm, string>>>;

/** What a form amounts to: a run spec, or what stands in its way. */
export type RunSpecReading =
  | { readonly spec: RunSpec; readonly problems?: never }
  | { readonly spec?: never; readonly problems: RunSpecProblems };

const SECOND_MS = 1000;
const PROBE_DEFAULTS = { url: "http://127.0.0.1:8080/healthz", expectStatus: 200, intervalMs: 2000, timeoutMs: 2000, failureThreshold: 3 };

/** Puts a run spec into the form that people edit. */
export function toRunSpecForm(spec: RunSpec): RunSpecForm {
  const probe = spec.probe ?? PROBE_DEFAULTS;
  return {
    command: spec.command ?? "",
    arguments: spec.arguments.join("\n"),
    environment: Object.entries(spec.environment)
      .map(([name, value]) => `${name}=${value}`)
      .join("\n"),
    installAs: spec.installAs ?? "",
    hasProbe: spec.probe !== undefined,
    probeUrl: probe.url,
    probeStatus: probe.expectStatus,
    probeIntervalSeconds: probe.intervalMs / SECOND_MS,
    probeTimeoutSeconds: probe.timeoutMs / SECOND_MS,
    probeFailures: probe.failureThreshold,
    startSeconds: spec.startDeadlineMs / SECOND_MS,
    probationSeconds: spec.probationMs / SECOND_MS,
    crashLimit: spec.crashLimit,
    stopSeconds: spec.stopDeadlineMs / SECOND_MS,
  };
}

/** Reads the form with the very schema that the control plane holds it to. */
export function readRunSpecForm(form: RunSpecForm): RunSpecReading {
  const environment = readEnvironment(form.environment);
  const parsed = runSpec.safeParse({
    ...(form.command.trim() === "" ? {} : { command: form.command.trim() }),
    arguments: lines(form.arguments),
    environment: environment.variables,
    ...(form.installAs.trim() === "" ? {} : { installAs: form.installAs.trim() }),
    ...(form.hasProbe ? { probe: readProbe(form) } : {}),
    startDeadlineMs: milliseconds(form.startSeconds),
    probationMs: milliseconds(form.probationSeconds),
    crashLimit: form.crashLimit,
    stopDeadlineMs: milliseconds(form.stopSeconds),
  });
  const problems: RunSpecProblems = {
    ...(parsed.success ? {} : Object.fromEntries(parsed.error.issues.map((issue) => [fieldOf(issue.path), words(issue)]))),
    ...(environment.problem === undefined ? {} : { environment: environment.problem }),
  };
  return parsed.success && environment.problem === undefined ? { spec: parsed.data } : { problems };
}

const milliseconds = (seconds: number): number => Math.round(seconds * SECOND_MS);
const lines = (text: string): readonly string[] => text.split("\n").filter((line) => line !== "");

const readProbe = (form: RunSpecForm) => ({
  kind: "http",
  url: form.probeUrl.trim(),
  expectStatus: form.probeStatus,
  intervalMs: milliseconds(form.probeIntervalSeconds),
  timeoutMs: milliseconds(form.probeTimeoutSeconds),
  failureThreshold: form.probeFailures,
});

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
  "probe.url": "probeUrl",
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
  return FIELDS[path.map(String).slice(0, 2).join(".")] ?? FIELDS[String(path[0])] ?? "command";
}

type Issue = { readonly path: readonly PropertyKey[]; readonly message: string; readonly maximum?: unknown; readonly minimum?: unknown };

function words(issue: Issue): string {
  const { path, message } = issue;
  if (path[0] === "probe" && path[1] === "url") return "An http address on the host itself, such as http://127.0.0.1:8080/healthz.";
  if (path[0] === "environment" && path.length > 1) return `${String(path[1])} is no name of a variable: letters, digits and underscores.`;
  return boundWords(issue, String(path.at(-1)).endsWith("Ms")) ?? message;
}

/** Bounds in the unit that people typed. */
function boundWords({ maximum, minimum }: Issue, isTime: boolean): string | undefined {
  const unit = (bound: number): string => (isTime ? `${bound / SECOND_MS} s` : String(bound));
  if (typeof maximum === "number") return `At most ${unit(maximum)}.`;
  return typeof minimum === "number" ? `At least ${unit(minimum)}.` : undefined;
}
