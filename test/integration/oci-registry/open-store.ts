import { openOciStore } from "#main/adapters/oci-registry/oci-store.ts";
import type { RegistryLimits } from "#main/node/oci/registry-limits.ts";
import type { ReleaseStore } from "#main/control-plane/ports/release-store.ts";
import type { StoreSecret, StoreSettings } from "#shared/domain/store/store.ts";
import type { Json } from "#shared/lib/canonical-json.ts";
import type { TestPublication } from "./a-publication.ts";

/** How a test's store differs from an anonymous one at the top of the registry. */
export type TestStoreOptions = {
  readonly settings?: Partial<Extract<StoreSettings, { kind: "oci" }>>;
  readonly secret?: StoreSecret;
  readonly limits?: Partial<RegistryLimits>;
  readonly dockerFolder?: string;
  readonly now?: () => number;
};

/** The adapter over a registry at `url`. */
export function openStore(url: string, options: TestStoreOptions = {}): ReleaseStore {
  const settings = {
    kind: "oci" as const,
    registry: url,
    allowHttp: false,
    repositoryPrefix: "",
    credentials: options.secret === undefined ? ("anonymous" as const) : ("secret" as const),
    hostAccess: "proxy" as const,
    ...options.settings,
  };
  return openOciStore(settings, () => Promise.resolve(options.secret), {
    clock: { now: options.now ?? (() => Date.now()) },
    dockerFolder: options.dockerFolder ?? "/nonexistent",
    ...(options.limits !== undefined && { limits: options.limits }),
  });
}

/** Carries a whole publication out, step by step, as the pipeline does. Notes survive from call to call in `notes`. */
export async function publish(
  store: ReleaseStore,
  publication: TestPublication,
  notes: Map<string, Json> = new Map(),
): Promise<readonly Json[]> {
  const locations: Json[] = [];
  for (const step of store.plan(publication.content)) {
    const stored = await store.run(step, publication.content, publication.context(notes, step.id));
    locations.push(...stored.map(({ location }) => location));
  }
  return locations;
}

/** All bytes of a stored file. */
export async function readAll(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
  return Buffer.concat(await Array.fromAsync(source));
}

/** A signal that nobody fires. */
export const unstopped = new AbortController().signal;
