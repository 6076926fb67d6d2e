import classes from "./log-tail.module.css";

type LogTailProps = {
  /** Whose it is, for those who hear the page. */
  readonly label: string;
  readonly text: string;
};

/** The last lines of an application's log. It scrolls by itself, also by keyboard, so that a page keeps its height. */
export function LogTail({ label, text }: LogTailProps) {
  return (
    <pre className={classes["log"]} tabIndex={0} aria-label={label}>
      {text.trim()}
    </pre>
  );
}
