import { useEffect, useState } from "react";
import type { PublicationCommand } from "#shared/domain/publication/publication-command.ts";
import type { Publication } from "#shared/domain/publication/publication.ts";
import { releaseId as releaseIdSchema } from "#shared/lib/ids.ts";
import { addSample, type TransferSample } from "#shared/lib/transfer-rate.ts";
import { keys } from "./query-keys.ts";
import { useContractAction } from "./use-contract-action.ts";
import { useContractQuery } from "./use-contract-query.ts";

/** How often bytes are read again while some are moving, in milliseconds; the live feed tells of states. */
const PACE_MS = 1000;

/** Publications as a screen shows them. */
export type ShownPublications = {
  readonly publications: readonly Publication[] | undefined;
  readonly nameOf: (storeId: string) => string;
  /** Samples of a publication's bytes since somebody looks. */
  readonly samplesOf: (id: string) => readonly TransferSample[];
};

/** Publications of one release, or all that are under way, with the names of their stores and how fast they are. */
export function usePublications(releaseId: string | undefined): ShownPublications {
  const [isMoving, setMoving] = useState(false);
  const release = releaseIdSchema.safeParse(releaseId);
  const read = useContractQuery(
    keys.publications(releaseId),
    (client, signal) => client.publications.list(release.success ? { releaseId: release.data } : {}, { signal }),
    isMoving ? { everyMs: PACE_MS } : {},
  );
  const stores = useContractQuery(keys.stores(), (client, signal) => client.stores.list(undefined, { signal })).data ?? [];
  const hasRunning = read.data?.some((one) => one.state === "running") ?? false;
  useEffect(() => setMoving(hasRunning), [hasRunning]);
  return {
    publications: read.data,
    nameOf: (storeId) => stores.find((one) => one.id === storeId)?.name ?? "a store",
    samplesOf: useSamples(read.data ?? []),
  };
}

function useSamples(publications: readonly Publication[]): (id: string) => readonly TransferSample[] {
  const [samples, setSamples] = useState<ReadonlyMap<string, readonly TransferSample[]>>(new Map());
  const seen = publications.map((one) => `${one.id}:${one.doneBytes}`).join();
  useEffect(() => {
    const at = Date.now();
    setSamples((before) => new Map(publications.map((one) => [one.id, addSample(before.get(one.id) ?? [], { at, bytes: one.doneBytes })])));
    // Why `seen` alone: the list is another one at every read, and only moved bytes are news.
  }, [seen]);
  return (id) => samples.get(id) ?? [];
}

/** What people may ask of a publication. */
export function usePublicationCommand() {
  return useContractAction({
    run: (client, { publication, command }: { readonly publication: Publication; readonly command: PublicationCommand }) =>
      client.publications[command]({ publicationId: publication.id }),
    notDone: "The publication goes on as it was.",
    stale: ["publications", "releases", "home"],
  });
}
