import type { ApplicationRow, ReleaseRow } from "#shared/contract/applications.ts";
import { productId } from "#shared/domain/release/release.ts";
import type { RunSpec } from "#shared/domain/release/run-spec.ts";
import { displayName } from "#shared/lib/scalars.ts";
import type { StoreEntry } from "#shared/domain/store/store.ts";
import type { DraftApplication, PublishDraft } from "../../stores/publish-store.ts";
import { storesOf, storesWords } from "./store-choice.ts";
import { applicationOf, newestOf, platformProblem, platformsOf, runSpecOf, versionOf, versionProblem } from "./view-model.ts";

/** Everything that publishing needs, with nothing left to guess. */
export type PublishPlan = {
  readonly application: DraftApplication;
  readonly applicationName: string;
  readonly productId: string;
  readonly version: string;
  readonly notes: string;
  readonly runSpec: RunSpec;
  readonly artifacts: readonly { readonly uploadId: string; readonly platform: string }[];
  readonly platforms: readonly string[];
  readonly sizeBytes: number;
  /** Ids of the stores, the first of which serves hosts. */
  readonly stores: readonly string[];
  readonly storesWords: string;
  /** As a person chose it; undefined leaves it to the control plane. */
  readonly deltas: boolean | undefined;
  /** A channel to move to the release; without an id it is made first. */
  readonly channel: { readonly id: string | undefined; readonly name: string } | undefined;
};

/** The draft as it can be published, or every sentence that stands in its way. */
export type PlanReading =
  | { readonly plan: PublishPlan; readonly missing: readonly [] }
  | { readonly plan: undefined; readonly missing: readonly string[] };

/** What is wrong with an application that is to be registered, or undefined. */
export function newApplicationProblem(
  application: DraftApplication & { readonly kind: "new" },
  taken: readonly ApplicationRow[],
): string | undefined {
  if (taken.some((one) => one.productId === application.productId)) return "An application with this product id exists; choose it instead.";
  if (!productId.safeParse(application.productId).success) return "A product id such as org.example.web.";
  return displayName.safeParse(application.name.trim()).success ? undefined : "The application needs a name.";
}

/**
 * Reads the draft against what there is. Warnings are not its business; whatever it lists keeps the button from working.
 *
 * @param releases of the application, undefined until they are read: where the newest went is where this one goes.
 * @param stores undefined until they are read.
 */
export function readPlan(
  draft: PublishDraft,
  applications: readonly ApplicationRow[],
  releases: readonly ReleaseRow[] | undefined,
  stores: readonly StoreEntry[] | undefined,
): PlanReading {
  if (releases === undefined || stores === undefined)
    return { plan: undefined, missing: ["What was published before is still being read."] };
  const application = applicationOf(draft, applications).value;
  const version = versionOf(draft).value ?? "";
  const run = runSpecOf(draft.runSpec, newestOf(releases));
  const owner = application?.kind === "known" ? applications.find((one) => one.id === application.id) : undefined;
  const chosen = storesOf(draft, stores, newestOf(releases)).value;
  const missing = [
    ...filesMissing(draft),
    ...(chosen.length === 0 ? ["Choose at least one store."] : []),
    ...applicationMissing(application, owner, applications),
    ...[versionProblem(version, releases)].filter((one) => one !== undefined),
    ...(run.spec === undefined ? ["Something in what a host runs is not right yet."] : []),
  ];
  if (missing.length > 0 || application === undefined || run.spec === undefined) return { plan: undefined, missing };
  const names = application.kind === "new" ? application : { name: owner?.name ?? "", productId: owner?.productId ?? "" };
  const artifacts = draft.files.flatMap((file) => {
    const { state } = file;
    return state.phase === "ready" ? (platformsOf(file).value ?? []).map((platform) => ({ uploadId: state.uploadId, platform })) : [];
  });
  return {
    plan: {
      application,
      applicationName: names.name,
      productId: names.productId,
      version,
      notes: draft.notes.trim(),
      runSpec: run.spec,
      artifacts,
      platforms: artifacts.map((one) => one.platform),
      stores: chosen,
      storesWords: storesWords(chosen, stores),
      deltas: draft.deltas,
      sizeBytes: draft.files.reduce((sum, file) => sum + (file.sizeBytes ?? 0), 0),
      channel:
        draft.channel === undefined
          ? undefined
          : { id: owner?.channels.find((one) => one.name === draft.channel)?.id, name: draft.channel },
    },
    missing: [],
  };
}

function filesMissing({ files }: PublishDraft): readonly string[] {
  if (files.length === 0) return ["Drop a file, or choose one."];
  const failed = files.filter((file) => file.state.phase === "failed").length;
  const moving = files.filter((file) => !["ready", "failed"].includes(file.state.phase)).length;
  const unplaced = files.filter((file) => file.state.phase === "ready" && platformProblem(file, files) !== undefined).length;
  return [
    ...(failed === 0
      ? []
      : [failed === 1 ? "A file failed: try it again or take it out." : `${failed} files failed: try them again or take them out.`]),
    ...(moving === 0 ? [] : [moving === 1 ? "A file is still on its way." : `${moving} files are still on their way.`]),
    ...(unplaced === 0 ? [] : [unplaced === 1 ? "A file needs its platform." : `${unplaced} files need their platforms.`]),
  ];
}

function applicationMissing(
  application: DraftApplication | undefined,
  owner: ApplicationRow | undefined,
  applications: readonly ApplicationRow[],
): readonly string[] {
  if (application === undefined) return ["Choose the application, or register it."];
  if (application.kind === "known") return owner === undefined ? ["Choose the application, or register it."] : [];
  return [newApplicationProblem(application, applications)].filter((one) => one !== undefined);
}
