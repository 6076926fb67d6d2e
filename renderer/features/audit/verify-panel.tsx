import { Button } from "@mantine/core";
import { useEffect } from "react";
import { useSearchParams } from "wouter";
import type { AuditVerdict } from "#shared/domain/audit/audit.ts";
import { ErrorPanel } from "../../components/error-panel.tsx";
import { StatusShape } from "../../components/status-shape.tsx";
import { useContractAction } from "../../data/use-contract-action.ts";
import { useUrlPatch } from "../../data/use-url-patch.ts";
import { useCommand } from "../../stores/command-store.ts";
import classes from "./audit.module.css";
import { intactWords } from "./view-model.ts";

/** Recomputes the whole chain and every checkpoint, and says what it found. `?verify=now` starts it. */
export function VerifyPanel() {
  const [params] = useSearchParams();
  const patch = useUrlPatch();
  const verify = useContractAction({
    run: (client, _input: undefined) => client.audit.verify(),
    notDone: "The audit was not verified.",
    stale: [],
    inline: true,
  });
  const { mutate } = verify;
  const isAsked = params.get("verify") === "now";
  useCommand("audit.verify", () => mutate(undefined));
  useEffect(() => {
    if (!isAsked) return;
    patch({ verify: undefined });
    mutate(undefined);
    // oxlint-disable-next-line react/exhaustive-deps -- asking is an event, not a state: it runs once per appearance in the URL
  }, [isAsked, mutate]);
  return (
    <div className={classes["verify"]} role="status">
      {verify.error !== null ? <ErrorPanel error={verify.error} /> : <Verdict verdict={verify.data} isRunning={verify.isPending} />}
      <Button variant="default" loading={verify.isPending} onClick={() => mutate(undefined)}>
        {verify.data === undefined ? "Verify the chain" : "Verify again"}
      </Button>
    </div>
  );
}

function Verdict({ verdict, isRunning }: { readonly verdict: AuditVerdict | undefined; readonly isRunning: boolean }) {
  if (isRunning) return <Line status="progressing" text="Recomputing every hash and checking every checkpoint’s signature…" />;
  if (verdict === undefined)
    return (
      <Line status="unknown" text="Not verified since this page was opened. Verifying recomputes every hash from the first entry on." />
    );
  if (verdict.outcome === "intact") {
    return <Line status="healthy" title="Intact." text={intactWords(verdict.entries, verdict.checkpoints, verdict.head)} />;
  }
  return (
    <Line
      status="failed"
      title={`Broken at entry ${verdict.atSequence}: ${verdict.problem}.`}
      text={`${verdict.message} Keep the data folder as it is and compare it with an export.`}
    />
  );
}

function Line({
  status,
  title,
  text,
}: {
  readonly status: "healthy" | "failed" | "progressing" | "unknown";
  readonly title?: string;
  readonly text: string;
}) {
  return (
    <span className={classes["verdict"]}>
      <StatusShape status={status} size={17} />
      <span>
        {title !== undefined && <strong>{title} </strong>}
        {text}
      </span>
    </span>
  );
}
