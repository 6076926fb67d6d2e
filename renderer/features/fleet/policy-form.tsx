import { Button, NumberInput, Select, Switch } from "@mantine/core";
import type { SubscriptionRow } from "#shared/contract/fleets.ts";
import { policy as policySchema, type Policy } from "#shared/domain/rollout/policy.ts";
import { ErrorPanel } from "../../components/error-panel.tsx";
import { StaleNotice } from "../../components/stale-notice.tsx";
import { useDraft } from "../../components/use-draft.ts";
import { useContractAction } from "../../data/use-contract-action.ts";
import { useDenial } from "../../data/use-principal.ts";
import { BlackoutDates } from "./blackout-dates.tsx";
import classes from "./policy.module.css";
import { LimitFields } from "./limit-fields.tsx";
import { policyWords } from "./policy-words.ts";
import { WindowList } from "./window-list.tsx";

const ZONES = ["UTC", ...Intl.supportedValuesOf("timeZone").filter((zone) => zone !== "UTC")];
const MINUTE = 60_000;

/** Edits how fast and when a subscription may update. Pausing is a verb of its own and not part of the form. */
export function PolicyForm({ subscription, onDone }: { readonly subscription: SubscriptionRow; readonly onDone: () => void }) {
  const { draft, setDraft, base, isStale, takeTheirs, keepMine } = useDraft(subscription, (stored) => stored.policy);
  const denial = useDenial("rollout.control");
  const save = useContractAction({
    run: (client, next: Policy) =>
      client.subscriptions.setPolicy({
        subscriptionId: subscription.id,
        revision: base.revision,
        policy: { ...next, paused: subscription.policy.paused },
      }),
    notDone: "The policy stays as it was.",
    stale: ["fleets", "subscriptions", "hosts"],
    inline: true,
    onDone,
  });
  const isValid = policySchema.safeParse(draft).success;
  const words = policyWords(draft);
  return (
    <div className={classes["form"]}>
      {isStale && <StaleNotice what="This subscription" onTakeTheirs={takeTheirs} onKeepMine={keepMine} />}
      <p className={classes["summary"]}>
        {words.length === 0 ? "Nothing bounds it: hosts update as soon as their wave opens." : words.join(" · ")}
      </p>
      <PolicyFields draft={draft} onChange={setDraft} />
      {save.error !== null && <ErrorPanel error={save.error} notDone="The policy stays as it was." />}
      <div className={classes["foot"]}>
        <Button onClick={() => save.mutate(draft)} disabled={!isValid || isStale || denial !== undefined} loading={save.isPending}>
          Save the policy
        </Button>
        {denial !== undefined && <span className={classes["denial"]}>{denial}</span>}
      </div>
    </div>
  );
}

function PolicyFields({ draft, onChange }: { readonly draft: Policy; readonly onChange: (next: Policy) => void }) {
  const change = (part: Partial<Policy>) => onChange({ ...draft, ...part });
  return (
    <>
      <LimitFields draft={draft} onChange={onChange} />
      <Switch
        label="One host first"
        description="The others wait until it succeeded and stayed healthy."
        checked={draft.canaryFirst}
        onChange={(event) => change({ canaryFirst: event.currentTarget.checked })}
      />
      <WindowList windows={draft.windows} onChange={(windows) => change({ windows })} />
      <Select
        label="Time zone"
        description="Of the windows and the blackout dates."
        data={ZONES}
        value={draft.timeZone}
        onChange={(timeZone) => change({ timeZone: timeZone ?? "UTC" })}
        searchable
        allowDeselect={false}
      />
      <BlackoutDates dates={draft.blackoutDates} onChange={(blackoutDates) => change({ blackoutDates })} />
      <NumberInput
        label="Update timeout"
        description="A host that is silent or unfinished for this long has failed."
        value={draft.updateTimeoutMs / MINUTE}
        onChange={(minutes) => typeof minutes === "number" && change({ updateTimeoutMs: Math.round(minutes * MINUTE) })}
        min={0.1}
        max={1440}
        suffix=" min"
      />
      <Switch
        label="Allow downgrades"
        description="Without it only a rollback may go to an older version."
        checked={draft.allowDowngrade}
        onChange={(event) => change({ allowDowngrade: event.currentTarget.checked })}
      />
    </>
  );
}
