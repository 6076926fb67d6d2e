import { Button, Textarea, TextInput } from "@mantine/core";
import { useState, type ReactNode } from "react";
import { DialogFrame } from "./dialog-frame.tsx";
import { ErrorPanel, type ShownError } from "./error-panel.tsx";
import { useArmed } from "./use-armed.ts";

/** A thing that cannot be undone. */
export type ConfirmByTypingProps = {
  readonly title: string;
  /** The verb on the button: "Revoke host". */
  readonly verb: string;
  /** What must be typed, exactly. */
  readonly name: string;
  readonly opened: boolean;
  readonly onClose: () => void;
  readonly onConfirm: (reason: string) => void;
  readonly busy: boolean;
  /** Asks for a reason of at least one character as well. */
  readonly needsReason?: boolean;
  readonly error?: ShownError | null;
  /** What will happen, to what, and what cannot be undone. */
  readonly children: ReactNode;
};

/** Confirms by the exact name. Cancel has the focus, and the button stays dead for two seconds. */
export function ConfirmByTyping(props: ConfirmByTypingProps) {
  const [typed, setTyped] = useState("");
  const [reason, setReason] = useState("");
  const isArmed = useArmed(props.opened);
  const isReady = isArmed && typed === props.name && (props.needsReason !== true || reason.trim() !== "");
  const buttons = (
    <>
      <Button variant="default" onClick={props.onClose} data-autofocus>
        Cancel
      </Button>
      <Button type="submit" color="red" loading={props.busy} disabled={!isReady}>
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
      {props.needsReason === true && (
        <Textarea
          label="Reason"
          description="It stands in the audit."
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
          autosize
          minRows={2}
          maxLength={500}
          required
        />
      )}
      <TextInput
        label={
          <>
            Type <code translate="no">{props.name}</code> to confirm
          </>
        }
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
        autoComplete="off"
        spellCheck={false}
      />
      {props.error !== undefined && props.error !== null && <ErrorPanel error={props.error} />}
    </DialogFrame>
  );
}
