import { api } from "../api/implementer.ts";
import { exportText } from "./export.ts";
import type { AuditService } from "./service.ts";

/** Handlers of `audit.*`. */
export function auditHandlers(service: AuditService) {
  return api.audit.router({
    list: api.audit.list.handler(({ input: { cursor, limit, ...filter }, context }) =>
      service.list(context.principal.fleets, filter, { cursor, limit }),
    ),
    export: api.audit.export.handler(async function* ({ input: { format, ...filter }, context }) {
      const { fleets } = context.principal;
      const parts = { entries: service.batches(fleets, filter), reports: service.reports(fleets, filter) };
      for await (const text of exportText(parts, format)) yield { text };
    }),
    verify: api.audit.verify.handler(() => service.verify()),
    checkpoints: api.audit.checkpoints.handler(async () => {
      await service.seal();
      return { publicKey: await service.publicKey(), checkpoints: await service.checkpoints() };
    }),
  });
}
