import { useState } from "react";
import type { RolloutPreview, RolloutRow } from "#shared/contract/rollouts.ts";
import type { AppError } from "#shared/errors/app-error.ts";
import { releaseId as releaseIdSchema } from "#shared/lib/ids.ts";
import { keys } from "../../data/query-keys.ts";
import { useContractQuery } from "../../data/use-contract-query.ts";
import { toPlanInput, type PlanDraft, type PlanInput } from "./plan-draft.ts";

/** What a plan would do, as far as it is known. */
export type DryRunReading = {
  readonly input: PlanInput | undefined;
  /** The newest answer; while a changed plan is being judged, the last one stays. */
  readonly preview: RolloutPreview | undefined;
  /** True when `preview` is about this very plan. */
  readonly isJudged: boolean;
  readonly missing: string | undefined;
  readonly error: AppError | null;
  /** Rollouts that hold the planned groups now. */
  readonly held: readonly RolloutRow[];
  /** The chosen releases as PRODUCT-ID@VERSION; empty until all are known. */
  readonly releaseWords: readonly string[];
};

/** Judges the plan as it stands, again whenever it or the fleet changes. One salt keeps to the same hosts throughout. */
export function useDryRun(plan: PlanDraft | undefined): DryRunReading {
  const [salt] = useState(() => crypto.randomUUID());
  const ready = plan === undefined ? { missing: "Choose the fleet." } : toPlanInput(plan);
  const input = "input" in ready ? ready.input : undefined;
  const asked = useContractQuery(
    keys.rolloutPreview(input),
    async (client, signal) => (input === undefined ? undefined : await client.rollouts.preview({ ...input, salt }, { signal })),
    { enabled: input !== undefined, keepsLast: true },
  );
  const preview = input === undefined ? undefined : asked.data;
  return {
    input,
    preview,
    isJudged: preview !== undefined && !asked.isPlaceholderData && asked.error === null,
    missing: "missing" in ready ? ready.missing : undefined,
    error: asked.error,
    held: useHeld(preview?.activeRolloutIds ?? []),
    releaseWords: useReleaseWords(plan?.releases ?? {}),
  };
}

function useHeld(ids: readonly string[]): readonly RolloutRow[] {
  const filter = { active: true };
  const rows = useContractQuery(keys.rollouts(filter), (client, signal) => client.rollouts.list(filter, { signal }), {
    enabled: ids.length > 0,
  });
  return (rows.data ?? []).filter((row) => ids.includes(row.id));
}

function useReleaseWords(releases: PlanDraft["releases"]): readonly string[] {
  const applications =
    useContractQuery(keys.applications(), (client, signal) => client.applications.list(undefined, { signal })).data ?? [];
  const ids = Object.values(releases);
  const versions = useContractQuery(
    ["releases", "versions", ids],
    (client, signal) => Promise.all(ids.map((id) => client.releases.get({ releaseId: releaseIdSchema.parse(id) }, { signal }))),
    { enabled: ids.length > 0 },
  ).data;
  const words = (versions ?? []).flatMap((release) => {
    const product = applications.find((one) => one.id === release.applicationId)?.productId;
    return product === undefined ? [] : [`${product}@${release.version}`];
  });
  return words.length === ids.length ? words : [];
}
