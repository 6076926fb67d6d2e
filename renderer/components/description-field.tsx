import { Textarea } from "@mantine/core";

type DescriptionFieldProps = {
  readonly value: string;
  readonly onChange: (value: string) => void;
  /** What to write, where it is asked for the first time; then the field begins with one line. */
  readonly hint?: string;
};

/** The description of an application or a fleet: a few lines at most. */
export function DescriptionField({ value, onChange, hint }: DescriptionFieldProps) {
  return (
    <Textarea
      label="Description"
      description={hint}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      autosize
      minRows={hint === undefined ? 2 : 1}
      maxLength={2000}
    />
  );
}
