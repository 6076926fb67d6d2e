import { Button } from "@mantine/core";
import { Link, useSearchParams } from "wouter";
import type { ApplicationRow } from "#shared/contract/applications.ts";
import { AdoptionCard } from "../../components/publication/adoption-card.tsx";
import { Panel } from "../../components/panel.tsx";
import { useAdoptionCommand, useAdoptions } from "../../data/use-adoptions.ts";
import { useDenial } from "../../data/use-principal.ts";
import { useUrlPatch } from "../../data/use-url-patch.ts";
import { shownAdoptions } from "./adoption.ts";
import classes from "./application.module.css";

/** Releases that are being brought in from stores, and the one that this window began, whatever became of it. */
export function AdoptionsPanel({ application }: { readonly application: ApplicationRow }) {
  const [search] = useSearchParams();
  const patch = useUrlPatch();
  const { adoptions, nameOf, samplesOf } = useAdoptions(application.id);
  const command = useAdoptionCommand();
  const denial = useDenial("release.publish");
  const shown = shownAdoptions(adoptions, search.get("adoption"));
  if (shown.length === 0) return null;
  return (
    <Panel title="From stores" flush>
      {shown.map((adoption) => (
        <AdoptionCard
          key={adoption.id}
          adoption={adoption}
          storeName={nameOf(adoption.storeId)}
          samples={samplesOf(adoption.id)}
          onCommand={denial === undefined ? (wish) => command.mutate({ adoption, command: wish }) : undefined}
          busy={command.isPending}
          draftLink={(releaseId, version) => (
            <Link className="rc-link" href={`/applications/${application.id}?release=${releaseId}`}>
              Open {version}
            </Link>
          )}
          dismiss={
            <Button size="compact-xs" variant="subtle" onClick={() => patch({ adoption: undefined })}>
              Hide
            </Button>
          }
        />
      ))}
      {shown.some((one) => one.state === "running") && (
        <p className={classes["safe"]}>The control plane goes on by itself: you may leave this page or close the window.</p>
      )}
    </Panel>
  );
}
