import { Button } from "@mantine/core";
import { StatusShape } from "./status-shape.tsx";
import classes from "./stale-notice.module.css";

type StaleNoticeProps = { readonly what: string; readonly onTakeTheirs: () => void; readonly onKeepMine: () => void };

/** Somebody else changed it meanwhile: the draft stays until the reader decides. */
export function StaleNotice({ what, onTakeTheirs, onKeepMine }: StaleNoticeProps) {
  return (
    <div role="alert" className={classes["notice"]}>
      <StatusShape status="paused" size={15} />
      <span>
        <strong>{what} changed meanwhile.</strong> Your draft is untouched and not saved.
      </span>
      <span className={classes["buttons"]}>
        <Button size="compact-sm" variant="default" onClick={onTakeTheirs}>
          Take theirs
        </Button>
        <Button size="compact-sm" variant="default" onClick={onKeepMine}>
          Keep mine
        </Button>
      </span>
    </div>
  );
}
