import { hash } from "node:crypto";

const OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json";

/** A descriptor as other tools write it. */
export type ForeignDescriptor = { readonly mediaType: string; readonly digest: string; readonly size: number } & Readonly<
  Record<string, unknown>
>;

/** Puts things into a registry as other tools do, by plain requests that share no code with the adapter. */
export class ForeignPush {
  readonly #base: string;

  constructor(registry: string, repository: string) {
    this.#base = `${registry}/v2/${repository}`;
  }

  /** One request with one body, as ORAS does it. */
  async blob(bytes: Buffer, mediaType = "application/vnd.oci.empty.v1+json"): Promise<ForeignDescriptor> {
    const digest = `sha256:${hash("sha256", bytes)}`;
    const opened = await fetch(`${this.#base}/blobs/uploads/`, { method: "POST" });
    const url = new URL(opened.headers.get("location") ?? "", this.#base);
    url.searchParams.set("digest", digest);
    const stored = await fetch(url, {
      method: "PUT",
      body: new Uint8Array(bytes),
      headers: { "content-type": "application/octet-stream" },
    });
    if (stored.status !== 201) throw new Error(`the registry answered ${stored.status}`);
    return { mediaType, digest, size: bytes.length };
  }

  async manifest(
    reference: string | undefined,
    document: { readonly mediaType: string; readonly [member: string]: unknown },
  ): Promise<ForeignDescriptor> {
    const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, ...document }));
    const digest = `sha256:${hash("sha256", bytes)}`;
    const headers = { "content-type": document.mediaType };
    const stored = await fetch(`${this.#base}/manifests/${reference ?? digest}`, { method: "PUT", body: new Uint8Array(bytes), headers });
    if (stored.status !== 201) throw new Error(`the registry answered ${stored.status}: ${await stored.text()}`);
    return { mediaType: document.mediaType, digest, size: bytes.length };
  }

  /** knockknock's layout: `oras push registry/app:TAG ./app`, one file under its name. */
  async orasFile(tag: string | undefined, name: string, bytes: Buffer): Promise<ForeignDescriptor> {
    const layer = await this.blob(bytes, "application/vnd.unknown.layer.v1+binary");
    const config = await this.blob(Buffer.from("{}"), "application/vnd.unknown.config.v1+json");
    const annotations = { "org.opencontainers.image.created": "2026-03-04T05:06:07Z" };
    const titled = { ...layer, annotations: { "org.opencontainers.image.title": name } };
    return this.manifest(tag, {
      mediaType: OCI_MANIFEST,
      artifactType: "application/vnd.unknown.artifact.v1",
      config,
      layers: [titled],
      annotations,
    });
  }
}
