import { Textarea } from "@mantine/core";
import classes from "./publish.module.css";
import own from "./run-spec-json-field.module.css";
import { unsetFields } from "./run-spec-json.ts";

type RunSpecJsonFieldProps = {
  readonly text: string;
  readonly problem: string | undefined;
  readonly onChange: (text: string) => void;
};

/** The whole run spec as JSON: every field there is, the form's and the others. */
export function RunSpecJsonField({ text, problem, onChange }: RunSpecJsonFieldProps) {
  const unset = unsetFields(text);
  return (
    <div className={classes["form"]}>
      <Textarea
        label="All fields as JSON"
        value={text}
        onChange={(event) => onChange(event.currentTarget.value)}
        error={problem}
        autosize
        minRows={10}
        maxRows={30}
        maxLength={100_000}
        spellCheck={false}
        classNames={{ input: classes["mono"] ?? "", error: own["lines"] ?? "" }}
      />
      {unset.length > 0 && (
        <p className={classes["advice"]}>
          Not set: <code>{unset.join(", ")}</code>
        </p>
      )}
    </div>
  );
}
