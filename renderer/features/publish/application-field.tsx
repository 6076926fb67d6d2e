import { Select, TextInput } from "@mantine/core";
import type { ApplicationRow } from "#shared/contract/applications.ts";
import { publishStore, type DraftApplication, type DraftFile } from "../../stores/publish-store.ts";
import { newApplicationProblem } from "./publish-plan.ts";
import classes from "./publish.module.css";
import { suggestApplication, type Fact } from "./view-model.ts";

const NEW = "new";

type ApplicationFieldProps = {
  readonly applications: readonly ApplicationRow[];
  readonly fact: Fact<DraftApplication>;
  readonly files: readonly DraftFile[];
  readonly isLocked: boolean;
};

/** Which application the release is of; a new one is registered along with it. */
export function ApplicationField({ applications, fact, files, isLocked }: ApplicationFieldProps) {
  const { choose } = publishStore.getState();
  const isNew = fact.value?.kind === "new";
  const pick = (id: string | null) => {
    if (id === NEW) choose({ application: { kind: "new", ...suggestApplication(files) }, channel: undefined, runSpec: undefined });
    else if (id !== null) choose({ application: { kind: "known", id }, channel: undefined, runSpec: undefined });
  };
  return (
    <>
      <Select
        label="Application"
        description={isNew || fact.from === "" ? undefined : fact.from}
        inputWrapperOrder={["label", "input", "description", "error"]}
        placeholder={applications.length === 0 ? "Register one below" : "Choose one"}
        data={[...applications.map((one) => ({ value: one.id, label: one.name })), { value: NEW, label: "Register a new application" }]}
        value={fact.value === undefined ? null : fact.value.kind === "new" ? NEW : fact.value.id}
        onChange={pick}
        allowDeselect={false}
        searchable
        disabled={isLocked}
        required
      />
      {fact.value?.kind === "new" && <NewApplicationFields application={fact.value} taken={applications} isLocked={isLocked} />}
    </>
  );
}

type NewApplicationFieldsProps = {
  readonly application: DraftApplication & { readonly kind: "new" };
  readonly taken: readonly ApplicationRow[];
  readonly isLocked: boolean;
};

function NewApplicationFields({ application, taken, isLocked }: NewApplicationFieldsProps) {
  const change = (part: Partial<typeof application>) => publishStore.getState().choose({ application: { ...application, ...part } });
  const problem = application.productId === "" ? undefined : newApplicationProblem(application, taken);
  return (
    <div className={classes["pair"]}>
      <TextInput
        label="Product id"
        description="For machines, for good."
        inputWrapperOrder={["label", "input", "description", "error"]}
        placeholder="org.example.web"
        value={application.productId}
        onChange={(event) => change({ productId: event.currentTarget.value.trim() })}
        error={problem}
        maxLength={128}
        spellCheck={false}
        autoComplete="off"
        disabled={isLocked}
        required
      />
      <TextInput
        label="Name"
        description="For people. It can be changed."
        inputWrapperOrder={["label", "input", "description", "error"]}
        placeholder="Web"
        value={application.name}
        onChange={(event) => change({ name: event.currentTarget.value })}
        maxLength={80}
        disabled={isLocked}
        required
      />
    </div>
  );
}
