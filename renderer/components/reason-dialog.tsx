import { Button, Textarea } from "@mantine/core";
import { useState, type ReactNode } from "react";
import { DialogFrame } from "./dialog-frame.tsx";
import { ErrorPanel, type ShownError } from "./error-panel.tsx";

/** An action that asks for a reason first. */
export type ReasonDialogProps = {
  readonly title: string;
  /** The verb on the button: "Resume rollout". */
  readonly verb: string;
  readonly opened: boolean;
  readonly onClose: () => void;
  readonly onConfirm: (reason: string) => void;
  readonly busy: boolean;
  /** Characters the reason must have at least; 0 makes it optional. */
  readonly minLength?: number;
  readonly error?: ShownError | null;
  readonly danger?: boolean;
  /** True while something beside the reason is missing. */
  readonly disabled?: boolean;
  /** What will happen, and what will not. */
  readonly children?: ReactNode;
};

/** Asks why. The reason stands in the audit. */
export function ReasonDialog(props: ReasonDialogProps) {
  const { minLength = 0, busy, error } = props;
  const [reason, setReason] = useState("");
  const isReady = reason.trim().length >= minLength && props.disabled !== true;
  const buttons = (
    <>
      <Button variant="default" onClick={props.onClose}>
        Cancel
      </Button>
      <Button type="submit" loading={busy} disabled={!isReady} {...(props.danger === true ? { color: "red" } : {})}>
        {props.verb}
      </Button>
    </>
  );
  return (
    <DialogFrame
      title={props.title}
      opened={props.opened}
      onClose={props.onClose}
      onSubmit={() => isReady && props.onConfirm(reason.trim())}
      buttons={buttons}
    >
      {props.children}
      <Textarea
        label="Reason"
        description={minLength === 0 ? "Optional. It stands in the audit." : "It stands in the audit."}
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
        autosize
        minRows={2}
        maxLength={500}
        data-autofocus
        required={minLength > 0}
      />
      {error !== undefined && error !== null && <ErrorPanel error={error} />}
    </DialogFrame>
  );
}
