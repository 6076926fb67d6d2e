import { Button, Modal, MultiSelect, Radio, Select, Stack, TextInput } from "@mantine/core";
import { useState } from "react";
import { role as roleSchema, type Role } from "#shared/domain/access/permission.ts";
import { fleetId as fleetIdSchema, type FleetId } from "#shared/lib/ids.ts";
import { displayName } from "#shared/lib/scalars.ts";
import { CopyLine } from "../../components/copy-line.tsx";
import { DialogFrame } from "../../components/dialog-frame.tsx";
import { useFocusReturn } from "../../components/use-focus-return.ts";
import { keys } from "../../data/query-keys.ts";
import { useContractAction } from "../../data/use-contract-action.ts";
import { useContractQuery } from "../../data/use-contract-query.ts";
import classes from "./settings.module.css";
import { accessRoleWords } from "./view-model.ts";

const DAY = 86_400_000;
const LIFETIMES = [30, 90, 365].map((days) => ({ value: String(days * DAY), label: `${days} days` }));

type Wish = { readonly label: string; readonly role: Role; readonly fleets: FleetId[]; readonly lifetimeMs: number | undefined };

/** Creates a token for a pipeline and shows its secret, once. */
export function CreateTokenDialog({ onClose }: { readonly onClose: () => void }) {
  const [wish, setWish] = useState<Wish>({ label: "", role: "publisher", fleets: [], lifetimeMs: 90 * DAY });
  const create = useContractAction({
    run: (client, { lifetimeMs, fleets: chosen, ...rest }: Wish) =>
      client.access.createToken({
        ...rest,
        fleets: chosen.length === 0 ? "all" : chosen,
        ...(lifetimeMs === undefined ? {} : { lifetimeMs }),
      }),
    notDone: "No token was created.",
    stale: ["access"],
    inline: true,
  });
  if (create.data !== undefined) return <Secret label={create.data.token.label} secret={create.data.secret} onClose={onClose} />;
  const isReady = displayName.safeParse(wish.label.trim()).success;
  return (
    <DialogFrame
      title="Create an API token"
      onClose={onClose}
      verb="Create the token"
      onSubmit={() => create.mutate({ ...wish, label: wish.label.trim() })}
      isReady={isReady}
      busy={create.isPending}
      error={create.error}
      notDone="No token was created."
    >
      <TokenFields wish={wish} onChange={setWish} />
    </DialogFrame>
  );
}

function TokenFields({ wish, onChange }: { readonly wish: Wish; readonly onChange: (wish: Wish) => void }) {
  const fleets = useContractQuery(keys.fleets(), (client, signal) => client.fleets.list(undefined, { signal })).data ?? [];
  return (
    <>
      <TextInput
        label="Label"
        description="Who uses it. It stands in the audit as the actor."
        placeholder="ci"
        value={wish.label}
        onChange={(event) => onChange({ ...wish, label: event.currentTarget.value })}
        maxLength={80}
        data-autofocus
      />
      <Radio.Group label="Role" value={wish.role} onChange={(value) => onChange({ ...wish, role: roleSchema.parse(value) })}>
        <Stack gap={8} mt={8}>
          {roleSchema.options.map((option) => (
            <Radio key={option} value={option} label={option} description={accessRoleWords(option)} />
          ))}
        </Stack>
      </Radio.Group>
      <MultiSelect
        label="Fleets"
        placeholder={wish.fleets.length === 0 ? "All fleets" : ""}
        data={fleets.map((fleet) => ({ value: fleet.id, label: fleet.name }))}
        value={wish.fleets}
        onChange={(ids) => onChange({ ...wish, fleets: ids.map((id) => fleetIdSchema.parse(id)) })}
      />
      <Select
        label="Valid for"
        placeholder="Until it is revoked"
        data={LIFETIMES}
        value={wish.lifetimeMs === undefined ? null : String(wish.lifetimeMs)}
        onChange={(value) => onChange({ ...wish, lifetimeMs: value === null ? undefined : Number(value) })}
        clearable
      />
    </>
  );
}

function Secret({ label, secret, onClose }: { readonly label: string; readonly secret: string; readonly onClose: () => void }) {
  useFocusReturn();
  return (
    <Modal opened onClose={onClose} title={`The token ${label}`} size={560} closeButtonProps={{ "aria-label": "Close" }}>
      <div className={classes["fields"]}>
        <CopyLine text={secret} what="the secret" />
        <p className={classes["lead"]}>
          Shown once, and not stored here. Put it into your pipeline’s secrets; the CLI reads it from a file or the environment.
        </p>
        <Button onClick={onClose}>I have stored it</Button>
      </div>
    </Modal>
  );
}
