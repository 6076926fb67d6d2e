import { ARTIFACT_PLACEHOLDER, SLOT_PLACEHOLDER } from "./command-line.ts";
import type { RunSpec } from "./run-spec.ts";

const PLACEHOLDER = /\{[A-Za-z][A-Za-z0-9_-]{0,40}\}/g;
const SECRET_NAME = /(?:SECRET|TOKEN|PASSWORD|PASSWD|PRIVATE_KEY|API_?KEY)$/i;

/** What is allowed and yet most likely not meant, a sentence each, with the field that it is about. */
export type RunSpecAdvice = {
  readonly field: "command" | "arguments" | "environment" | "probe" | "probation" | "sockets" | "readiness" | "drainDeadlineMs";
  readonly text: string;
};

/** Looks at a valid run spec as an experienced operator would. None of it stands in the way of publishing. */
export function adviseOnRunSpec(spec: RunSpec): readonly RunSpecAdvice[] {
  return [...commandAdvice(spec), ...environmentAdvice(spec), ...probeAdvice(spec), ...handOverAdvice(spec)];
}

const KNOWN: readonly string[] = [ARTIFACT_PLACEHOLDER, SLOT_PLACEHOLDER];

function commandAdvice({ command, arguments: args, unpack }: RunSpec): readonly RunSpecAdvice[] {
  const texts = [...(command === undefined ? [] : [command]), ...args];
  const strange = [...new Set(texts.flatMap((text) => text.match(PLACEHOLDER) ?? []))].filter((one) => !KNOWN.includes(one));
  return [
    ...(unpack === true ? unpackedAdvice(command, texts) : plainAdvice(command, texts)),
    ...strange.map((one) => ({
      field: "arguments" as const,
      text: `${one} is passed on as it stands; only {artifact} and {slot} are replaced.`,
    })),
  ];
}

const names = (texts: readonly string[]): boolean => texts.some((text) => KNOWN.some((one) => text.includes(one)));

function plainAdvice(command: string | undefined, texts: readonly string[]): readonly RunSpecAdvice[] {
  if (command === undefined || names(texts)) return [];
  return [{ field: "command", text: "Neither command nor arguments name {artifact}, so the released file is not what runs." }];
}

function unpackedAdvice(command: string | undefined, texts: readonly string[]): readonly RunSpecAdvice[] {
  if (command === undefined)
    return [{ field: "command", text: "An unpacked release needs a command: a file of the archive, such as bin/web or ./web." }];
  const isOwn = command.includes("/") && !command.startsWith("/");
  if (isOwn || names(texts)) return [];
  return [{ field: "command", text: "Nothing of the archive is named: write ./web for a file of it, or {slot} in an argument." }];
}

function environmentAdvice({ environment }: RunSpec): readonly RunSpecAdvice[] {
  return Object.keys(environment)
    .filter((name) => SECRET_NAME.test(name))
    .map((name) => ({
      field: "environment" as const,
      text: `${name} looks like a secret. Everyone who sees this release can read it; put it in the host’s own file instead.`,
    }));
}

function probeAdvice({ probe, probationMs }: RunSpec): readonly RunSpecAdvice[] {
  if (probe === undefined) return [];
  const failsAfterMs = probe.intervalMs * probe.failureThreshold;
  return [
    ...(probe.timeoutMs > probe.intervalMs
      ? [{ field: "probe" as const, text: "It may wait longer for an answer than until the next question." }]
      : []),
    ...(probationMs < failsAfterMs
      ? [
          {
            field: "probation" as const,
            text: "Probation ends before the probe can have failed often enough, so a failing probe would not revert.",
          },
        ]
      : []),
  ];
}

/** What keeps versions from changing without a failed request. A probe cannot tell two versions apart through one socket. */
function handOverAdvice({ sockets = [], readiness, drainDeadlineMs, restart }: RunSpec): readonly RunSpecAdvice[] {
  if (sockets.length === 0) {
    if (drainDeadlineMs === undefined) return [];
    const text = "Without sockets that the host holds nothing drains: the old version stops before the new one starts.";
    return [{ field: "drainDeadlineMs", text }];
  }
  return [
    ...(readiness?.kind === "pipe" || readiness?.kind === "ipc"
      ? []
      : [
          {
            field: "readiness" as const,
            text: "With sockets but no readiness by pipe or ipc, a second of life counts as ready: a version that starts slowly or fails later is handed connections that it drops. Zero downtime cannot be promised.",
          },
        ]),
    ...(restart?.policy === "never"
      ? [{ field: "sockets" as const, text: "It is never started again, so after its end connections wait in the held socket in vain." }]
      : []),
  ];
}
