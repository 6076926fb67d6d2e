import { formatBytes } from "#shared/lib/format.ts";
import type { PlannedStep, PublicationContent } from "../../control-plane/ports/release-store.ts";
import { allAssets } from "#shared/domain/store/github/name-assets.ts";

/** Words of the steps that every publication to GitHub has. */
const FIXED = {
  check: { phase: "check", title: "Look at the repository" },
  draft: { phase: "check", title: "Make the draft" },
  verify: { phase: "verify", title: "Compare digests" },
  describe: { phase: "describe", title: "Checksums and release manifest" },
  signature: { phase: "describe", title: "Signatures" },
  finish: { phase: "finish", title: "Publish the release" },
} as const;

/** What a step does. */
export type StepKind = keyof typeof FIXED | "upload";

/** The steps of a publication in order. Everything lies in a draft that nobody sees until the last one. */
export function planSteps(content: PublicationContent): readonly PlannedStep[] {
  const uploads = allAssets(content.manifest).map((asset): PlannedStep => {
    const title = `${asset.name} (${formatBytes(asset.sizeBytes)})`.slice(0, 200);
    return { id: `upload:${asset.sha256}`, phase: "upload", title, totalBytes: asset.sizeBytes, needsSignature: false };
  });
  return [fixed("check"), fixed("draft"), ...uploads, fixed("verify"), fixed("describe"), fixed("signature"), fixed("finish")];
}

/** Which step an id names. */
export function kindOfStep(stepId: string): StepKind | undefined {
  if (stepId.startsWith("upload:")) return "upload";
  return isFixed(stepId) ? stepId : undefined;
}

function isFixed(text: string): text is keyof typeof FIXED {
  return Object.hasOwn(FIXED, text);
}

function fixed(id: keyof typeof FIXED): PlannedStep {
  return { id, ...FIXED[id], totalBytes: 0, needsSignature: id === "signature" || id === "finish" };
}
