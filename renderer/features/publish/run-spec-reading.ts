import type { RunSpec } from "#shared/domain/release/run-spec.ts";
import type { RunSpecForm } from "../../stores/publish-store.ts";

/** Fields that can be wrong, by the name of their form field; `base` is one that the form does not show. */
export type RunSpecProblems = Readonly<Partial<Record<keyof RunSpecForm, string>>>;

/** What a form amounts to: a run spec, or what stands in its way. */
export type RunSpecReading =
  | { readonly spec: RunSpec; readonly problems?: never }
  | { readonly spec?: never; readonly problems: RunSpecProblems };
