import { AppError } from "#shared/errors/app-error.ts";
import type { TrustClient } from "../trust/trust-client.ts";
import { checkRules } from "../trust/release-rules.ts";
import type { ReleaseSource } from "./release-source.ts";

/** Time for a manifest and its signatures. */
const MANIFEST_MS = 120_000;

/** What is asked, and the host's own word. */
export type SourceTrustPorts = {
  readonly sourceOf: (productId: string) => ReleaseSource | undefined;
  /** Products that the host's own file accepts; undefined means all. */
  readonly hostAccepts: () => Promise<readonly string[] | undefined>;
};

/**
 * What is signed, from sources instead of a control plane. A source shows no expiry and no withdrawal: what the pinned keys
 * signed once stays installable, and only the rule that nothing goes down by itself stands against an old index.
 */
export class SourceTrust implements Pick<TrustClient, "fetchManifest" | "checkKept" | "minimumVersion"> {
  readonly #ports: SourceTrustPorts;

  constructor(ports: SourceTrustPorts) {
    this.#ports = ports;
  }

  /** @throws AppError TRUST_NOT_ACCEPTED, and as {@link ReleaseSource.manifest}. */
  async fetchManifest(product: string, version: string): ReturnType<TrustClient["fetchManifest"]> {
    await this.checkKept(product, version);
    return this.required(product).manifest(version, AbortSignal.timeout(MANIFEST_MS));
  }

  /** A kept version was verified when it came. @throws AppError TRUST_NOT_ACCEPTED. */
  async checkKept(product: string, version: string): Promise<void> {
    checkRules({ fleetAccepts: undefined, hostAccepts: await this.#ports.hostAccepts(), minimumVersion: undefined }, product, version);
  }

  /** Nothing signs one here. */
  minimumVersion(): undefined {
    return undefined;
  }

  /** @throws AppError NOT_FOUND for a product that the configuration does not name. */
  required(product: string): ReleaseSource {
    const source = this.#ports.sourceOf(product);
    if (source !== undefined) return source;
    throw new AppError("NOT_FOUND", `The configuration of this host names no source for ${product}; nothing was installed.`);
  }
}
