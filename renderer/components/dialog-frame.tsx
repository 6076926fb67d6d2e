import { Button, Modal } from "@mantine/core";
import type { ReactNode, SubmitEvent } from "react";
import classes from "./dialog.module.css";
import { ErrorPanel, type ShownError } from "./error-panel.tsx";
import { useFocusReturn } from "./use-focus-return.ts";

/** A dialog that is a form: words, fields, an error in place, and Cancel before the verb. */
export type DialogFrameProps = {
  readonly title: string;
  readonly onClose: () => void;
  /** The verb on the button: "Create the fleet". Absent: there is only Cancel. */
  readonly verb?: string;
  /** Called only while `isReady`. */
  readonly onSubmit: () => void;
  readonly isReady: boolean;
  readonly busy: boolean;
  readonly error: ShownError | null;
  /** What was not done when there is an error: "The fleet was not created." */
  readonly notDone?: string;
  readonly danger?: boolean;
  /** Gives Cancel the focus, for what cannot be undone. */
  readonly cancelFirst?: boolean;
  readonly size?: number;
  /** Keeps the buttons in sight while a long form scrolls. */
  readonly stickyFoot?: boolean;
  readonly children: ReactNode;
};

/** The frame of every form dialog, mounted while it is open. Focus is trapped, Escape closes, focus returns. */
export function DialogFrame(props: DialogFrameProps) {
  useFocusReturn();
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    event.stopPropagation();
    if (props.isReady) props.onSubmit();
  };
  return (
    <Modal opened onClose={props.onClose} title={props.title} size={props.size ?? 480} closeButtonProps={{ "aria-label": "Close" }}>
      <form onSubmit={submit} noValidate>
        <div className={classes["fields"]}>
          {props.children}
          {props.error !== null && <ErrorPanel error={props.error} {...(props.notDone === undefined ? {} : { notDone: props.notDone })} />}
        </div>
        <div className={classes["buttons"]} data-sticky={props.stickyFoot === true}>
          <Button variant="default" onClick={props.onClose} {...(props.cancelFirst === true ? { "data-autofocus": true } : {})}>
            Cancel
          </Button>
          {props.verb !== undefined && (
            <Button type="submit" loading={props.busy} disabled={!props.isReady} {...(props.danger === true ? { color: "red" } : {})}>
              {props.verb}
            </Button>
          )}
        </div>
      </form>
    </Modal>
  );
}
