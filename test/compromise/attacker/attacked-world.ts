import { randomUUID } from "node:crypto";
import { onTestFinished } from "vitest";
import { fleetId, releaseId } from "#shared/lib/ids.ts";
import type { ReleaseManifest } from "#shared/domain/release/manifest.ts";
import { acceptanceTargetPath, policyTargetPath } from "#shared/domain/trust/trust-policy.ts";
import { tempFolder } from "#test/builders/temp-folder.ts";
import { publishTo, STUB_PRODUCT, type StubPublication } from "#test/fakes/control-plane-stub-releases.ts";
import { makeKey, sha256, writeSnapshot, writeTimestamp, type SignedFile, type SigningKey } from "#test/fakes/tuf-documents.ts";
import { TufRepository, type Operators } from "#test/fakes/tuf-repository.ts";
import { EvilServer } from "./evil-server.ts";
import { VictimHost, type Order, type VictimOptions } from "./victim-host.ts";

/** Two of three operators sign; the attacker has got hold of one of their keys. */
export const TWO_OF_THREE: Operators = { count: 3, threshold: 2 };
export const FLEET = fleetId.parse("0000000f-0000-4000-8000-000000000001");
const LONG_MS = 3_650 * 86_400_000;

/** A control plane that is about to be taken over, its hosts, and what the attacker finds there. */
export class AttackedWorld {
  readonly repository: TufRepository;
  readonly server: EvilServer;

  private constructor(repository: TufRepository, server: EvilServer) {
    this.repository = repository;
    this.server = server;
  }

  /** @param mode who holds the keys of root, targets and applications. */
  static async start(mode: Operators | "server-held" = TWO_OF_THREE): Promise<AttackedWorld> {
    const repository = new TufRepository(mode === "server-held" ? undefined : mode);
    const server = await EvilServer.start(repository);
    onTestFinished(() => server.stop());
    return new AttackedWorld(repository, server);
  }

  /** Signs and serves a release as it should be. */
  publish(version: string, change: Partial<StubPublication> = {}): Order {
    return publishTo(this.repository, this.server, { version, bytes: Buffer.from(`service ${version}`), ...change });
  }

  /** What the operators signed about the application. */
  signMinimum(minimumVersion: string): void {
    this.repository.addTarget(STUB_PRODUCT, policyTargetPath(STUB_PRODUCT), json({ schema: 1, productId: STUB_PRODUCT, minimumVersion }));
  }

  /** Which products the operators let the fleet install. */
  signAcceptance(products: readonly string[]): void {
    this.repository.addOwnTarget(acceptanceTargetPath(FLEET), json({ schema: 1, fleetId: FLEET, products }));
  }

  /** A host that enrolled with a token for the present first root. */
  async host(options: VictimOptions = {}): Promise<VictimHost> {
    return new VictimHost(await tempFolder(), this.server.url, this.repository.rootBytes, options);
  }

  /** The metadata as it is served now, to be shown again later. */
  state(): ReadonlyMap<string, Buffer> {
    return new Map(this.repository.metadata);
  }

  /** The keys that lie on the server, whoever signs the rest. */
  get onlineKeys(): { readonly snapshot: SigningKey; readonly timestamp: SigningKey } {
    const [snapshot = makeKey()] = this.repository.keys.snapshot.keys;
    const [timestamp = makeKey()] = this.repository.keys.timestamp.keys;
    return { snapshot, timestamp };
  }

  /** The one operator's key that was stolen: one fewer than must sign. */
  get stolenOperatorKey(): SigningKey {
    const [stolen = makeKey()] = this.repository.operatorKeys;
    return stolen;
  }

  /** Signs a snapshot and a timestamp of any files with the online keys, and serves them. */
  signOnline(files: ReadonlyMap<string, SignedFile>, version = this.repository.version("timestamp") + 1): void {
    const { snapshot, timestamp } = this.onlineKeys;
    const taken = writeSnapshot({ version, lifetimeMs: LONG_MS, signers: [snapshot] }, files);
    const newest = writeTimestamp({ version, lifetimeMs: LONG_MS, signers: [timestamp] }, taken);
    for (const { name, bytes } of [...files.values(), taken, newest]) this.server.lies.set(name, bytes);
  }

  /** The operators' own files of a moment, as a snapshot names them. */
  signedFiles(
    state: ReadonlyMap<string, Buffer> = this.state(),
    roles: readonly string[] = ["targets", STUB_PRODUCT],
  ): Map<string, SignedFile> {
    return new Map(roles.map((role) => [role, newestOf(state, role)] as const));
  }

  /** An order for a release that nobody signed, with a manifest and bytes of the attacker's. */
  forge(version: string): Order & { readonly manifest: Buffer; readonly path: string } {
    const bytes = Buffer.from(`malware ${version} ${randomUUID()}`);
    const digest = sha256(bytes);
    this.server.blobs.set(digest, bytes);
    const target = { releaseId: releaseId.parse(randomUUID()), version, digest, sizeBytes: bytes.length };
    return { ...target, manifest: this.#manifestOf(target), path: `${STUB_PRODUCT}/${version}.json` };
  }

  #manifestOf(target: Order): Buffer {
    const template = [...this.repository.targets].find(([path]) => /\/[0-9a-f]{64}\.\d/.test(path))?.[1];
    // Why the cast: the world itself wrote it, as a manifest.
    const manifest = JSON.parse((template ?? Buffer.from("{}")).toString("utf8")) as ReleaseManifest;
    const artifacts = manifest.artifacts.map((one) => ({
      ...one,
      sizeBytes: target.sizeBytes,
      digests: { ...one.digests, sha256: target.digest },
    }));
    return json({ ...manifest, releaseId: target.releaseId, version: target.version, artifacts });
  }
}

/** The newest file of a role among those of a moment. */
export function newestOf(state: ReadonlyMap<string, Buffer>, role: string): SignedFile {
  const versions = [...state.keys()].flatMap((name) => (name.endsWith(`.${role}.json`) ? [Number(name.split(".")[0])] : []));
  const version = Math.max(...versions);
  const name = `${version}.${role}.json`;
  return { name, version, bytes: state.get(name) ?? Buffer.alloc(0) };
}

/** A document as bytes. */
export function json(document: object): Buffer {
  return Buffer.from(JSON.stringify(document));
}
