import { TextInput } from "@mantine/core";
import { useState } from "react";
import { slug } from "#shared/lib/scalars.ts";
import { DialogFrame } from "../../components/dialog-frame.tsx";
import type { ShownError } from "../../components/error-panel.tsx";

type SlugDialogProps = {
  readonly title: string;
  readonly verb: string;
  readonly initial: string;
  readonly onClose: () => void;
  readonly onSubmit: (name: string) => void;
  readonly busy: boolean;
  readonly error: ShownError | null;
};

/** Asks for the short name of a group. */
export function SlugDialog({ title, verb, initial, onClose, onSubmit, busy, error }: SlugDialogProps) {
  const [name, setName] = useState(initial);
  const isValid = slug.safeParse(name).success;
  return (
    <DialogFrame
      title={title}
      onClose={onClose}
      verb={verb}
      onSubmit={() => onSubmit(name)}
      isReady={isValid && name !== initial}
      busy={busy}
      error={error}
    >
      <TextInput
        label="Name"
        description="Lower-case letters, digits and dashes."
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        error={name !== "" && !isValid ? "Use lower-case letters, digits and dashes." : undefined}
        data-autofocus
        maxLength={63}
        spellCheck={false}
      />
    </DialogFrame>
  );
}
