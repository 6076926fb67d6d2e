import { ARTIFACT_PLACEHOLDER } from "./command-line.ts";
import type { RunSpec } from "./run-spec.ts";

const PLACEHOLDER = /\{[A-Za-z][A-Za-z0-9_-]{0,40}\}/g;
const SECRET_NAME = /(?:SECRET|TOKEN|PASSWORD|PASSWD|PRIVATE_KEY|API_?KEY)$/i;

/** What is allowed and yet most likely not meant, a sentence each, with the field that it is about. */
export type RunSpecAdvice = { readonly field: "command" | "arguments" | "environment" | "probe" | "probation"; readonly text: string };

/** Looks at a valid run spec as an experienced operator would. None of it stands in the way of publishing. */
export function adviseOnRunSpec(spec: RunSpec): readonly RunSpecAdvice[] {
  return [...commandAdvice(spec), ...environmentAdvice(spec), ...probeAdvice(spec)];
}

function commandAdvice({ command, arguments: args }: RunSpec): readonly RunSpecAdvice[] {
  const texts = [...(command === undefined ? [] : [command]), ...args];
  const strange = [...new Set(texts.flatMap((text) => text.match(PLACEHOLDER) ?? []))].filter((one) => one !== ARTIFACT_PLACEHOLDER);
  const isUnused = command !== undefined && !texts.some((text) => text.includes(ARTIFACT_PLACEHOLDER));
  return [
    ...(isUnused
      ? [{ field: "command" as const, text: "Neither command nor arguments name {artifact}, so the released file is not what runs." }]
      : []),
    ...strange.map((one) => ({ field: "arguments" as const, text: `${one} is passed on as it stands; only {artifact} is replaced.` })),
  ];
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
