import { NumberInput, Switch, Textarea, TextInput } from "@mantine/core";
import type { RunSpecForm } from "../../stores/publish-store.ts";
import classes from "./publish.module.css";
import type { RunSpecProblems } from "./run-spec-form.ts";

type RunSpecFieldsProps = {
  readonly form: RunSpecForm;
  readonly problems: RunSpecProblems;
  readonly onChange: (form: RunSpecForm) => void;
};

const ORDER: ("label" | "input" | "description" | "error")[] = ["label", "input", "description", "error"];

/** The run spec as a form. It is signed with the release, so a control plane cannot change a command line later. */
export function RunSpecFields({ form, problems, onChange }: RunSpecFieldsProps) {
  const change = (part: Partial<RunSpecForm>) => onChange({ ...form, ...part });
  return (
    <div className={classes["form"]}>
      <CommandFields form={form} problems={problems} change={change} />
      <fieldset className={classes["set"]}>
        <legend>Health</legend>
        <Switch
          label="Ask over HTTP whether it is well"
          checked={form.hasProbe}
          onChange={(event) => change({ hasProbe: event.currentTarget.checked })}
        />
        {form.hasProbe && <ProbeFields form={form} problems={problems} change={change} />}
      </fieldset>
      <fieldset className={classes["set"]}>
        <legend>Deadlines</legend>
        <DeadlineFields form={form} problems={problems} change={change} />
      </fieldset>
    </div>
  );
}

type FieldsProps = {
  readonly form: RunSpecForm;
  readonly problems: RunSpecProblems;
  readonly change: (part: Partial<RunSpecForm>) => void;
};

function CommandFields({ form, problems, change }: FieldsProps) {
  const text = (field: "command" | "installAs" | "arguments" | "environment") => ({
    value: form[field],
    onChange: (event: { readonly currentTarget: { readonly value: string } }) => change({ [field]: event.currentTarget.value }),
    error: problems[field],
    inputWrapperOrder: ORDER,
    spellCheck: false,
    classNames: { input: classes["mono"] ?? "" },
  });
  return (
    <>
      <div className={classes["pair"]}>
        <TextInput
          label="Command"
          description="Empty runs the file itself; else name {artifact} in the arguments."
          placeholder="the file itself"
          maxLength={4096}
          {...text("command")}
        />
        <TextInput
          label="Install as"
          description="File name on the host. Empty keeps the file’s own."
          maxLength={200}
          {...text("installAs")}
        />
      </div>
      <div className={classes["pair"]}>
        <Textarea
          label="Arguments"
          description="One a line, no quotes. {artifact} becomes the path of the installed file."
          autosize
          minRows={2}
          maxRows={10}
          {...text("arguments")}
        />
        <Textarea
          label="Environment"
          description="NAME=value, one a line. A host’s own file is laid over it."
          autosize
          minRows={2}
          maxRows={10}
          {...text("environment")}
        />
      </div>
    </>
  );
}

function ProbeFields({ form, problems, change }: FieldsProps) {
  return (
    <>
      <TextInput
        label="Address on the host itself"
        value={form.probeUrl}
        onChange={(event) => change({ probeUrl: event.currentTarget.value })}
        error={problems.probeUrl}
        maxLength={300}
        spellCheck={false}
        classNames={{ input: classes["mono"] ?? "" }}
      />
      <div className={classes["four"]}>
        <Count label="Expects status" field="probeStatus" {...{ form, problems, change }} />
        <Count label="Asks every" field="probeIntervalSeconds" suffix=" s" {...{ form, problems, change }} />
        <Count label="Waits at most" field="probeTimeoutSeconds" suffix=" s" {...{ form, problems, change }} />
        <Count label="Fails after" field="probeFailures" suffix=" misses" {...{ form, problems, change }} />
      </div>
    </>
  );
}

function DeadlineFields(props: FieldsProps) {
  return (
    <div className={classes["four"]}>
      <Count label="Starts within" description="Until its first good probe." field="startSeconds" suffix=" s" {...props} />
      <Count label="Probation" description="A failure in it reverts." field="probationSeconds" suffix=" s" {...props} />
      <Count label="Reverts after" description="Unexpected exits in probation." field="crashLimit" suffix=" exits" {...props} />
      <Count label="Stops within" description="SIGTERM, then SIGKILL." field="stopSeconds" suffix=" s" {...props} />
    </div>
  );
}

type NumberField = {
  readonly [F in keyof RunSpecForm]: RunSpecForm[F] extends number ? F : never;
}[keyof RunSpecForm];

type CountProps = FieldsProps & {
  readonly label: string;
  readonly field: NumberField;
  readonly description?: string;
  readonly suffix?: string;
};

function Count({ label, description, field, suffix = "", form, problems, change }: CountProps) {
  return (
    <NumberInput
      label={label}
      description={description}
      inputWrapperOrder={ORDER}
      value={form[field]}
      onChange={(value) => typeof value === "number" && change({ [field]: value })}
      error={problems[field]}
      min={0}
      suffix={suffix}
    />
  );
}
