import { Button } from "@mantine/core";
import { Link } from "wouter";
import { formatBytes } from "#shared/lib/format.ts";
import { CopyLine } from "../../components/copy-line.tsx";
import { ErrorPanel } from "../../components/error-panel.tsx";
import { Panel } from "../../components/panel.tsx";
import { StatusShape } from "../../components/status-shape.tsx";
import type { PublishRun } from "../../stores/publish-store.ts";
import type { PlanReading, PublishPlan } from "./publish-plan.ts";
import classes from "./publish.module.css";
import { stepWords } from "./run-publish.ts";
import { cliOf } from "./view-model.ts";

type SummaryPanelProps = {
  readonly reading: PlanReading;
  readonly run: PublishRun;
  /** What moving the channel will start, as a sentence; undefined when none moves. */
  readonly consequence: string | undefined;
  readonly fileNames: readonly string[];
  /** How many operators must sign; 0 while this control plane signs by itself. */
  readonly signers: number;
  readonly denial: string | undefined;
  readonly onPublish: () => void;
  readonly onReset: () => void;
};

/** What will happen when the button is pressed, or what stands in its way; then how it goes. */
export function SummaryPanel({ reading, run, consequence, fileNames, signers, denial, onPublish, onReset }: SummaryPanelProps) {
  const { plan } = reading;
  if (plan === undefined) return <Missing sentences={reading.missing} onReset={onReset} />;
  return (
    <Panel title={`${plan.applicationName} ${plan.version}`}>
      <div className={classes["summary"]}>
        <WhatHappens plan={plan} consequence={consequence} signers={signers} />
        {run.state === "running" && <Steps run={run} plan={plan} />}
        {run.state === "failed" && <Failed run={run} plan={plan} />}
        {denial === undefined ? (
          <Button fullWidth onClick={onPublish} loading={run.state === "running"}>
            {run.state === "failed" ? "Try again from here" : `Publish ${plan.version} to ${plan.storesWords}`}
          </Button>
        ) : (
          <p className={classes["faint"]}>{denial}</p>
        )}
        <details className={classes["cli"]}>
          <summary>The same from a shell</summary>
          <CopyLine text={cliOf(plan, fileNames)} what="the command" />
        </details>
      </div>
    </Panel>
  );
}

function Missing({ sentences, onReset }: { readonly sentences: readonly string[]; readonly onReset: () => void }) {
  return (
    <Panel title="Before it can be published">
      <div className={classes["summary"]}>
        <ul className={classes["missing"]}>
          {sentences.map((text) => (
            <li key={text}>
              <StatusShape status="unknown" size={14} />
              <span>{text}</span>
            </li>
          ))}
        </ul>
        <Button variant="default" onClick={onReset}>
          Start over
        </Button>
      </div>
    </Panel>
  );
}

type WhatHappensProps = { readonly plan: PublishPlan; readonly consequence: string | undefined; readonly signers: number };

function WhatHappens({ plan, consequence, signers }: WhatHappensProps) {
  const files = plan.artifacts.length;
  return (
    <ul className={classes["happens"]}>
      {plan.application.kind === "new" && (
        <li>
          {plan.applicationName} is registered as <code translate="no">{plan.productId}</code>.
        </li>
      )}
      <li>
        {files === 1 ? "One file" : `${files} files`}, {formatBytes(plan.sizeBytes)}, for {plan.platforms.join(", ")}.
      </li>
      <li>
        {signers === 0
          ? `The manifest is signed and goes to ${plan.storesWords}.`
          : `It goes to ${plan.storesWords} while it waits for ${signers} ${signers === 1 ? "operator’s signature" : "operators’ signatures"}; hosts see it afterwards.`}{" "}
        From then on nothing of it can be changed.
      </li>
      <li>{consequence ?? "No channel moves, so no host gets it before you start a rollout."}</li>
    </ul>
  );
}

function Steps({ run, plan }: { readonly run: PublishRun & { readonly state: "running" | "failed" }; readonly plan: PublishPlan }) {
  const at = run.steps.indexOf(run.step);
  return (
    <ol className={classes["runSteps"]} aria-live="polite">
      {run.steps.map((step, index) => (
        <li key={step}>
          <StatusShape
            status={index < at ? "healthy" : index > at ? "unknown" : run.state === "failed" ? "failed" : "progressing"}
            size={14}
            label={index < at ? "Done" : index > at ? "To do" : run.state === "failed" ? "Failed" : "Now"}
          />
          {stepWords(step, plan)}
        </li>
      ))}
    </ol>
  );
}

const NOT_DONE = {
  register: "Nothing was published: the application was not registered.",
  draft: "Nothing was published: no draft was made.",
  sign: "It is not published yet; the draft is kept.",
  move: "It is published, but the channel stays where it is.",
} as const;

function Failed({ run, plan }: { readonly run: PublishRun & { readonly state: "failed" }; readonly plan: PublishPlan }) {
  const owner = plan.application.kind === "known" ? plan.application.id : run.made.applicationId;
  return (
    <>
      <Steps run={run} plan={plan} />
      <ErrorPanel error={run.error} notDone={NOT_DONE[run.step]} />
      {owner !== undefined && run.made.releaseId !== undefined && (
        <Link className="rc-link" href={`/applications/${owner}?release=${run.made.releaseId}`}>
          Open {plan.version} to see what is there
        </Link>
      )}
    </>
  );
}
