import { Button } from "@mantine/core";
import { Link } from "wouter";
import { Panel } from "../../components/panel.tsx";
import { StatusShape } from "../../components/status-shape.tsx";
import type { PublishRun } from "../../stores/publish-store.ts";
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
        <div className={classes["publishedVerbs"]}>
          {rollouts === 0 ? (
            <Button component={Link} href={`/rollouts?new=rollout&release=${run.releaseId}`}>
              Start a rollout
            </Button>
          ) : (
            <Button component={Link} href={rollouts === 1 ? `/rollouts/${run.rolloutIds[0] ?? ""}` : "/rollouts"}>
              {rollouts === 1 ? "Watch the rollout" : `Watch the ${rollouts} rollouts`}
            </Button>
          )}
          <Button variant="default" component={Link} href={`/applications/${run.applicationId}?release=${run.releaseId}`}>
            Look at the release
          </Button>
          <Button variant="subtle" onClick={onAgain}>
            Publish another
          </Button>
        </div>
      </div>
    </Panel>
  );
}

function nextWords(run: PublishRun & { readonly state: "done" }): string {
  const moved = run.channel === undefined ? "" : `${run.channel} is at ${run.version}. `;
  if (run.rolloutIds.length > 0) return `${moved}The groups that follow it are being updated, wave by wave.`;
  return `${moved}It is signed and in its stores, and no host has it yet: a rollout brings it to them, group by group.`;
}
