import { Select } from "@mantine/core";
import type { FleetRow } from "#shared/contract/fleets.ts";
import { compareSemver } from "#shared/lib/semver.ts";
import { keys } from "../../data/query-keys.ts";
import { useContractQuery } from "../../data/use-contract-query.ts";
import type { PlanDraft } from "./plan-draft.ts";
import classes from "./rollouts.module.css";

type ReleaseFieldsProps = {
  readonly fleet: FleetRow;
  readonly plan: PlanDraft;
  readonly onPlan: (plan: PlanDraft) => void;
};

/** One choice for each application that the fleet's groups subscribe to. */
export function ReleaseFields({ fleet, plan, onPlan }: ReleaseFieldsProps) {
  const subscriptions = fleet.groups.flatMap((group) => group.subscriptions);
  const applications = [...new Map(subscriptions.map((one) => [one.applicationId, one.applicationName]))];
  const choose = (applicationId: string, releaseId: string | null) => {
    const { [applicationId]: _before, ...rest } = plan.releases;
    onPlan({ ...plan, releases: releaseId === null ? rest : { ...rest, [applicationId]: releaseId } });
  };
  if (applications.length === 0)
    return (
      <p className={classes["faint"]}>
        No group of {fleet.name} subscribes to an application yet. Subscribe them on the fleet’s page first.
      </p>
    );
  return (
    <>
      {applications.map(([applicationId, name]) => (
        <ReleaseSelect
          key={applicationId}
          applicationId={applicationId}
          name={name}
          chosen={plan.releases[applicationId]}
          targets={subscriptions.filter((one) => one.applicationId === applicationId).map((one) => one.targetReleaseId)}
          onChoose={(releaseId) => choose(applicationId, releaseId)}
        />
      ))}
    </>
  );
}

type ReleaseSelectProps = {
  readonly applicationId: string;
  readonly name: string;
  readonly chosen: string | undefined;
  readonly targets: readonly (string | undefined)[];
  readonly onChoose: (releaseId: string | null) => void;
};

function ReleaseSelect({ applicationId, name, chosen, targets, onChoose }: ReleaseSelectProps) {
  const releases = useContractQuery(keys.releases(applicationId), (client, signal) => client.releases.list({ applicationId }, { signal }));
  const offered = (releases.data ?? [])
    .filter((one) => one.state === "published" && one.blocked === undefined)
    .sort((left, right) => compareSemver(right.version, left.version));
  return (
    <Select
      label={`Release of ${name}`}
      placeholder={releases.data !== undefined && offered.length === 0 ? "Nothing is published yet" : "Leave as it is"}
      data={offered.map((one) => ({
        value: one.id,
        label: targets.every((id) => id === one.id) ? `${one.version} (the present target)` : one.version,
      }))}
      value={chosen ?? null}
      onChange={onChoose}
      searchable
      clearable
    />
  );
}
