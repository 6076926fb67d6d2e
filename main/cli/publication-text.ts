import type { ContractClient } from "#shared/contract/index.ts";
import type { Publication } from "#shared/domain/publication/publication.ts";
import { formatBytes } from "#shared/lib/format.ts";

/** The names of stores by their ids, as people know them. */
export async function storeNames(client: Pick<ContractClient, "stores">): Promise<ReadonlyMap<string, string>> {
  return new Map((await client.stores.list()).map((one) => [one.id, one.name]));
}

/** Where a publication is: its step with the bytes that it moves, such as `upload web-amd64 1.2 MB of 4 MB`. */
export function stepText(publication: Publication): string {
  if (publication.state === "completed") return "done";
  const step = publication.steps.find((one) => one.state === "running") ?? publication.steps.find((one) => one.state === "pending");
  if (step === undefined) return "-";
  const bytes = step.totalBytes === 0 ? "" : ` ${formatBytes(step.doneBytes)} of ${formatBytes(step.totalBytes)}`;
  return `${step.phase} ${step.title}${bytes}`;
}

/** The part of a publication's progress at which a log gets a new line: its step, by quarters. */
export function stepMark(publication: Publication): string {
  const step = publication.steps.find((one) => one.state === "running");
  const quarter = step === undefined || step.totalBytes === 0 ? 0 : Math.floor((4 * step.doneBytes) / step.totalBytes);
  return `${publication.id} ${publication.state} ${step?.id ?? ""} ${quarter} ${publication.error?.message ?? ""}`;
}

/** One line of a publication's progress: `registry: upload web-amd64 1.2 MB of 4 MB`. */
export function progressText(publication: Publication, names: ReadonlyMap<string, string>): string {
  const name = names.get(publication.storeId) ?? publication.storeId;
  const trouble = publication.error === undefined ? "" : ` (${publication.error.message} ${publication.message})`;
  return `${name}: ${publication.state === "running" ? stepText(publication) : publication.state}${trouble}`;
}
