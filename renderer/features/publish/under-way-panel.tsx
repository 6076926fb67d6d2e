import { Button } from "@mantine/core";
import { Link } from "wouter";
import { releaseId } from "#shared/lib/ids.ts";
import { Panel } from "../../components/panel.tsx";
import { DeltaCard } from "../../components/publication/delta-card.tsx";
import { PublicationCard } from "../../components/publication/publication-card.tsx";
import { useDeltaCommand, useDeltas } from "../../data/use-deltas.ts";
import { usePublicationCommand, usePublications } from "../../data/use-publications.ts";
import type { PublishRun } from "../../stores/publish-store.ts";
import { NextVerbs } from "./next-verbs.tsx";
import classes from "./publish.module.css";

type UnderWayPanelProps = { readonly run: PublishRun & { readonly state: "under-way" }; readonly onAgain: () => void };

/** A release on its way to its stores: it goes on by itself, whoever looks. */
export function UnderWayPanel({ run, onAgain }: UnderWayPanelProps) {
  const { publications = [], nameOf, samplesOf } = usePublications(run.releaseId);
  const command = usePublicationCommand();
  const deltas = useDeltas(run.releaseId);
  const deltaCommand = useDeltaCommand(releaseId.parse(run.releaseId));
  const signing = publications.find((one) => one.signingRequestId !== undefined)?.signingRequestId;
  return (
    <>
      <Panel title={`${run.applicationName} ${run.version} is on its way`} flush>
        {deltas !== undefined && (
          <DeltaCard preparation={deltas} onCommand={(wish) => deltaCommand.mutate(wish)} busy={deltaCommand.isPending} />
        )}
        {publications.map((publication) => (
          <PublicationCard
            key={publication.id}
            publication={publication}
            storeName={nameOf(publication.storeId)}
            samples={samplesOf(publication.id)}
            onCommand={(wish) => command.mutate({ publication, command: wish })}
            busy={command.isPending}
          />
        ))}
      </Panel>
      <p className={classes["safe"]}>
        The control plane goes on by itself: you may leave this page or close the window.
        {run.channel !== undefined &&
          ` Only moving ${run.channel} to it waits for this window; else move it from the release’s page afterwards.`}
      </p>
      <NextVerbs run={run} onAgain={onAgain} isLeft>
        {signing !== undefined && (
          <Button component={Link} href={`/settings/trust?request=${signing}`}>
            Open what must be signed
          </Button>
        )}
      </NextVerbs>
    </>
  );
}
