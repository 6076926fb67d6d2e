import { Button } from "@mantine/core";
import { isCommandAllowed, type PublicationCommand } from "#shared/domain/publication/publication-command.ts";
import type { PublicationState } from "#shared/domain/publication/publication.ts";
import classes from "./publication.module.css";

const VERBS: readonly { readonly command: PublicationCommand; readonly word: string }[] = [
  { command: "pause", word: "Pause" },
  { command: "resume", word: "Resume" },
  { command: "cancel", word: "Cancel" },
];

type JobVerbsProps = {
  readonly state: PublicationState;
  /** What the verb is about, for those who do not see where it stands: "the publication to shelf". */
  readonly about: string;
  readonly busy: boolean;
  readonly onCommand: (command: PublicationCommand) => void;
};

/** What may be done with a publication or an adoption now, always in the same place. */
export function JobVerbs({ state, about, busy, onCommand }: JobVerbsProps) {
  return (
    <span className={classes["verbs"]}>
      {VERBS.filter((one) => isCommandAllowed(one.command, state)).map(({ command, word }) => {
        const shown = command === "resume" && state === "failed" ? "Try again" : word;
        return (
          <Button
            key={command}
            size="compact-xs"
            variant={command === "resume" ? "filled" : "default"}
            disabled={busy}
            onClick={() => onCommand(command)}
            aria-label={`${shown} ${about}`}
          >
            {shown}
          </Button>
        );
      })}
    </span>
  );
}
