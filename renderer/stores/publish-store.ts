import { createStore } from "zustand/vanilla";
import type { Inspection } from "#shared/domain/artifact/artifact.ts";
import type { Probe } from "#shared/domain/release/probe.ts";
import type { Readiness } from "#shared/domain/release/readiness.ts";
import type { RestartPolicy } from "#shared/domain/release/restart-policy.ts";
import type { RunSpec } from "#shared/domain/release/run-spec.ts";
import type { AppError } from "#shared/errors/app-error.ts";
import type { TransferSample } from "#shared/lib/transfer-rate.ts";
import type { LeftOut } from "../data/read-drop.ts";

/** Where a file of the draft comes from: a browser hands over its bytes, the desktop's open dialog a path. */
export type FileSource =
  | { readonly kind: "file"; readonly file: File; readonly folder?: string }
  | { readonly kind: "path"; readonly path: string };

/**
 * A file on its way into the control plane, one member per state with that state's data alone.
 *
 *     waiting → hashing ─┬─ bytes are known ───────────────▶ ready
 *                        └─▶ sending ⇄ paused → verifying → ready
 *     waiting → copying → verifying → ready        (the desktop hands over a path; nothing travels)
 *     any of them → failed ─ retry → waiting
 */
export type FileState =
  | { readonly phase: "waiting" }
  | { readonly phase: "hashing"; readonly doneBytes: number }
  | { readonly phase: "copying"; readonly doneBytes: number }
  | { readonly phase: "sending"; readonly doneBytes: number }
  | { readonly phase: "paused"; readonly doneBytes: number }
  | { readonly phase: "verifying" }
  | { readonly phase: "ready"; readonly uploadId: string; readonly sha256: string; readonly duplicate: boolean }
  | { readonly phase: "failed"; readonly error: AppError };

/** One file of the draft. */
export type DraftFile = {
  readonly key: string;
  readonly fileName: string;
  /** Undefined until a path has been looked at. */
  readonly sizeBytes: number | undefined;
  readonly source: FileSource;
  readonly state: FileState;
  /** The newest samples of the present phase. */
  readonly samples: readonly TransferSample[];
  readonly inspection: Inspection | undefined;
  /** Known from hashing on, before anything is sent. */
  readonly sha256: string | undefined;
  /** Chosen by hand; undefined goes by what the file's header says. */
  readonly platforms: readonly string[] | undefined;
};

/**
 * How a run spec is typed: one argument and one variable a line, times in seconds. Fields without a place in the form come
 * from `base`, or are written as JSON.
 */
export type RunSpecForm = {
  /** What the form was filled from. */
  readonly base: RunSpec;
  /** The whole run spec as JSON, while a person edits it that way; every other field then waits. */
  readonly json: string | undefined;
  readonly command: string;
  readonly arguments: string;
  readonly environment: string;
  readonly installAs: string;
  readonly user: string;
  readonly workingDirectory: string;
  readonly probeKind: "none" | Probe["kind"];
  readonly probeUrl: string;
  readonly probeStatus: number;
  readonly probePort: number;
  /** The program, then its arguments, one a line. */
  readonly probeCommand: string;
  readonly probeIntervalSeconds: number;
  readonly probeTimeoutSeconds: number;
  readonly probeFailures: number;
  /** `default` leaves the field out: the first good answer of a probe, or that it runs. */
  readonly readiness: "default" | Readiness["kind"];
  readonly restart: RestartPolicy["policy"];
  readonly afterProbation: NonNullable<RestartPolicy["afterProbation"]>;
  readonly startSeconds: number;
  readonly probationSeconds: number;
  readonly crashLimit: number;
  readonly stopSeconds: number;
};

/** The application that the release is of: one that exists, or one to be registered with it. */
export type DraftApplication =
  | { readonly kind: "known"; readonly id: string }
  | { readonly kind: "new"; readonly productId: string; readonly name: string };

/** What a person decided; undefined is left to what was guessed. */
export type DraftChoices = {
  readonly application: DraftApplication | undefined;
  readonly version: string | undefined;
  readonly notes: string;
  readonly runSpec: RunSpecForm | undefined;
  /** Ids of the stores that it goes to; undefined goes where the newest release went. */
  readonly stores: readonly string[] | undefined;
  /** Whether deltas are made first; undefined goes by where the control plane runs. */
  readonly deltas: boolean | undefined;
  /** A channel to move to the release, by name; undefined moves none. */
  readonly channel: string | undefined;
};

/** The steps of publishing, in order; those that a draft does not need are left out. */
export type PublishStep = "register" | "draft" | "sign" | "move";

/** What earlier steps have made, so that another try goes on instead of beginning again. */
export type PublishedSoFar = {
  readonly applicationId?: string;
  readonly releaseId?: string;
  readonly isPublished?: boolean;
};

/**
 * Publishing itself, after the button.
 *
 *     idle → running ─┬──────────────▶ done          running ─▶ failed ─ again → running
 *                     └─▶ under-way ──▶ done          under-way ─▶ failed when every store was given up
 */
export type PublishRun =
  | { readonly state: "idle" }
  | { readonly state: "running"; readonly step: PublishStep; readonly steps: readonly PublishStep[] }
  | {
      readonly state: "failed";
      readonly step: PublishStep;
      readonly steps: readonly PublishStep[];
      readonly error: AppError;
      readonly made: PublishedSoFar;
    }
  | {
      /** The control plane brings it to its stores, or waits for signatures; it needs no window for that. */
      readonly state: "under-way";
      readonly applicationId: string;
      readonly applicationName: string;
      readonly releaseId: string;
      readonly version: string;
      readonly channel: string | undefined;
    }
  | {
      readonly state: "done";
      readonly applicationId: string;
      readonly applicationName: string;
      readonly releaseId: string;
      readonly version: string;
      readonly channel: string | undefined;
      readonly rolloutIds: readonly string[];
    };

/** A release that is being put together. */
export type PublishDraft = DraftChoices & {
  readonly files: readonly DraftFile[];
  /** What drops brought and the draft did not take. */
  readonly leftOut: readonly LeftOut[];
  readonly run: PublishRun;
};

type PublishActions = {
  readonly addFiles: (files: readonly DraftFile[]) => void;
  readonly noteLeftOut: (leftOut: readonly LeftOut[]) => void;
  readonly changeFile: (key: string, change: (file: DraftFile) => DraftFile) => void;
  readonly removeFile: (key: string) => void;
  readonly choose: (choices: Partial<DraftChoices>) => void;
  readonly setRun: (run: PublishRun) => void;
  /** Empties the draft, once it is published or given up. */
  readonly reset: () => void;
};

/** What a release begins with: nothing is chosen. */
export const EMPTY_DRAFT: PublishDraft = {
  files: [],
  leftOut: [],
  run: { state: "idle" },
  application: undefined,
  version: undefined,
  notes: "",
  runSpec: undefined,
  stores: undefined,
  deltas: undefined,
  channel: undefined,
};

/** Makes the store of the release that is being put together. It outlives the screen, so that one can look elsewhere meanwhile. */
export const createPublishStore = () =>
  createStore<PublishDraft & PublishActions>()((set) => ({
    ...EMPTY_DRAFT,
    addFiles: (files) => set((state) => ({ files: [...state.files, ...files] })),
    noteLeftOut: (leftOut) => set({ leftOut }),
    changeFile: (key, change) => set((state) => ({ files: state.files.map((file) => (file.key === key ? change(file) : file)) })),
    removeFile: (key) => set((state) => ({ files: state.files.filter((file) => file.key !== key) })),
    choose: (choices) => set(choices),
    setRun: (run) => set({ run }),
    reset: () => set(EMPTY_DRAFT),
  }));

/** The draft of this window. */
export const publishStore = createPublishStore();

/** Whether a file still needs the page to stay open. */
export function isUnderWay(file: DraftFile): boolean {
  return !["ready", "failed", "verifying"].includes(file.state.phase);
}
