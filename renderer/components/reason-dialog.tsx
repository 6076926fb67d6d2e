import { Textarea } from "@mantine/core";
import { useState, type ReactNode } from "react";
import { DialogFrame } from "./dialog-frame.tsx";
import type { ShownError } from "./error-panel.tsx";

/** An action that asks for a reason first. */
export type ReasonDialogProps = {
  readonly title: string;
  /** The verb on the button: "Resume rollout". */
  readonly verb: string;
  readonly onClose: () => void;
  readonly onConfirm: (reason: string) => void;
  readonly busy: boolean;
  readonly error: ShownError | null;
  /** Characters the reason must have at least; 0 makes it optional. */
  readonly minLength?: number;
  readonly danger?: boolean;
  /** True while something beside the reason is missing. */
  readonly disabled?: boolean;
  /** What will happen, and what will not. */
  readonly children?: ReactNode;
};

/** Asks why. The reason stands in the audit. Mounted while it is open. */
export function ReasonDialog({ minLength = 0, disabled = false, onConfirm, children, ...frame }: ReasonDialogProps) {
  const [reason, setReason] = useState("");
  const isReady = reason.trim().length >= minLength && !disabled;
  return (
    <DialogFrame {...frame} isReady={isReady} onSubmit={() => onConfirm(reason.trim())}>
      {children}
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
    </DialogFrame>
  );
}
