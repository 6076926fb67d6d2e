import { api } from "../api/implementer.ts";
import type { UploadService } from "./upload-service.ts";

/** Handlers of `uploads.*`. */
export function uploadsHandlers(service: UploadService) {
  return api.uploads.router({
    list: api.uploads.list.handler(() => service.list()),
    get: api.uploads.get.handler(({ input }) => service.get(input.uploadId)),
    adopt: api.uploads.adopt.handler(({ input, context }) => service.adopt(context.principal.name, input.sha256, input.fileName)),
    recognize: api.uploads.recognize.handler(({ input }) => service.recognize(input.sha256)),
    importPath: api.uploads.importPath.handler(({ input, context }) => service.importPath(context.principal.name, input.path)),
    inspect: api.uploads.inspect.handler(({ input }) => service.inspect(input.fileName, input.head)),
    discard: api.uploads.discard.handler(async ({ input }) => {
      await service.discard(input.uploadId);
      return { discarded: true as const };
    }),
  });
}
