import type { Platform } from "#shared/domain/artifact/platform.ts";
import type { ReleaseComparison } from "#shared/domain/release/comparison.ts";
import type { RunSpec } from "#shared/domain/release/run-spec.ts";
import { api } from "../api/implementer.ts";
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

/** Handlers of `uploads.*`. */
export function uploadsHandlers(service: UploadService, compareDraft: CompareDraft) {
  return api.uploads.router({
    list: api.uploads.list.handler(() => service.list()),
    get: api.uploads.get.handler(({ input }) => service.get(input.uploadId)),
    adopt: api.uploads.adopt.handler(({ input, context }) => service.adopt(context.principal.name, input.sha256, input.fileName)),
    recognize: api.uploads.recognize.handler(({ input }) => service.recognize(input.sha256)),
    compare: api.uploads.compare.handler(({ input }) => compareDraft(input)),
    importPath: api.uploads.importPath.handler(({ input, context }) => service.importPath(context.principal.name, input.path)),
    inspect: api.uploads.inspect.handler(({ input }) => service.inspect(input.fileName, input.head)),
    discard: api.uploads.discard.handler(async ({ input }) => {
      await service.discard(input.uploadId);
      return { discarded: true as const };
    }),
  });
}
