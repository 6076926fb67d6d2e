import { z } from "zod";
import { formatBytes, formatDuration } from "../../../lib/format.ts";
import { shownText } from "../../../lib/shown-text.ts";
import { stableJson } from "../../../lib/stable-json.ts";
import { describeProbe } from "../../release/describe-probe.ts";
import { furtherFields } from "../../release/flatten-run-spec.ts";
import { releaseManifest, type ReleaseManifest } from "../../release/manifest.ts";
import type { Probe } from "../../release/probe.ts";
import type { RunSpec } from "../../release/run-spec.ts";
import { deltasOf } from "../../release/tree-delta.ts";
import type { TrustIntent } from "../signing-request.ts";
import { change, warning, type AttachedFile, type ExplanationLine } from "./explanation.ts";
import { readJson } from "./read-json.ts";

type Publish = Extract<TrustIntent, { readonly kind: "publish" }>;

/** The manifest in an attachment; undefined when it is none, or says more than can be read here. */
export function readManifest(attached: AttachedFile | undefined): ReleaseManifest | undefined {
  const manifest = readJson(releaseManifest, attached?.text);
  // A field that is not known here could mean something to an agent: then this is no manifest that we can explain.
  return manifest !== undefined && stableJson(z.json().parse(manifest)) === attached?.text ? manifest : undefined;
}

/** What hosts would install and run, from the very manifest that is signed; and whether it is the release spoken of. */
export function explainManifest(manifest: ReleaseManifest, sha256: string, intent: Publish): readonly ExplanationLine[] {
  const name = `${intent.productId} ${intent.version}`;
  const isAsked =
    manifest.productId === intent.productId &&
    manifest.version === intent.version &&
    manifest.releaseId === intent.releaseId &&
    manifest.applicationId === intent.applicationId &&
    sha256 === intent.manifestSha256;
  return [
    change(`Adds ${name}: manifest sha256 ${sha256}, ${manifest.artifacts.length} artifact(s).`),
    ...manifest.artifacts.flatMap((one) => [
      change(
        `  ${shownText(one.platform)}: ${shownText(one.fileName)}, ${formatBytes(one.sizeBytes)}, ${one.format}, sha256 ${one.digests.sha256}`,
      ),
      ...(one.tree === undefined
        ? []
        : [change(`    unpacks to tree sha256 ${one.tree.sha256}, which hosts may make from deltas instead`)]),
      ...deltasOf(one).map((delta) =>
        change(
          `    delta from ${delta.from.version} (sha256 ${delta.from.sha256}): ${formatBytes(delta.sizeBytes)}, ${delta.codec}, sha256 ${delta.sha256}`,
        ),
      ),
    ]),
    ...runLines(manifest.runSpec),
    ...(isAsked
      ? []
      : [
          warning(
            `The manifest is that of ${shownText(manifest.productId)} ${manifest.version}, not of the release that the request names.`,
          ),
        ]),
  ];
}

/** Every part of the run spec that decides what runs. Words are quoted, so that none passes as two. */
function runLines(spec: RunSpec): readonly ExplanationLine[] {
  const words = [spec.command ?? "{artifact}", ...spec.arguments].map(quoted).join(" ");
  const variables = Object.entries(spec.environment).map(([name, value]) => change(`  with ${name}=${quoted(value)}`));
  const further = furtherFields(spec);
  return [
    change(`  runs ${words}`),
    ...variables,
    ...(spec.installAs === undefined ? [] : [change(`  installed as ${shownText(spec.installAs)}`)]),
    change(spec.probe === undefined ? "  without a probe" : probeLine(spec.probe)),
    change(
      `  on probation for ${formatDuration(spec.probationMs)}, ${spec.crashLimit} crash(es); start within ${formatDuration(spec.startDeadlineMs)}, stop within ${formatDuration(spec.stopDeadlineMs)}`,
    ),
    ...further.map(([path, value]) =>
      change(`  ${shownText(path)}: ${path.endsWith("Ms") ? formatDuration(Number(value)) : quoted(value)}`),
    ),
  ];
}

function probeLine(probe: Probe): string {
  const times = `every ${formatDuration(probe.intervalMs)}, waits ${formatDuration(probe.timeoutMs)}, bad after ${probe.failureThreshold} misses`;
  if (probe.kind !== "exec") return `  well when ${shownText(describeProbe(probe))}; asks ${times}`;
  return `  well when ${[probe.command, ...probe.arguments].map(quoted).join(" ")} exits with 0; asks ${times}`;
}

function quoted(word: string): string {
  return /^[\w./:@%+=,{}-]+$/.test(word) ? word : shownText(JSON.stringify(word), 4200);
}
