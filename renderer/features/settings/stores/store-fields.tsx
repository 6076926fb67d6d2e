import { Checkbox, PasswordInput, Radio, Stack, TextInput } from "@mantine/core";
import { needsSecret, type StoreForm, type StoreProblems } from "./store-form.ts";
import classes from "./stores.module.css";

type FieldsProps = {
  readonly form: StoreForm;
  readonly problems: StoreProblems;
  /** A secret is asked for when a store is added; later it is replaced by itself. */
  readonly isNew: boolean;
  readonly onChange: (form: StoreForm) => void;
};

const ORDER: ("label" | "input" | "description" | "error")[] = ["label", "input", "description", "error"];

type TextField = { readonly [F in keyof StoreForm]: StoreForm[F] extends string ? F : never }[keyof StoreForm];

/** The fields of one kind of store. */
export function StoreFields(props: FieldsProps) {
  const { form, isNew, onChange } = props;
  return (
    <>
      <Text {...props} field="name" label="Name" description="For people." isFirst />
      {form.kind === "oci" && <RegistryFields {...props} />}
      {form.kind === "github" && <GithubFields {...props} />}
      {form.kind === "folder" && <FolderFields {...props} />}
      {isNew && needsSecret(form) && <SecretFields {...props} />}
      {form.kind !== "folder" && (
        <Radio.Group
          label="How hosts fetch"
          value={form.hostAccess}
          onChange={(value) => onChange({ ...form, hostAccess: value === "redirect" ? "redirect" : "proxy" })}
        >
          <Stack gap={8} mt={8}>
            <Radio value="proxy" label="Through this control plane" description="Bounded by the fleet’s bandwidth cap." />
            <Radio
              value="redirect"
              label="By a short-lived address"
              description="Hosts are sent straight to the store. They never get its credentials."
            />
          </Stack>
        </Radio.Group>
      )}
    </>
  );
}

type TextProps = FieldsProps & {
  readonly field: TextField;
  readonly label: string;
  readonly description?: string;
  readonly placeholder?: string;
  readonly isFirst?: boolean;
};

function Text({ form, problems, onChange, field, label, description, placeholder, isFirst = false }: TextProps) {
  return (
    <TextInput
      label={label}
      description={description}
      inputWrapperOrder={ORDER}
      placeholder={placeholder ?? ""}
      value={form[field]}
      onChange={(event) => onChange({ ...form, [field]: event.currentTarget.value })}
      error={problems[field]}
      maxLength={1024}
      spellCheck={false}
      autoComplete="off"
      data-autofocus={isFirst}
    />
  );
}

const CREDENTIALS = [
  { value: "secret", label: "A user or a token", description: "Kept in this control plane’s secret store." },
  {
    value: "docker",
    label: "As docker does",
    description: "The docker configuration of the account that runs the control plane, helpers included.",
  },
  { value: "anonymous", label: "None", description: "For registries that let anybody push." },
] as const;

function RegistryFields(props: FieldsProps) {
  const { form, onChange } = props;
  return (
    <>
      <Text {...props} field="registry" label="Registry" placeholder="registry.example.com" />
      <Text
        {...props}
        field="repositoryPrefix"
        label="Repository prefix"
        placeholder="team/releases"
        description="The product id is put behind it. Empty puts repositories at the top."
      />
      <Checkbox
        label="Plain HTTP, without TLS"
        description="For a registry on this machine or a closed network."
        checked={form.allowHttp}
        onChange={(event) => onChange({ ...form, allowHttp: event.currentTarget.checked })}
      />
      <Radio.Group
        label="Credentials"
        value={form.credentials}
        onChange={(value) => onChange({ ...form, credentials: CREDENTIALS.find((one) => one.value === value)?.value ?? "secret" })}
      >
        <Stack gap={8} mt={8}>
          {CREDENTIALS.map((one) => (
            <Radio key={one.value} {...one} />
          ))}
        </Stack>
      </Radio.Group>
    </>
  );
}

function GithubFields(props: FieldsProps) {
  return (
    <>
      <div className={classes["pair"]}>
        <Text {...props} field="owner" label="Owner" placeholder="acme" />
        <Text {...props} field="repository" label="Repository" placeholder="web" />
      </div>
      <Text
        {...props}
        field="tagPrefix"
        label="Tag prefix"
        description="Before the version: v1.4.2. {product} stands for the product id, where several applications share a repository."
      />
      <Text {...props} field="apiUrl" label="API address" description="On Enterprise: https://host/api/v3." />
    </>
  );
}

function FolderFields(props: FieldsProps) {
  return (
    <>
      <Text {...props} field="path" label="Folder" placeholder="/srv/releases" description="On the control plane’s machine." />
      <Text
        {...props}
        field="publicUrl"
        label="Public address"
        placeholder="https://dl.example.com"
        description="Optional: where a web server serves it."
      />
    </>
  );
}

/** Credentials go one way: they are written here and never shown again. */
export function SecretFields({ form, problems, onChange }: Omit<FieldsProps, "isNew">) {
  return (
    <div className={form.kind === "oci" ? classes["pair"] : undefined}>
      {form.kind === "oci" && (
        <TextInput
          label="User"
          description="Empty for a bare token."
          inputWrapperOrder={ORDER}
          value={form.username}
          onChange={(event) => onChange({ ...form, username: event.currentTarget.value })}
          maxLength={200}
          autoComplete="off"
          spellCheck={false}
        />
      )}
      <PasswordInput
        label={form.kind === "github" ? "Token" : "Password or token"}
        description="Never shown again."
        inputWrapperOrder={ORDER}
        value={form.password}
        onChange={(event) => onChange({ ...form, password: event.currentTarget.value })}
        error={problems.password}
        maxLength={8000}
        autoComplete="new-password"
        visibilityToggleButtonProps={{ "aria-label": "Show what was typed" }}
      />
    </div>
  );
}
