import { Textarea, TextInput } from "@mantine/core";
import { useState, type ReactNode } from "react";
import { DialogFrame } from "./dialog-frame.tsx";
import type { ShownError } from "./error-panel.tsx";
import { useArmed } from "./use-armed.ts";

/** A thing that cannot be undone. */
export type ConfirmByTypingProps = {
  readonly title: string;
  /** The verb on the button: "Revoke host". */
  readonly verb: string;
  /** What must be typed, exactly. */
  readonly name: string;
  readonly onClose: () => void;
  readonly onConfirm: (reason: string) => void;
  readonly busy: boolean;
  readonly error: ShownError | null;
  /** Asks for a reason of at least one character as well. */
  readonly needsReason?: boolean;
  /** What will happen, to what, and what cannot be undone. */
  readonly children: ReactNode;
};

/** Confirms by the exact name. Cancel has the focus, and the button stays dead for two seconds. Mounted while open. */
export function ConfirmByTyping({ name, needsReason = false, onConfirm, children, ...frame }: ConfirmByTypingProps) {
  const [typed, setTyped] = useState("");
  const [reason, setReason] = useState("");
  const isArmed = useArmed();
  const isReady = isArmed && typed === name && (!needsReason || reason.trim() !== "");
  const label = (
    <>
      Type <code translate="no">{name}</code> to confirm
    </>
  );
  return (
    <DialogFrame {...frame} danger cancelFirst isReady={isReady} onSubmit={() => onConfirm(reason.trim())}>
      {children}
      {needsReason && (
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
        label={label}
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
        autoComplete="off"
        spellCheck={false}
      />
    </DialogFrame>
  );
}
