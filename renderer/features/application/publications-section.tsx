import { Button, Select } from "@mantine/core";
import { useState } from "react";
import { Link } from "wouter";
import type { ReleaseRow } from "#shared/contract/applications.ts";
import { storeId as storeIdSchema } from "#shared/lib/ids.ts";
import { DeltaCard } from "../../components/publication/delta-card.tsx";
import { PublicationCard } from "../../components/publication/publication-card.tsx";
import { keys } from "../../data/query-keys.ts";
import { useContractAction } from "../../data/use-contract-action.ts";
import { useContractQuery } from "../../data/use-contract-query.ts";
import { useDenial } from "../../data/use-principal.ts";
import { useDeltaCommand, useDeltas } from "../../data/use-deltas.ts";
import { usePublicationCommand, usePublications } from "../../data/use-publications.ts";
import classes from "./application.module.css";

/** Where a release lies or is on its way, store by store, and the way to bring it to one more. */
export function PublicationsSection({ release }: { readonly release: ReleaseRow }) {
  const { publications = [], nameOf, samplesOf } = usePublications(release.id);
  const denial = useDenial("release.publish");
  const command = usePublicationCommand();
  const deltas = useDeltas(release.id);
  const deltaCommand = useDeltaCommand(release.id);
  const shown = publications.filter((one) => one.state !== "cancelled");
  if (shown.length === 0) return null;
  return (
    <>
      <h3 className={classes["sub"]}>Stores</h3>
      <div className={classes["publications"]}>
        {deltas !== undefined && (
          <DeltaCard
            preparation={deltas}
            onCommand={denial === undefined ? (wish) => deltaCommand.mutate(wish) : undefined}
            busy={deltaCommand.isPending}
          />
        )}
        {shown.map((publication) => (
          <PublicationCard
            key={publication.id}
            publication={publication}
            storeName={nameOf(publication.storeId)}
            samples={samplesOf(publication.id)}
            onCommand={denial === undefined ? (wish) => command.mutate({ publication, command: wish }) : undefined}
            busy={command.isPending}
            signing={
              publication.state === "waiting" && publication.signingRequestId !== undefined ? (
                <Link className="rc-link" href={`/settings/trust?request=${publication.signingRequestId}`}>
                  Open what must be signed
                </Link>
              ) : null
            }
          />
        ))}
        {release.state === "published" && denial === undefined && (
          <OneMoreStore release={release} taken={shown.map((one) => one.storeId)} />
        )}
      </div>
    </>
  );
}

function OneMoreStore({ release, taken }: { readonly release: ReleaseRow; readonly taken: readonly string[] }) {
  const stores = useContractQuery(keys.stores(), (client, signal) => client.stores.list(undefined, { signal })).data ?? [];
  const [chosen, choose] = useState<string | null>(null);
  const free = stores.filter((store) => !taken.includes(store.id));
  const bring = useContractAction({
    run: (client, id: string) => client.publications.create({ releaseId: release.id, storeId: storeIdSchema.parse(id) }),
    notDone: `${release.version} was not brought there.`,
    stale: ["publications", "releases"],
    onDone: () => choose(null),
  });
  if (free.length === 0) return null;
  return (
    <div className={classes["oneMore"]}>
      <Select
        aria-label="Another store"
        size="xs"
        placeholder="Bring it to another store"
        data={free.map((store) => ({ value: store.id, label: store.name }))}
        value={chosen}
        onChange={choose}
      />
      <Button
        size="compact-sm"
        variant="default"
        disabled={chosen === null}
        loading={bring.isPending}
        onClick={() => chosen !== null && bring.mutate(chosen)}
      >
        Bring it there
      </Button>
    </div>
  );
}
