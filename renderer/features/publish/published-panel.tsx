import { Button } from "@mantine/core";
import { Link } from "wouter";
import { Panel } from "../../components/panel.tsx";
import { StatusShape } from "../../components/status-shape.tsx";
import type { PublishRun } from "../../stores/publish-store.ts";
import { NextVerbs } from "./next-verbs.tsx";
import classes from "./publish.module.css";

type PublishedPanelProps = { readonly run: PublishRun & { readonly state: "done" }; readonly onAgain: () => void };

/** It is published: what that means, and what comes next. */
export function PublishedPanel({ run, onAgain }: PublishedPanelProps) {
  const rollouts = run.rolloutIds.length;
  return (
    <Panel>
      <div className={classes["published"]} role="status">
        <StatusShape status="healthy" size={36} />
        <h2>
          {run.applicationName} {run.version} is published
        </h2>
        <p>{nextWords(run)}</p>
        <NextVerbs run={run} onAgain={onAgain}>
          {rollouts === 0 ? (
            <Button component={Link} href={`/rollouts?new=rollout&release=${run.releaseId}`}>
              Start a rollout
            </Button>
          ) : (
            <Button component={Link} href={rollouts === 1 ? `/rollouts/${run.rolloutIds[0] ?? ""}` : "/rollouts"}>
              {rollouts === 1 ? "Watch the rollout" : `Watch the ${rollouts} rollouts`}
            </Button>
          )}
        </NextVerbs>
      </div>
    </Panel>
  );
}

function nextWords(run: PublishRun & { readonly state: "done" }): string {
  const moved = run.channel === undefined ? "" : `${run.channel} is at ${run.version}. `;
  if (run.rolloutIds.length > 0) return `${moved}The groups that follow it are being updated, wave by wave.`;
  return `${moved}It is signed and in its stores, and no host has it yet: a rollout brings it to them, group by group.`;
}
