import { Button } from "@mantine/core";
import { Link } from "wouter";
import type { HomeOverview } from "#shared/contract/rollouts.ts";
import { CopyLine } from "../../components/copy-line.tsx";
import { Panel } from "../../components/panel.tsx";
import { StatusShape } from "../../components/status-shape.tsx";
import classes from "./home.module.css";
import { nextStep, SETUP_STEPS, type SetupStep } from "./view-model.ts";

/** The first run as a checklist: only the next step is open. */
export function SetupPanel({ setup }: { readonly setup: HomeOverview["setup"] }) {
  const next = nextStep(setup);
  const done = SETUP_STEPS.filter((step) => setup[step.id]).length;
  return (
    <Panel title="From nothing to your first rollout" note={`${done} of ${SETUP_STEPS.length} done`} flush>
      <ol className={classes["steps"]}>
        {SETUP_STEPS.map((step, at) => (
          <Step key={step.id} step={step} ordinal={at + 1} isDone={setup[step.id]} isNext={step === next} />
        ))}
      </ol>
    </Panel>
  );
}

type StepProps = { readonly step: SetupStep; readonly ordinal: number; readonly isDone: boolean; readonly isNext: boolean };

function Step({ step, ordinal, isDone, isNext }: StepProps) {
  return (
    <li className={classes["step"]} data-next={isNext} data-done={isDone} {...(isNext ? { "aria-current": "step" } : {})}>
      <span className={classes["ordinal"]}>{isDone ? <StatusShape status="healthy" size={20} label="Done" /> : ordinal}</span>
      <div className={classes["stepWords"]}>
        <div className={classes["stepTitle"]}>{step.title}</div>
        {!isDone && <div className={classes["stepWhy"]}>{step.why}</div>}
        {isNext && (
          <div className={classes["stepActions"]}>
            <Button component={Link} href={step.href}>
              {step.verb}
            </Button>
            <div className={classes["stepCli"]}>
              <CopyLine text={step.cli} what="the command" />
            </div>
          </div>
        )}
      </div>
    </li>
  );
}
