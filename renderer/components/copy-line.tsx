import { ActionIcon, Tooltip } from "@mantine/core";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import { useEffect, useRef, useState } from "react";
import { copyText } from "./copy-text.ts";
import classes from "./copy-line.module.css";

/** A line to copy: a command, a digest, a secret. `what` names it for the button, such as "the command". */
export function CopyLine({ text, what }: { readonly text: string; readonly what: string }) {
  const line = useRef<HTMLElement>(null);
  const [outcome, setOutcome] = useState<"idle" | "copied" | "selected">("idle");
  useEffect(() => {
    if (outcome === "idle") return;
    const timer = setTimeout(() => setOutcome("idle"), 2500);
    return () => clearTimeout(timer);
  }, [outcome]);
  const copy = async () => {
    const done = await copyText(text);
    if (!done && line.current !== null) getSelection()?.selectAllChildren(line.current);
    setOutcome(done ? "copied" : "selected");
  };
  const label = { idle: `Copy ${what}`, copied: "Copied", selected: "Selected: press Ctrl+C to copy" }[outcome];
  return (
    <div className={classes["line"]}>
      <code ref={line} className={classes["text"]}>
        {text}
      </code>
      <Tooltip label={label}>
        <ActionIcon variant="subtle" size="sm" aria-label={label} onClick={() => void copy()}>
          {outcome === "copied" ? <IconCheck size={15} /> : <IconCopy size={15} />}
        </ActionIcon>
      </Tooltip>
    </div>
  );
}
