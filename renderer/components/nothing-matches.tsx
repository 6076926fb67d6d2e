import { Button } from "@mantine/core";
import classes from "./empty-state.module.css";

/** There is something, but the filter hides it all. */
export function NothingMatches({ what, onClear }: { readonly what: string; readonly onClear: () => void }) {
  return (
    <div className={classes["empty"]}>
      <p className={classes["title"]}>No {what} match this filter</p>
      <div className={classes["action"]}>
        <Button variant="default" onClick={onClear}>
          Clear the filter
        </Button>
      </div>
    </div>
  );
}
