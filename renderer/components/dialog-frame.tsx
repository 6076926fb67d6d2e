import { Modal } from "@mantine/core";
import type { ReactNode, SubmitEvent } from "react";
import classes from "./dialog.module.css";

/** A dialog that is a form: words, fields, and a row of buttons with Cancel first. */
export type DialogFrameProps = {
  readonly title: string;
  readonly opened: boolean;
  readonly onClose: () => void;
  readonly onSubmit: () => void;
  readonly buttons: ReactNode;
  readonly size?: string | number;
  readonly children: ReactNode;
};

/** The frame of every form dialog. Focus is trapped, Escape closes, focus returns to where it was. */
export function DialogFrame({ title, opened, onClose, onSubmit, buttons, size = 480, children }: DialogFrameProps) {
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    event.stopPropagation();
    onSubmit();
  };
  return (
    <Modal opened={opened} onClose={onClose} title={title} size={size} closeButtonProps={{ "aria-label": "Close" }}>
      <form onSubmit={submit} noValidate>
        <div className={classes["fields"]}>{children}</div>
        <div className={classes["buttons"]}>{buttons}</div>
      </form>
    </Modal>
  );
}
