import { createHash, hash } from "node:crypto";

/** A stored manifest. */
export type StoredManifest = { readonly bytes: Buffer; readonly mediaType: string };

/** An open upload: the bytes that arrived, also of requests that were cut. */
export type OpenUpload = { readonly repository: string; pieces: Buffer[]; sizeBytes: number; lastPartBytes: number };

/** A refusal by the distribution-spec: status, code. */
export class Refusal extends Error {
  readonly status: number;
  readonly code: string;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, code: string, headers: Readonly<Record<string, string>> = {}) {
    super(code);
    this.status = status;
    this.code = code;
    this.headers = headers;
  }
}

/** What a strict registry holds, in memory. It checks what it is given: digests, and that manifests name what is there. */
export class RegistryContent {
  readonly blobs = new Map<string, Buffer>();
  readonly manifests = new Map<string, StoredManifest>();
  readonly tags = new Map<string, Map<string, string>>();
  readonly uploads = new Map<string, OpenUpload>();

  blob(repository: string, digest: string): Buffer {
    const bytes = this.blobs.get(`${repository}@${digest}`);
    if (bytes === undefined) throw new Refusal(404, "BLOB_UNKNOWN");
    return bytes;
  }

  putBlob(repository: string, digest: string, pieces: readonly Buffer[]): void {
    const [algorithm = "", hex] = digest.split(":");
    const running = createHash(algorithm);
    for (const piece of pieces) running.update(piece);
    if (running.digest("hex") !== hex) throw new Refusal(400, "DIGEST_INVALID");
    this.blobs.set(`${repository}@${digest}`, Buffer.concat(pieces));
  }

  /** The digest that a reference stands for. */
  resolve(repository: string, reference: string): string {
    const digest = reference.includes(":") ? reference : this.tags.get(repository)?.get(reference);
    if (digest === undefined || !this.manifests.has(`${repository}@${digest}`)) throw new Refusal(404, "MANIFEST_UNKNOWN");
    return digest;
  }

  manifest(repository: string, digest: string): StoredManifest {
    const found = this.manifests.get(`${repository}@${digest}`);
    if (found === undefined) throw new Refusal(404, "MANIFEST_UNKNOWN");
    return found;
  }

  /** Stores a manifest; every blob and manifest that it names must be there, its subject excepted. */
  putManifest(
    repository: string,
    reference: string,
    { bytes, mediaType }: StoredManifest,
  ): { digest: string; subject: string | undefined } {
    const digest = `sha256:${hash("sha256", bytes)}`;
    if (reference.includes(":") && reference !== digest) throw new Refusal(400, "DIGEST_INVALID");
    const document = JSON.parse(bytes.toString("utf8")) as ManifestShape;
    if (document.mediaType !== undefined && document.mediaType !== mediaType) throw new Refusal(400, "MANIFEST_INVALID");
    for (const { digest: blob } of [...(document.config === undefined ? [] : [document.config]), ...(document.layers ?? [])]) {
      if (!this.blobs.has(`${repository}@${blob}`)) throw new Refusal(400, "MANIFEST_BLOB_UNKNOWN");
    }
    this.manifests.set(`${repository}@${digest}`, { bytes, mediaType });
    const tags = this.tags.get(repository) ?? new Map<string, string>();
    this.tags.set(repository, tags);
    if (!reference.includes(":")) tags.set(reference, digest);
    return { digest, subject: document.subject?.digest };
  }

  /** Descriptors of what refers to a digest, as the referrers API lists them. */
  referrers(repository: string, digest: string): readonly object[] {
    return [...this.manifests].flatMap(([name, { bytes, mediaType }]) => {
      const document = JSON.parse(bytes.toString("utf8")) as ManifestShape;
      if (!name.startsWith(`${repository}@`) || document.subject?.digest !== digest) return [];
      const artifactType = document.artifactType ?? document.config?.mediaType;
      return [{ mediaType, digest: name.slice(repository.length + 1), size: bytes.length, artifactType }];
    });
  }
}

type ManifestShape = {
  readonly mediaType?: string;
  readonly artifactType?: string;
  readonly config?: { readonly digest: string; readonly mediaType: string };
  readonly layers?: readonly { readonly digest: string }[];
  readonly subject?: { readonly digest: string };
};
