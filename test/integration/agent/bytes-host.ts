import { randomBytes, createHash } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pino } from "pino";
import { onTestFinished } from "vitest";
import type { ApplyDelta } from "#main/agent/bytes/apply-in-child.ts";
import { applyOne } from "#main/agent/bytes/apply-one.ts";
import type { WayProgress } from "#main/agent/bytes/delta-way.ts";
import { ReleaseBytes } from "#main/agent/bytes/release-bytes.ts";
import type { BodyPace } from "#main/agent/net/body-pace.ts";
import { ControlPlaneAccess } from "#main/agent/net/control-plane-access.ts";
import { HttpClient } from "#main/agent/net/http-client.ts";
import { monotonicMs } from "#main/agent/state/monotonic-clock.ts";
import type { PreparationResult } from "#main/agent/update/next-step.ts";
import { downloadPath } from "#main/agent/update/download-folder.ts";
import type { ReleaseDelta } from "#shared/domain/release/delta.ts";
import { releaseId } from "#shared/lib/ids.ts";
import { ControlPlaneStub } from "#test/fakes/control-plane-stub.ts";
import { STUB_APPLICATION, STUB_PRODUCT } from "#test/fakes/control-plane-stub-releases.ts";
import { tempFolder } from "#test/builders/temp-folder.ts";

const RELEASE = releaseId.parse("0b1f6d9c-58c2-4c5e-8f0a-2a4f7a1f3c77");
const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

/** Applies without a process of its own, for tests of what comes before and after. */
export const applyHere: ApplyDelta = applyOne;

/** What differs from a host that has memory, patience and a network. */
export type BytesWish = {
  readonly applyDelta?: ApplyDelta;
  readonly pace?: BodyPace;
  readonly mayBegin?: () => boolean;
  readonly signal?: AbortSignal;
  readonly spareMemoryBytes?: number;
};

/** Old and new bytes that resemble each other, and do not compress. */
export function twins(bytes = 200_000, newBytes = 500): { readonly old: Buffer; readonly fresh: Buffer } {
  const old = randomBytes(bytes);
  const fresh = Buffer.concat([old.subarray(0, bytes / 2), randomBytes(newBytes), old.subarray(bytes / 2)]);
  return { old, fresh };
}

/**
 * A host's way to the bytes of one release: real HTTP against a control plane that serves blobs, real slots and downloads
 * on a disk; the manifest is taken as verified.
 */
export class BytesHost {
  readonly stub: ControlPlaneStub;
  readonly folder: string;
  readonly progress: WayProgress[] = [];
  readonly warnings: string[] = [];

  private constructor(stub: ControlPlaneStub, folder: string) {
    this.stub = stub;
    this.folder = folder;
  }

  static async open(): Promise<BytesHost> {
    const stub = await ControlPlaneStub.start();
    onTestFinished(() => stub.stop());
    const host = new BytesHost(stub, await tempFolder());
    await mkdir(host.downloads);
    return host;
  }

  get downloads(): string {
    return join(this.folder, "downloads");
  }

  /** Paths of what was asked for, in order, as digests. */
  get asked(): readonly string[] {
    return this.stub.files.requests.map(({ digest }) => digest);
  }

  /** Puts a file into a slot; answers its path. `name` is the digest that the slot claims. */
  async keep(bytes: Buffer, name = sha256(bytes)): Promise<string> {
    const slot = join(this.folder, "slots", name);
    await mkdir(slot, { recursive: true });
    await writeFile(join(slot, "program"), bytes);
    return join(slot, "program");
  }

  /** Brings `fresh` here, which the control plane serves beside what it serves already. */
  async bring(fresh: Buffer, deltas: readonly ReleaseDelta[], wish: BytesWish = {}): Promise<PreparationResult> {
    const digest = this.stub.files.addBlob(fresh);
    const access = new ControlPlaneAccess(monotonicMs);
    access.grant(this.stub.url, this.stub.accessToken, 3_600_000);
    const bytes = new ReleaseBytes({
      http: new HttpClient(undefined),
      access,
      random: () => 0,
      ...(wish.pace && { pace: wish.pace }),
      trust: { fetchManifest: () => Promise.reject(new Error("no release in between is signed here")) },
      downloads: this.downloads,
      deltas: {
        applyDelta: wish.applyDelta ?? applyHere,
        slots: join(this.folder, "slots"),
        spareMemoryBytes: () => wish.spareMemoryBytes ?? 2 ** 40,
        logger: pino({ level: "warn" }, { write: (line: string) => void this.warnings.push(line) }),
      },
    });
    const digests = { sha256: digest, sha1: "0".repeat(40), sha512: "0".repeat(128) };
    return bytes.bring({
      applicationId: STUB_APPLICATION,
      productId: STUB_PRODUCT,
      target: { releaseId: RELEASE, version: "2.0.0", digest, sizeBytes: fresh.length },
      artifact: { platform: "any", fileName: "program", sizeBytes: fresh.length, digests, format: "script", deltas: [...deltas] },
      signal: wish.signal ?? new AbortController().signal,
      mayBegin: wish.mayBegin ?? (() => true),
      onProgress: (told) => void this.progress.push(told),
    });
  }

  /** What lies where the whole file arrives. */
  arrived(fresh: Buffer): Promise<Buffer> {
    return readFile(downloadPath(this.downloads, STUB_APPLICATION, { digest: sha256(fresh) }));
  }
}
