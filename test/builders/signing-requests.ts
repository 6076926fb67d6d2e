import { generateKeyPairSync, hash, sign, type KeyObject } from "node:crypto";
import { Key, Metadata, Root, Signature, TargetFile, Targets } from "@tufjs/models";
import { canonicalize } from "@tufjs/canonical-json";
import { z } from "zod";
import { fingerprintText } from "#shared/domain/trust/fingerprint.ts";
import type { SignatureQuorum, SigningRequestFile, TrustIntent } from "#shared/domain/trust/signing-request.ts";
import type { OperatorKey } from "#shared/domain/trust/trust-key.ts";
import { releaseManifest, type ReleaseManifest } from "#shared/domain/release/manifest.ts";
import { ociRelease } from "#shared/domain/release/oci-release.ts";
import {
  preAuthenticationEncoding,
  releaseStatement,
  STATEMENT_TYPE,
  type StatedRelease,
} from "#shared/domain/release/release-statement.ts";
import { runSpec, type RunSpec } from "#shared/domain/release/run-spec.ts";
import { applicationId, releaseId, signingRequestId } from "#shared/lib/ids.ts";
import { stableJson } from "#shared/lib/stable-json.ts";

/** The moment of these requests, epoch milliseconds. */
export const NOW = Date.parse("2026-11-21T00:00:00Z");
export const PRODUCT = "org.example.web";
export const ROOT_SHA256 = "5".repeat(64);
const SPEC = "1.0.31";

export const sha256 = (text: string | Uint8Array): string => hash("sha256", text);
export const inDays = (days: number): string => `${new Date(NOW + days * 86_400_000).toISOString().slice(0, 19)}Z`;

/** A key with everything that tests want to do with it. */
export type TestKey = OperatorKey & { readonly keyId: string; readonly tuf: Key; readonly privateKey: KeyObject };

export function testKey(label: string, use: OperatorKey["use"] = "operator"): TestKey {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  const raw = publicKey.export({ format: "jwk" }).x ?? "";
  const document = { keytype: "ed25519", scheme: "ed25519", keyval: { public: Buffer.from(raw, "base64url").toString("hex") } };
  const keyId = sha256(canonicalize(document));
  const tuf = new Key({ keyID: keyId, keyType: "ed25519", scheme: "ed25519", keyVal: document.keyval });
  return { label, use, publicKey: raw, keyId, tuf, privateKey };
}

export const asOperatorKey = ({ label, publicKey, use }: TestKey): OperatorKey => ({ label, publicKey, use });

export type RootOptions = {
  readonly version: number;
  readonly root: readonly TestKey[];
  readonly targets: readonly TestKey[];
  readonly online: TestKey;
  readonly threshold?: number;
  readonly expires?: string;
};

/** The signed part of a root, as `@tufjs/models` writes it. */
export function aRoot({ version, root: people, targets, online, threshold = 1, expires = inDays(730) }: RootOptions): Root {
  const root = new Root({ version, specVersion: SPEC, expires, consistentSnapshot: true });
  for (const key of people) root.addKey(key.tuf, "root");
  for (const key of targets) root.addKey(key.tuf, "targets");
  for (const role of ["snapshot", "timestamp"]) root.addKey(online.tuf, role);
  for (const role of ["root", "targets"]) {
    const named = root.roles[role];
    if (named !== undefined) root.roles[role] = Object.assign(named, { threshold });
  }
  return root;
}

export type Files = Readonly<Record<string, string>>;

function targetFiles(files: Files): Record<string, TargetFile> {
  const entries = Object.entries(files).map(([path, text]) => {
    const hashes = { sha256: sha256(text), sha512: hash("sha512", text) };
    return [path, new TargetFile({ path, length: Buffer.byteLength(text), hashes })] as const;
  });
  return Object.fromEntries(entries);
}

/** An application's own role. */
export function anApplication(version: number, files: Files, expires = inDays(30)): Targets {
  return new Targets({ version, specVersion: SPEC, expires, targets: targetFiles(files) });
}

export type Delegation = { readonly keys: readonly TestKey[]; readonly threshold?: number; readonly paths?: readonly string[] };

/** The top-level targets role, with delegations by product. */
export function aTargets(version: number, delegations: Readonly<Record<string, Delegation>>, files: Files = {}): Targets {
  const keys = Object.values(delegations).flatMap((one) => one.keys.map((key) => [key.keyId, key.tuf.toJSON()] as const));
  const roles = Object.entries(delegations).map(([name, one]) => ({
    name,
    keyids: one.keys.map((key) => key.keyId),
    threshold: one.threshold ?? 1,
    terminating: true,
    paths: [...(one.paths ?? [`${name}/*`])],
  }));
  const plain = Targets.fromJSON({
    _type: "targets",
    spec_version: SPEC,
    version,
    expires: inDays(30),
    targets: {},
    delegations: { keys: Object.fromEntries(keys), roles },
  });
  for (const file of Object.values(targetFiles(files))) plain.addTarget(file);
  return plain;
}

/** The bytes to sign of a document, as text. */
export const signedText = (document: Root | Targets): string => canonicalize(document.toJSON());

/** The whole file, with signatures. */
export function signedFile(document: Root | Targets, keys: readonly TestKey[]): Buffer {
  const metadata = new Metadata<Root | Targets>(document);
  for (const key of keys)
    metadata.sign((bytes) => new Signature({ keyID: key.keyId, sig: sign(null, bytes, key.privateKey).toString("hex") }), true);
  return Buffer.from(canonicalize(metadata.toJSON()));
}

/** A release manifest and its text. */
export function aManifest(version: string, spec: Partial<RunSpec> = {}): { readonly manifest: ReleaseManifest; readonly text: string } {
  const manifest = releaseManifest.parse({
    schema: 1,
    applicationId: APPLICATION_ID,
    productId: PRODUCT,
    kind: "process",
    releaseId: RELEASE_ID,
    version,
    publishedAt: NOW,
    runSpec: runSpec.parse(spec),
    artifacts: [
      {
        platform: "linux/amd64",
        fileName: `web-${version}`,
        sizeBytes: 5,
        digests: { sha256: sha256(version), sha1: hash("sha1", version), sha512: hash("sha512", version) },
        format: "elf",
      },
    ],
  });
  return { manifest, text: stableJson(z.json().parse(JSON.parse(JSON.stringify(manifest)))) };
}

export const APPLICATION_ID = applicationId.parse("6f4b8f0e-6df5-4c7c-8a7e-111111111111");
export const RELEASE_ID = releaseId.parse("6f4b8f0e-6df5-4c7c-8a7e-222222222222");

/** The purpose of publishing a manifest. */
export function publishIntent(version: string, text: string): Extract<TrustIntent, { kind: "publish" }> {
  return {
    kind: "publish",
    applicationId: APPLICATION_ID,
    releaseId: RELEASE_ID,
    productId: PRODUCT,
    version,
    manifestSha256: sha256(text),
  };
}

/** The statement for others' tools about a release, as it is signed; `changed` says something else than the truth. */
export function aStatement(manifest: ReleaseManifest, text: string, changed: Partial<StatedRelease> = {}): string {
  const applicationName = "Web";
  const file = { sha256: sha256(text), sizeBytes: Buffer.byteLength(text) };
  const indexSha256 = ociRelease(manifest, file, applicationName, sha256).index.sha256;
  const stated = { manifest, manifestSha256: file.sha256, indexSha256, applicationName, ...changed };
  return preAuthenticationEncoding(STATEMENT_TYPE, releaseStatement(stated));
}

export type RequestOptions = {
  readonly intent: TrustIntent;
  readonly documents: Readonly<Record<string, string>>;
  readonly attachments?: Files;
  readonly signers?: readonly TestKey[];
  readonly title?: string;
  readonly controlPlane?: string;
  readonly rootSha256?: string;
};

/** A whole request file, consistent in itself. */
export function aRequest({ intent, documents, attachments = {}, signers = [], ...rest }: RequestOptions): SigningRequestFile {
  const keyIds = signers.length === 0 ? ["0".repeat(64)] : signers.map((key) => key.keyId);
  const quorums: SignatureQuorum[] = [{ label: "operators", threshold: 1, keyIds }];
  const listed = Object.entries(documents).map(([name, text]) => ({
    name,
    role: name === "sigstore" ? PRODUCT : name.split(".").slice(1, -1).join("."),
    sha256: sha256(text),
    sizeBytes: Buffer.byteLength(text),
    quorums,
    signedBy: [],
  }));
  const base64 = (text: string): string => Buffer.from(text).toString("base64");
  return {
    kind: "rollcall.signing-request",
    v: 1,
    request: {
      id: signingRequestId.parse("6f4b8f0e-6df5-4c7c-8a7e-333333333333"),
      intent,
      title: rest.title ?? "A title",
      state: "open",
      documents: listed,
      createdAt: NOW,
      createdBy: "user:ana",
      draft: 1,
      fingerprint: sha256(fingerprintText(listed)),
    },
    controlPlane: rest.controlPlane ?? "lab",
    rootSha256: rest.rootSha256 ?? ROOT_SHA256,
    documents: Object.entries(documents).map(([name, text]) => ({ name, bytes: base64(text) })),
    attachments: Object.entries(attachments).map(([path, text]) => ({ path, bytes: base64(text) })),
  };
}
