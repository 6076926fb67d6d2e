import type { ApplicationRow } from "#shared/contract/applications.ts";
import type { Upload } from "#shared/domain/artifact/artifact.ts";
import { estimateWords, wayToUnpack } from "#shared/domain/release/unpacked-estimate.ts";
import type { CommandContext } from "./command.ts";

/** A file that was sent, and the platform that it is for. */
export type PackedCandidate = { readonly upload: Upload; readonly platform: string };

/**
 * Says of packed files that they get no deltas and, when asked, what unpacking would save: the control plane measures it,
 * which takes memory and time, so that nobody pays for it unasked.
 */
export async function tellPacked(
  { client, output }: Pick<CommandContext, "client" | "output">,
  { id: applicationId }: ApplicationRow,
  sent: readonly PackedCandidate[],
  isAsked: boolean,
): Promise<void> {
  for (const { upload, platform } of sent.filter(({ upload: one }) => one.inspection?.isPacked === true)) {
    const { fileName, inspection } = upload;
    if (inspection === undefined) continue;
    if (inspection.packing === undefined) {
      output.note(`${fileName} is packed: it gets no deltas. What packed it cannot be undone here, so the saving is not measured.`);
      continue;
    }
    if (!isAsked) {
      output.note(`${fileName} is packed: it gets no deltas. What unpacking would save is measured with --estimate.`);
      continue;
    }
    const estimate = await client.uploads.estimateUnpacked({ uploadId: upload.id, applicationId, platform });
    output.note(`${fileName}: ${estimateWords(estimate, wayToUnpack(inspection))}`);
  }
}
