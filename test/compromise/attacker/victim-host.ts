import { randomUUID } from "node:crypto";
import { access } from "node:fs/promises";
import { join } from "node:path";
import { pino } from "pino";
import { ControlPlaneAccess } from "#main/agent/net/control-plane-access.ts";
import { HttpClient } from "#main/agent/net/http-client.ts";
import type { BodyPace } from "#main/agent/net/body-pace.ts";
import { applicationPaths, statePaths } from "#main/agent/state/state-paths.ts";
import { monotonicMs } from "#main/agent/state/monotonic-clock.ts";
import { TrustClient, type TrustPorts } from "#main/agent/trust/trust-client.ts";
import type { Candidate, TargetRelease } from "#main/agent/update/journal.ts";
import type { PreparationResult } from "#main/agent/update/next-step.ts";
import { Preparation } from "#main/agent/update/preparation.ts";
import { SlotStore } from "#main/agent/update/slot-store.ts";
import { grantId } from "#shared/lib/ids.ts";
import { STUB_APPLICATION, STUB_PRODUCT } from "#test/fakes/control-plane-stub-releases.ts";

/** How one order to a host ended: `installed`, or the code that refused it. */
export type Verdict = { readonly outcome: string; readonly message: string };

/** What differs from a host that has just enrolled. */
export type VictimOptions = Partial<Pick<TrustPorts, "fleetId" | "hostAccepts" | "serverOffsetMs" | "fs">> & { readonly pace?: BodyPace };

/** What a control plane orders: a release, of the stub's application unless it lies about it. */
export type Order = TargetRelease & { readonly productId?: string; readonly applicationId?: string };

/**
 * A host's whole way from an order to bytes in a slot, as the agent runs it: the trust client and the preparation over
 * real HTTP and a real disk. What is in a slot is what could be executed.
 */
export class VictimHost {
  readonly trust: TrustClient;
  /** What it wrote into its log at warn and above. */
  readonly warnings: string[] = [];
  readonly #slots: SlotStore;
  readonly #preparation: Preparation;
  readonly #installed = new Set<string>();
  readonly #slotFolder: string;

  constructor(folder: string, url: string, trustRoot: Uint8Array, options: VictimOptions = {}) {
    const { pace, ...ports } = options;
    const paths = statePaths(folder);
    const application = applicationPaths(paths, STUB_APPLICATION);
    const http = new HttpClient(undefined);
    const way = new ControlPlaneAccess(monotonicMs);
    way.grant(url, "token-of-the-host", 3_600_000);
    this.trust = new TrustClient({
      folder: paths.trustFolder,
      trustRoot,
      fleetId: undefined,
      http,
      access: way,
      logger: pino({ level: "warn" }, { write: (line: string) => void this.warnings.push(line) }),
      hostAccepts: () => Promise.resolve(undefined),
      serverOffsetMs: () => undefined,
      ...(pace && { pace }),
      ...ports,
    });
    this.#slotFolder = application.slots;
    this.#slots = new SlotStore(application);
    this.#preparation = new Preparation({
      http,
      access: way,
      trust: this.trust,
      slots: this.#slots,
      downloads: paths.downloads,
      platform: "linux/amd64",
      random: () => 0,
      hostAdditions: () => Promise.resolve({ overrides: undefined, inherited: {} }),
      ...(pace && { pace }),
    });
  }

  /** Carries out an order as the journal would: fetch, verify, stage. */
  async order(order: Order): Promise<Verdict> {
    await this.#slots.prepare();
    const isInstalled = this.#installed.has(order.releaseId);
    if (!isInstalled) {
      const fetched = await this.#run(order, "downloading", false);
      if (fetched.kind !== "downloaded") return verdict(fetched);
    }
    const verified = await this.#run(order, "verifying", isInstalled);
    if (verified.kind === "verified") this.#installed.add(order.releaseId);
    return verdict(verified);
  }

  /** Its journal names a release as installed, as after a restart. */
  knows({ releaseId }: Order): void {
    this.#installed.add(releaseId);
  }

  /** Whether bytes with this digest lie where they could be executed. */
  holds(digest: string): Promise<boolean> {
    return access(join(this.#slotFolder, digest)).then(
      () => true,
      () => false,
    );
  }

  #run({ productId = STUB_PRODUCT, applicationId = STUB_APPLICATION, ...target }: Order, state: Candidate["state"], isInstalled: boolean) {
    return this.#preparation.run({
      applicationId,
      productId,
      candidate: { state, target, grantId: grantId.parse(randomUUID()) },
      isInstalled,
      signal: new AbortController().signal,
      mayBegin: () => true,
      onProgress: () => undefined,
    });
  }
}

function verdict(result: PreparationResult): Verdict {
  if (result.kind === "verified") return { outcome: "installed", message: "" };
  if (result.kind !== "failed" && result.kind !== "stopped") return { outcome: result.kind, message: "" };
  return { outcome: result.failure.code ?? result.failure.cause, message: result.failure.message };
}
