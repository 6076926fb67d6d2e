import { NumberInput, Select, Textarea, TextInput } from "@mantine/core";
import type { RunSpecForm } from "../../stores/publish-store.ts";
import classes from "./publish.module.css";
import type { RunSpecProblems } from "./run-spec-reading.ts";

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
      <RunAsFields form={form} problems={problems} change={change} />
      <fieldset className={classes["set"]}>
        <legend>Health</legend>
        <ProbeFields form={form} problems={problems} change={change} />
      </fieldset>
      <fieldset className={classes["set"]}>
        <legend>Restarts and deadlines</legend>
        <RestartFields form={form} problems={problems} change={change} />
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

type TextField = "command" | "installAs" | "arguments" | "environment" | "user" | "workingDirectory";

const textOf =
  ({ form, problems, change }: FieldsProps) =>
  (field: TextField) => ({
    value: form[field],
    onChange: (event: { readonly currentTarget: { readonly value: string } }) => change({ [field]: event.currentTarget.value }),
    error: problems[field],
    inputWrapperOrder: ORDER,
    spellCheck: false,
    classNames: { input: classes["mono"] ?? "" },
  });

function CommandFields(props: FieldsProps) {
  const text = textOf(props);
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

function RunAsFields(props: FieldsProps) {
  const text = textOf(props);
  return (
    <div className={classes["pair"]}>
      <TextInput
        label="Runs as"
        description="A user of the host, or user:group. Empty is the agent’s own."
        placeholder="the agent’s user"
        maxLength={80}
        {...text("user")}
      />
      <TextInput
        label="Working directory"
        description="Absolute, or below {work} or {slot}. Empty is its own folder."
        placeholder="{work}"
        maxLength={1024}
        {...text("workingDirectory")}
      />
    </div>
  );
}

const PROBE_KINDS = [
  { value: "none", label: "No probe: only its end counts" },
  { value: "http", label: "Ask over HTTP" },
  { value: "tcp", label: "Connect to a port" },
  { value: "exec", label: "Run a program" },
] as const;

const READINESS = [
  { value: "default", label: "At the first good probe, or when it runs" },
  { value: "pipe", label: "When it writes to ROLLCALL_READY_FD" },
  { value: "ipc", label: "When it says so over its socket" },
  { value: "probe", label: "At the first good probe" },
] as const;

function ProbeFields({ form, problems, change }: FieldsProps) {
  const props = { form, problems, change };
  return (
    <>
      <div className={classes["pair"]}>
        <Choice label="Is it well?" field="probeKind" choices={PROBE_KINDS} {...props} />
        <Choice label="When is it ready?" field="readiness" choices={READINESS} {...props} />
      </div>
      {form.probeKind === "http" && <Words label="Address on the host itself" field="probeUrl" {...props} />}
      {form.probeKind === "exec" && <Words label="Program, then its arguments, one a line" field="probeCommand" isLong {...props} />}
      {form.probeKind !== "none" && (
        <div className={classes["four"]}>
          {form.probeKind === "http" && <Count label="Expects status" field="probeStatus" {...props} />}
          {form.probeKind === "tcp" && <Count label="Port on the host itself" field="probePort" {...props} />}
          <Count label="Asks every" field="probeIntervalSeconds" suffix=" s" {...props} />
          <Count label="Waits at most" field="probeTimeoutSeconds" suffix=" s" {...props} />
          <Count label="Fails after" field="probeFailures" suffix=" misses" {...props} />
        </div>
      )}
    </>
  );
}

type WordsProps = FieldsProps & { readonly label: string; readonly field: "probeUrl" | "probeCommand"; readonly isLong?: boolean };

function Words({ label, field, isLong = false, form, problems, change }: WordsProps) {
  const common = {
    label,
    value: form[field],
    onChange: (event: { readonly currentTarget: { readonly value: string } }) => change({ [field]: event.currentTarget.value }),
    error: problems[field],
    spellCheck: false,
    classNames: { input: classes["mono"] ?? "" },
  };
  return isLong ? <Textarea autosize minRows={2} maxRows={8} maxLength={8000} {...common} /> : <TextInput maxLength={300} {...common} />;
}

const RESTARTS = [
  { value: "always", label: "Always" },
  { value: "on-failure", label: "Unless it exits with 0" },
  { value: "never", label: "Never" },
] as const;

const LATER = [
  { value: "restart", label: "Only restarts" },
  { value: "revert", label: "Reverts" },
] as const;

function RestartFields(props: FieldsProps) {
  return (
    <div className={classes["pair"]}>
      <Choice label="When it ends by itself, start it again" field="restart" choices={RESTARTS} {...props} />
      <Choice label="A crash loop after probation" field="afterProbation" choices={LATER} {...props} />
    </div>
  );
}

type ChoiceField = "probeKind" | "readiness" | "restart" | "afterProbation";

type ChoiceProps<F extends ChoiceField> = FieldsProps & {
  readonly label: string;
  readonly field: F;
  readonly choices: readonly { readonly value: RunSpecForm[F]; readonly label: string }[];
};

function Choice<F extends ChoiceField>({ label, field, choices, form, problems, change }: ChoiceProps<F>) {
  return (
    <Select
      label={label}
      data={choices.map(({ value, label: words }) => ({ value, label: words }))}
      value={form[field]}
      onChange={(chosen) => {
        const found = choices.find(({ value }) => value === chosen);
        if (found !== undefined) change({ [field]: found.value });
      }}
      error={problems[field]}
      allowDeselect={false}
    />
  );
}

function DeadlineFields(props: FieldsProps) {
  return (
    <div className={classes["four"]}>
      <Count label="Starts within" description="Until it is ready." field="startSeconds" suffix=" s" {...props} />
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
