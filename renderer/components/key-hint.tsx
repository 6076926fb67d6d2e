import { Fragment } from "react";
import classes from "./key-hint.module.css";

const IS_APPLE = /Mac|iP(?:hone|ad)/.test(navigator.userAgent);
const NAMES: Readonly<Record<string, string>> = { mod: IS_APPLE ? "⌘" : "Ctrl", enter: "↵", escape: "Esc" };

/** The keys of a command as people read them: `g h` one after the other, `mod+k` together. */
export function KeyHint({ keys }: { readonly keys: string }) {
  return (
    <span className={classes["keys"]}>
      {keys.split(" ").map((stroke, at) => (
        <Fragment key={`${at}${stroke}`}>
          {stroke.split("+").map((key) => (
            <kbd key={key} className={classes["key"]}>
              {NAMES[key] ?? key.toUpperCase()}
            </kbd>
          ))}
        </Fragment>
      ))}
    </span>
  );
}
