import type { AdoptedRelease, Adoption } from "#shared/domain/adoption/adoption.ts";
import { formatBytes } from "#shared/lib/format.ts";
import { table } from "./output.ts";

/** The command that looks at an adoption again, and follows it. */
export function lookAgain({ id }: Pick<Adoption, "id">): string {
  return `rollcall adoption show ${id} --watch`;
}

/** An adoption as lines of text: its state, and a row for each release with what stands in its way. */
export function adoptionLines(adoption: Adoption): string[] {
  const rows = adoption.releases.map((one) => [one.reference, one.version, releaseState(one), bytesText(one), one.error?.message ?? ""]);
  return [
    `${adoption.id}: ${adoption.state}${adoption.message === "" ? "" : ` (${adoption.message})`}`,
    "",
    ...table(["REFERENCE", "VERSION", "STATE", "BYTES", "MESSAGE"], rows, "No releases."),
  ];
}

/** Where an adoption is, in a few words: `fetching 1.4.0, 1.2 MB of 4 MB, 1 of 3 done`. */
export function adoptionProgress({ releases, state }: Pick<Adoption, "releases" | "state">): string {
  const now = releases.find((one) => one.state === "running") ?? releases.find((one) => one.state === "pending");
  const done = releases.filter((one) => one.state === "done").length;
  const count = releases.length === 1 ? "" : `, ${done} of ${releases.length} done`;
  if (now === undefined || state !== "running") return `${state}${count}`;
  const trouble = now.state === "pending" && now.error !== undefined ? ` (${now.error.message} It is tried again by itself.)` : "";
  const verb = trouble === "" ? "fetching" : "waiting for";
  return `${verb} ${now.reference}${now.totalBytes === 0 ? "" : `, ${bytesText(now)}`}${count}${trouble}`;
}

/** The part of the progress at which a log gets a new line: the release, whether its size is known, and its quarters. */
export function adoptionMark({ releases, state }: Pick<Adoption, "releases" | "state">): string {
  const quarter = ({ doneBytes, totalBytes }: AdoptedRelease): string =>
    totalBytes === 0 ? "-" : String(Math.floor((4 * doneBytes) / totalBytes));
  return [state, ...releases.map((one) => `${one.state} ${quarter(one)} ${one.error?.message ?? ""}`)].join("; ");
}

function releaseState({ state, retryAt }: AdoptedRelease): string {
  if (state === "done") return "draft made";
  return state === "pending" && retryAt !== undefined ? "tried again" : state;
}

function bytesText({ doneBytes, totalBytes }: Pick<AdoptedRelease, "doneBytes" | "totalBytes">): string {
  return totalBytes === 0 ? "-" : `${formatBytes(doneBytes)} of ${formatBytes(totalBytes)}`;
}
