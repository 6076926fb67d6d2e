import { Button } from "@mantine/core";
import { Link } from "wouter";
import type { RolloutDetail } from "#shared/contract/rollouts.ts";
import { LogTail } from "../../components/log-tail.tsx";
import { Panel } from "../../components/panel.tsx";
import { StatusShape } from "../../components/status-shape.tsx";
import classes from "./rollout.module.css";
import type { Decisions } from "./use-decisions.ts";

type FailuresPanelProps = { readonly detail: RolloutDetail; readonly decisions: Decisions };

/** The first distinct causes of failure, each with one example and its log, and what can be decided about them. */
export function FailuresPanel({ detail, decisions }: FailuresPanelProps) {
  return (
    <Panel title="What went wrong" flush>
      <div className={classes["failures"]} data-tripped={detail.rollout.state === "tripped"}>
        <ul className={classes["causes"]}>
          {detail.failures.map((failure) => (
            <CauseItem key={failure.cause} failure={failure} />
          ))}
        </ul>
        {detail.rollout.state === "tripped" && <Choices decisions={decisions} />}
      </div>
    </Panel>
  );
}

function CauseItem({ failure: { cause, count, example } }: { readonly failure: RolloutDetail["failures"][number] }) {
  return (
    <li className={classes["cause"]}>
      <div className={classes["causeHead"]}>
        <StatusShape status="failed" size={16} />
        <strong>{example.message}</strong>
        <span className={classes["push"]}>{count === 1 ? "1 host" : `${count} hosts`}</span>
      </div>
      <div className={classes["faint"]}>
        Cause: {cause}. Seen on{" "}
        <Link className="rc-link" href={`/hosts/${example.hostId}`}>
          {example.hostName}
        </Link>
        {example.logTail === undefined ? "." : ", whose last lines were:"}
      </div>
      {example.logTail !== undefined && <LogTail label={`Last lines of ${example.hostName}`} text={example.logTail} />}
    </li>
  );
}

function Choices({ decisions }: Pick<FailuresPanelProps, "decisions">) {
  const { ask, reasons } = decisions;
  const choices = [
    ["rollback", "Roll back", "Takes every host that got it back to what it ran before. It says first how many, and what it cannot undo."],
    ["continue", "Continue anyway", "Accepts these failures, with a reason that stands in the audit, and goes on with the others."],
    ["abort", "Abort", "Ends it here. Hosts keep what they run now, and later waves never open."],
  ] as const;
  return (
    <ul className={classes["choices"]} aria-label="What you can decide">
      {choices.map(([decision, name, text]) => (
        <li key={decision}>
          <Button size="compact-sm" variant="default" disabled={reasons[decision] !== undefined} onClick={() => ask(decision)}>
            {name}
          </Button>
          <span>{text}</span>
        </li>
      ))}
    </ul>
  );
}
