import { ActionIcon, Button, Chip, TextInput } from "@mantine/core";
import { IconPlus, IconX } from "@tabler/icons-react";
import type { UpdateWindow } from "#shared/domain/rollout/policy.ts";
import classes from "./policy.module.css";
import { dayWord, WEEKDAYS, windowWords } from "./policy-words.ts";

const OFFICE: UpdateWindow = { days: ["mon", "tue", "wed", "thu"], from: "09:00", to: "16:00" };

type WindowListProps = { readonly windows: readonly UpdateWindow[]; readonly onChange: (windows: UpdateWindow[]) => void };

/** Weekly spans in which updates may begin. None means always. */
export function WindowList({ windows, onChange }: WindowListProps) {
  const replace = (at: number, next: UpdateWindow) => onChange(windows.map((one, index) => (index === at ? next : one)));
  return (
    <fieldset className={classes["set"]}>
      <legend>Update windows</legend>
      <p className={classes["hint"]}>Updates begin only inside them. A window that ends before it starts ends on the next day.</p>
      {windows.map((window, at) => (
        <WindowLine
          key={at}
          window={window}
          onChange={(next) => replace(at, next)}
          onRemove={() => onChange(windows.filter((_, index) => index !== at))}
        />
      ))}
      <Button variant="default" size="compact-sm" leftSection={<IconPlus size={14} />} onClick={() => onChange([...windows, OFFICE])}>
        Add a window
      </Button>
    </fieldset>
  );
}

type WindowLineProps = { readonly window: UpdateWindow; readonly onChange: (next: UpdateWindow) => void; readonly onRemove: () => void };

function WindowLine({ window, onChange, onRemove }: WindowLineProps) {
  const setDays = (days: string[]) => onChange({ ...window, days: WEEKDAYS.filter((day) => days.includes(day)) });
  return (
    <div className={classes["window"]} role="group" aria-label={windowWords(window)}>
      <Chip.Group multiple value={[...window.days]} onChange={setDays}>
        <div className={classes["days"]}>
          {WEEKDAYS.map((day) => (
            <Chip key={day} value={day} size="xs" variant="outline">
              {dayWord(day)}
            </Chip>
          ))}
        </div>
      </Chip.Group>
      <div className={classes["times"]}>
        <TextInput
          type="time"
          aria-label="From"
          value={window.from}
          onChange={(event) => onChange({ ...window, from: event.currentTarget.value })}
        />
        <span aria-hidden="true">–</span>
        <TextInput
          type="time"
          aria-label="To"
          value={window.to}
          onChange={(event) => onChange({ ...window, to: event.currentTarget.value })}
        />
        <ActionIcon variant="subtle" aria-label={`Remove the window ${windowWords(window)}`} onClick={onRemove}>
          <IconX size={15} />
        </ActionIcon>
      </div>
    </div>
  );
}
