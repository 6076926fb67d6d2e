import { isAllowed } from "#shared/domain/access/permission.ts";
import { AppError } from "#shared/errors/app-error.ts";
import type { MetricsText } from "#main/adapters/prometheus/metrics-text.ts";
import type { ControlPlane } from "#main/control-plane/compose.ts";
import type { Callers } from "./callers.ts";
import type { Exchange } from "./exchange.ts";

/**
 * Serves `/metrics` to whoever may look at every fleet: a scraper with an API token of the role viewer, or a session.
 * Nothing is open to those without, not even on loopback, where other users of the machine are.
 */
export function metricsMount({ metrics, callers }: Pick<ControlPlane, "metrics"> & { readonly callers: Callers }) {
  let text: Promise<{ readonly writer: MetricsText; readonly type: string }> | undefined;
  return async ({ request, response }: Exchange): Promise<void> => {
    const principal = await callers.requirePrincipal(request);
    if (!isAllowed(principal, "view")) throw new AppError("ACCESS_DENIED", "Metrics need the permission view.");
    if (request.method !== "GET" && request.method !== "HEAD")
      throw new AppError("INPUT_INVALID", "Metrics are read with GET; nothing was done.");
    const families = await metrics.read(principal.fleets);
    text ??= loadWriter();
    const { writer, type } = await text;
    const body = await writer.write(families);
    response.writeHead(200, { "content-type": type, "content-length": Buffer.byteLength(body), "cache-control": "no-store" });
    response.end(request.method === "HEAD" ? undefined : body);
  };
}

/** Loaded with the first scrape: nothing that is not asked for takes time at the start. */
async function loadWriter(): Promise<{ readonly writer: MetricsText; readonly type: string }> {
  const { MetricsText, METRICS_TYPE } = await import("#main/adapters/prometheus/metrics-text.ts");
  return { writer: new MetricsText(), type: METRICS_TYPE };
}
