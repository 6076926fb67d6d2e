import { Button } from "@mantine/core";
import { copyText } from "./copy-text.ts";
import classes from "./error-panel.module.css";
import { StatusShape } from "./status-shape.tsx";

/** What an error shows: the message says what happened and what was not done, `next` what to do. */
export type ShownError = {
  readonly code: string;
  readonly message: string;
  readonly next: string;
  readonly details?: Readonly<Record<string, unknown>>;
};

/** The correlation id of an error, where the control plane sent one. */
export function correlationOf(error: ShownError): string | undefined {
  const id = error.details?.["correlationId"];
  return typeof id === "string" ? id : undefined;
}

/** An error in place. `notDone` goes before the message when the caller knows better what did not happen. */
export function ErrorPanel({
  error,
  notDone,
  onRetry,
}: {
  readonly error: ShownError;
  readonly notDone?: string;
  readonly onRetry?: () => void;
}) {
  const correlation = correlationOf(error);
  const copied = [error.code, correlation, error.message].filter((part) => part !== undefined).join(" · ");
  return (
    <div role="alert" className={classes["panel"]}>
      <StatusShape status="failed" size={16} />
      <div className={classes["words"]}>
        <p className={classes["message"]}>{notDone === undefined ? error.message : `${notDone} ${error.message}`}</p>
        <p className={classes["next"]}>{error.next}</p>
        <div className={classes["foot"]}>
          <code className={classes["code"]}>
            {error.code}
            {correlation !== undefined && ` · ${correlation}`}
          </code>
          <Button size="compact-xs" variant="subtle" onClick={() => void copyText(copied)}>
            Copy
          </Button>
          {onRetry !== undefined && (
            <Button size="compact-xs" variant="default" onClick={onRetry}>
              Try again
            </Button>
          )}
        </div>
      </div>
    </div>
  );
}
