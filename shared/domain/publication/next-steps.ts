import type { PublicationStep } from "./publication.ts";

/** Uploads of one publication that run side by side. */
export const PARALLEL_UPLOADS = 3;

/** What a publication does next: run these, wait for signatures, or nothing more. */
export type NextSteps<S> =
  | { readonly kind: "run"; readonly steps: readonly S[] }
  | { readonly kind: "unsigned" }
  | { readonly kind: "done" };

type Planned = Pick<PublicationStep, "phase" | "state" | "needsSignature">;

/**
 * The steps that come next, in the order of the plan. Steps run one by one, except that uploads that stand beside each
 * other run together; the caller bounds how many at one moment.
 */
export function nextSteps<S extends Planned>(steps: readonly S[], isSigned: boolean): NextSteps<S> {
  const at = steps.findIndex((step) => step.state !== "done");
  const first = steps[at];
  if (first === undefined) return { kind: "done" };
  if (first.needsSignature && !isSigned) return { kind: "unsigned" };
  if (first.phase !== "upload") return { kind: "run", steps: [first] };
  const end = steps.findIndex((step, index) => index > at && step.phase !== "upload");
  const uploads = steps.slice(at, end === -1 ? undefined : end);
  return { kind: "run", steps: uploads.filter((step) => step.state !== "done" && (!step.needsSignature || isSigned)) };
}
