import { useQueryClient } from "@tanstack/react-query";
import { useClient } from "../../data/client-context.tsx";
import { keys } from "../../data/query-keys.ts";
import { useContractQuery } from "../../data/use-contract-query.ts";
import { useDenial } from "../../data/use-principal.ts";
import { publishStore, type PublishDraft, type PublishRun } from "../../stores/publish-store.ts";
import { channelConsequence } from "./channel-consequence.ts";
import type { PlanReading, PublishPlan } from "./publish-plan.ts";
import classes from "./publish.module.css";
import { runPublish } from "./run-publish.ts";
import { SummaryPanel } from "./summary-panel.tsx";
import type { FileTaking } from "./use-intake.ts";

type SummaryColumnProps = {
  readonly draft: PublishDraft;
  readonly reading: PlanReading;
  readonly taking: FileTaking;
};

/** The column that always tells where the draft stands, and holds the button. */
export function SummaryColumn({ draft, reading, taking }: SummaryColumnProps) {
  const client = useClient();
  const queries = useQueryClient();
  const denial = useDenial("release.publish");
  const fleets = useContractQuery(keys.fleets(), (api, signal) => api.fleets.list(undefined, { signal })).data ?? [];
  const signers = useContractQuery(keys.trust(), (api, signal) => api.trust.status(undefined, { signal })).data?.threshold ?? 0;
  const publish = (plan: PublishPlan) => {
    const { run, setRun } = publishStore.getState();
    const made = run.state === "failed" ? run.made : {};
    let told: PublishRun = run;
    // Why: a release that is still on its way must not speak into the draft that came after it.
    const tell = (next: PublishRun) => {
      if (publishStore.getState().run !== told) return;
      told = next;
      setRun(next);
    };
    void runPublish(client, plan, made, tell).then(() => {
      for (const root of ["applications", "releases", "publications", "rollouts", "home"])
        void queries.invalidateQueries({ queryKey: [root] });
    });
  };
  const startOver = () => {
    for (const file of draft.files) taking.intake.remove(file.key);
    publishStore.getState().reset();
  };
  return (
    <div className={classes["aside"]}>
      <SummaryPanel
        reading={reading}
        run={draft.run}
        consequence={reading.plan === undefined ? undefined : channelConsequence(reading.plan, fleets)}
        fileNames={draft.files.map((file) => file.fileName)}
        signers={signers}
        denial={denial}
        onPublish={() => reading.plan !== undefined && publish(reading.plan)}
        onReset={startOver}
      />
    </div>
  );
}
