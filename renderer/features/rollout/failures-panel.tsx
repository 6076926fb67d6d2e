import { Link } from "wouter";
import type { RolloutDetail } from "#shared/contract/rollouts.ts";
import { Panel } from "../../components/panel.tsx";
import { StatusShape } from "../../components/status-shape.tsx";
import classes from "./rollout.module.css";

/** The first distinct causes of failure, each with one example and its log, so that the next decision is an informed one. */
export function FailuresPanel({ failures }: { readonly failures: RolloutDetail["failures"] }) {
  return (
    <Panel title="What went wrong" flush>
      <ul className={classes["causes"]}>
        {failures.map((failure) => (
          <li key={failure.cause} className={classes["cause"]}>
            <div className={classes["causeHead"]}>
              <StatusShape status="failed" size={15} />
              <strong>{failure.example.message}</strong>
              <span className={classes["push"]}>{failure.count === 1 ? "1 host" : `${failure.count} hosts`}</span>
            </div>
            <div className={classes["faint"]}>
              Cause: {failure.cause}. Seen on{" "}
              <Link className="rc-link" href={`/hosts/${failure.example.hostId}`}>
                {failure.example.hostName}
              </Link>
              {failure.example.logTail === undefined ? "." : ", whose last lines were:"}
            </div>
            {failure.example.logTail !== undefined && (
              <pre className={classes["log"]} tabIndex={0} aria-label={`Last lines of ${failure.example.hostName}`}>
                {failure.example.logTail.trim()}
              </pre>
            )}
          </li>
        ))}
      </ul>
    </Panel>
  );
}
