import { NumberInput } from "@mantine/core";
import { Panel } from "../../components/panel.tsx";
import type { FieldsProps } from "./fields-props.ts";
import classes from "./settings.module.css";

const MINUTE = 60_000;
const MEGABYTE = 1_000_000;

/** From how many releases deltas are made, and what making them may cost. */
export function DeltaFields({ draft, change, problem }: FieldsProps) {
  return (
    <Panel title="Deltas">
      <div className={classes["fields"]}>
        <NumberInput
          label="Earlier releases"
          description="From how many of the last releases deltas are made to a new one, beside what hosts are brought to now. 0 makes none."
          value={draft.deltaBases}
          onChange={(value) => typeof value === "number" && change({ deltaBases: value })}
          error={problem("deltaBases")}
          min={0}
          max={10}
          allowDecimal={false}
        />
        <NumberInput
          label="Time at most"
          description="How long a publication waits for its deltas; then it goes out with those that are made."
          value={Math.round((draft.deltaTimeLimitMs / MINUTE) * 100) / 100}
          onChange={(value) => typeof value === "number" && change({ deltaTimeLimitMs: Math.round(value * MINUTE) })}
          error={problem("deltaTimeLimitMs")}
          suffix=" min"
          min={0.1}
        />
        <NumberInput
          label="Memory at most"
          description="What the process that makes a delta may use; it is ended beyond that. A file of 126 MB takes about 2,000 MB."
          value={Math.round(draft.deltaMemoryBytes / MEGABYTE)}
          onChange={(value) => typeof value === "number" && change({ deltaMemoryBytes: Math.round(value * MEGABYTE) })}
          error={problem("deltaMemoryBytes")}
          suffix=" MB"
          thousandSeparator=" "
          min={68}
        />
      </div>
    </Panel>
  );
}
