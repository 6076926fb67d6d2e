import { join } from "node:path";

/** Where things lie in one OCI image layout. `ingest` is ours: blobs that are still being written. */
export type LayoutPaths = {
  readonly folder: string;
  readonly marker: string;
  readonly index: string;
  readonly blobs: string;
  readonly ingest: string;
};

/** The paths of the layout in a folder. */
export function layoutPaths(folder: string): LayoutPaths {
  return {
    folder,
    marker: join(folder, "oci-layout"),
    index: join(folder, "index.json"),
    blobs: join(folder, "blobs", "sha256"),
    ingest: join(folder, "ingest"),
  };
}
