import type { Adoption } from "#shared/domain/adoption/adoption.ts";
import type { PublicationCommand } from "#shared/domain/publication/publication-command.ts";
import { applicationId as applicationIdSchema } from "#shared/lib/ids.ts";
import type { TransferSample } from "#shared/lib/transfer-rate.ts";
import { keys } from "./query-keys.ts";
import { useContractAction } from "./use-contract-action.ts";
import { useContractQuery } from "./use-contract-query.ts";
import { useSamples } from "./use-samples.ts";

/** Adoptions as a screen shows them. */
export type ShownAdoptions = {
  readonly adoptions: readonly Adoption[];
  readonly nameOf: (storeId: string) => string;
  /** Samples of an adoption's bytes since somebody looks. */
  readonly samplesOf: (id: string) => readonly TransferSample[];
};

/** Adoptions of one application whatever became of them, or all that have not ended. The live feed tells of every step. */
export function useAdoptions(applicationId: string | undefined): ShownAdoptions {
  const application = applicationIdSchema.safeParse(applicationId);
  const read = useContractQuery(keys.adoptions(applicationId), (client, signal) =>
    client.adoptions.list(application.success ? { applicationId: application.data } : {}, { signal }),
  );
  const stores = useContractQuery(keys.stores(), (client, signal) => client.stores.list(undefined, { signal })).data ?? [];
  const samplesOf = useSamples(read.data ?? [], read.dataUpdatedAt);
  return {
    adoptions: read.data ?? [],
    nameOf: (storeId) => stores.find((one) => one.id === storeId)?.name ?? "a store",
    samplesOf,
  };
}

/** What people may ask of an adoption. */
export function useAdoptionCommand() {
  return useContractAction({
    run: (client, { adoption, command }: { readonly adoption: Adoption; readonly command: PublicationCommand }) =>
      client.adoptions[command]({ adoptionId: adoption.id }),
    notDone: "The adoption goes on as it was.",
    stale: ["adoptions", "uploads"],
  });
}
