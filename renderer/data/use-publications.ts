import { useQueryClient } from "@tanstack/react-query";
import type { PublicationCommand } from "#shared/domain/publication/publication-command.ts";
import type { Publication } from "#shared/domain/publication/publication.ts";
import { releaseId as releaseIdSchema } from "#shared/lib/ids.ts";
import type { TransferSample } from "#shared/lib/transfer-rate.ts";
import { keys } from "./query-keys.ts";
import { useContractAction } from "./use-contract-action.ts";
import { useContractQuery } from "./use-contract-query.ts";
import { useSamples } from "./use-samples.ts";

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
  const release = releaseIdSchema.safeParse(releaseId);
  const key = keys.publications(releaseId);
  // Why from the cache: whether to read again soon follows from what was read last.
  const last = useQueryClient().getQueryData<readonly Publication[]>(key);
  const read = useContractQuery(
    key,
    (client, signal) => client.publications.list(release.success ? { releaseId: release.data } : {}, { signal }),
    last?.some((one) => one.state === "running") === true ? { everyMs: PACE_MS } : {},
  );
  const stores = useContractQuery(keys.stores(), (client, signal) => client.stores.list(undefined, { signal })).data ?? [];
  const samplesOf = useSamples(read.data ?? [], read.dataUpdatedAt);
  return {
    publications: read.data,
    nameOf: (storeId) => stores.find((one) => one.id === storeId)?.name ?? "a store",
    samplesOf,
  };
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
