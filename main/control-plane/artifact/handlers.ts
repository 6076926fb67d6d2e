import type { Platform } from "#shared/domain/artifact/platform.ts";
import type { ReleaseComparison } from "#shared/domain/release/comparison.ts";
import type { RunSpec } from "#shared/domain/release/run-spec.ts";
import type { UnpackedEstimate } from "#shared/domain/release/unpacked-estimate.ts";
import { api } from "../api/implementer.ts";
import type { ApplicationId } from "#shared/lib/ids.ts";
import type { UploadService } from "./upload-service.ts";

/** A release that is being put together. */
export type DraftToCompare = {
  readonly applicationId: string;
  readonly artifacts: readonly { readonly uploadId: string; readonly platform: Platform }[];
  readonly runSpec: RunSpec;
  readonly againstReleaseId?: string | undefined;
};

/** Holds a draft against what was published before; the releases' part of the composition brings it. */
export type CompareDraft = (draft: DraftToCompare) => Promise<ReleaseComparison>;

/** Measures what unpacking an upload would save; the deltas' part of the composition brings it. */
export type EstimateUnpacked = (
  upload: Awaited<ReturnType<UploadService["requireReady"]>>,
  question: { readonly applicationId: ApplicationId; readonly platform: string },
  signal: AbortSignal,
) => Promise<UnpackedEstimate>;

/** What others bring to the handlers of uploads. */
export type UploadsBeside = { readonly compareDraft: CompareDraft; readonly estimateUnpacked: EstimateUnpacked };

/** Handlers of `uploads.*`. */
export function uploadsHandlers(service: UploadService, { compareDraft, estimateUnpacked }: UploadsBeside) {
  return api.uploads.router({
    list: api.uploads.list.handler(() => service.list()),
    get: api.uploads.get.handler(({ input }) => service.get(input.uploadId)),
    adopt: api.uploads.adopt.handler(({ input, context }) => service.adopt(context.principal.name, input.sha256, input.fileName)),
    recognize: api.uploads.recognize.handler(({ input }) => service.recognize(input.sha256)),
    compare: api.uploads.compare.handler(({ input }) => compareDraft(input)),
    estimateUnpacked: api.uploads.estimateUnpacked.handler(async ({ input, signal = new AbortController().signal }) =>
      estimateUnpacked(await service.requireReady(input.uploadId), input, signal),
    ),
    importPath: api.uploads.importPath.handler(({ input, context }) => service.importPath(context.principal.name, input.path)),
    inspect: api.uploads.inspect.handler(({ input }) => service.inspect(input.fileName, input.head)),
    discard: api.uploads.discard.handler(async ({ input }) => {
      await service.discard(input.uploadId);
      return { discarded: true as const };
    }),
  });
}
