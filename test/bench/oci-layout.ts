import { createHash, hash, randomFillSync } from "node:crypto";
import { mkdir, open, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";

const MIB = 2 ** 20;

/** One large file of random bytes, and an OCI layout around it that other tools copy from. */
export type BlobLayout = { readonly layout: string; readonly blob: string; readonly sha256: string; readonly sizeBytes: number };

/** Writes it; `sizeBytes` is a whole number of mebibytes. */
export async function writeBlobLayout(folder: string, sizeBytes: number): Promise<BlobLayout> {
  const layout = join(folder, "layout");
  const blobs = join(layout, "blobs", "sha256");
  await mkdir(blobs, { recursive: true });
  const sha256 = await writeRandom(join(folder, "blob"), sizeBytes);
  const blob = join(blobs, sha256);
  await rename(join(folder, "blob"), blob);
  const put = async (document: object): Promise<{ digest: string; size: number }> => {
    const text = JSON.stringify(document);
    await writeFile(join(blobs, hash("sha256", text)), text);
    return { digest: `sha256:${hash("sha256", text)}`, size: text.length };
  };
  const config = { mediaType: "application/vnd.oci.empty.v1+json", ...(await put({})) };
  const layers = [{ mediaType: "application/octet-stream", digest: `sha256:${sha256}`, size: sizeBytes }];
  const mediaType = "application/vnd.oci.image.manifest.v1+json";
  const manifest = await put({ schemaVersion: 2, mediaType, artifactType: "application/vnd.rollcall.bench", config, layers });
  const tagged = { mediaType, ...manifest, annotations: { "org.opencontainers.image.ref.name": "bench" } };
  await writeFile(join(layout, "oci-layout"), '{"imageLayoutVersion":"1.0.0"}');
  await writeFile(join(layout, "index.json"), JSON.stringify({ schemaVersion: 2, manifests: [tagged] }));
  return { layout, blob, sha256, sizeBytes };
}

async function writeRandom(path: string, sizeBytes: number): Promise<string> {
  const digest = createHash("sha256");
  // One piece, filled again and again: whoever measures memory afterwards starts without our garbage.
  const piece = new Uint8Array(MIB);
  const file = await open(path, "w");
  try {
    for (let written = 0; written < sizeBytes; written += MIB) {
      digest.update(randomFillSync(piece));
      await file.write(piece);
    }
  } finally {
    await file.close();
  }
  return digest.digest("hex");
}
