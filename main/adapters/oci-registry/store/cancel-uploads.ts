import type { Json } from "#shared/lib/canonical-json.ts";
import type { RegistryClient } from "#main/node/oci/client/registry-client.ts";
import { readUploadNote } from "../upload/upload-note.ts";
import { UploadRequests } from "../upload/upload-session.ts";

/** Ends the upload sessions that steps have noted; those that are gone already are no error. */
export async function cancelUploads(
  client: RegistryClient,
  repository: string,
  notes: ReadonlyMap<string, Json>,
  signal: AbortSignal,
): Promise<void> {
  const requests = new UploadRequests(client, repository, `to cancel an upload to ${repository}`, signal);
  for (const note of notes.values()) {
    const { registry } = client.reach;
    const upload = readUploadNote(note, registry.origin);
    if (upload !== undefined) await requests.cancel({ url: client.address(upload.session, registry) });
  }
}
