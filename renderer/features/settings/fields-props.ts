import type { Settings } from "#shared/contract/administration.ts";

/** What fields of the general settings show and change. */
export type FieldsProps = {
  readonly draft: Settings;
  readonly change: (part: Partial<Settings>) => void;
  /** What is wrong with a field, if anything. */
  readonly problem: (field: keyof Settings) => string | undefined;
};
