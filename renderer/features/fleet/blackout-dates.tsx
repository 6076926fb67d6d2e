import { Button, Pill, TextInput } from "@mantine/core";
import { useState } from "react";
import classes from "./policy.module.css";

/** Local dates on which nothing begins. */
export function BlackoutDates({ dates, onChange }: { readonly dates: readonly string[]; readonly onChange: (dates: string[]) => void }) {
  const [next, setNext] = useState("");
  const add = () => {
    if (next === "") return;
    onChange([...new Set([...dates, next])].sort());
    setNext("");
  };
  return (
    <fieldset className={classes["set"]}>
      <legend>Blackout dates</legend>
      <div className={classes["dates"]}>
        {dates.map((date) => (
          <Pill
            key={date}
            withRemoveButton
            onRemove={() => onChange(dates.filter((one) => one !== date))}
            removeButtonProps={{ "aria-label": `Remove ${date}`, tabIndex: 0 }}
          >
            {date}
          </Pill>
        ))}
        <TextInput type="date" aria-label="Another blackout date" value={next} onChange={(event) => setNext(event.currentTarget.value)} />
        <Button variant="default" size="compact-sm" onClick={add} disabled={next === ""}>
          Add
        </Button>
      </div>
    </fieldset>
  );
}
