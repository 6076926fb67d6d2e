import type { FleetRow } from "#shared/contract/fleets.ts";
import type { ApplicationRow } from "#shared/contract/applications.ts";
import type { TrustStatus } from "#shared/contract/trust.ts";
import { ButtonWithReason } from "../../../components/button-with-reason.tsx";
import { Panel } from "../../../components/panel.tsx";
import { VersionTag } from "../../../components/version-tag.tsx";
import { useDenial } from "../../../data/use-principal.ts";
import { PlainTable, VerbsCell } from "../../../components/plain-table.tsx";
import settings from "../settings.module.css";

type RulesPanelProps = {
  readonly status: TrustStatus;
  readonly applications: readonly ApplicationRow[];
  readonly fleets: readonly FleetRow[];
  readonly onMinimum: (applicationId: string) => void;
  readonly onAccept: (fleetId: string) => void;
};

/** The signed rules that hosts enforce themselves, whatever the control plane says: how far back, and which applications. */
export function RulesPanel({ status, applications, fleets, onMinimum, onAccept }: RulesPanelProps) {
  const denial = useDenial("trust.manage");
  if (applications.length + fleets.length === 0) return null;
  return (
    <Panel title="Signed rules" note="hosts keep them even against this control plane" flush>
      <PlainTable label="Rules" heads={["Of", "Rule"]} hasVerbs>
        {applications.map((one) => (
          <MinimumLine key={one.id} application={one} status={status} denial={denial} onEdit={() => onMinimum(one.id)} />
        ))}
        {fleets.map((one) => (
          <AcceptanceLine key={one.id} fleet={one} status={status} denial={denial} onEdit={() => onAccept(one.id)} />
        ))}
      </PlainTable>
    </Panel>
  );
}

type LineProps = { readonly status: TrustStatus; readonly denial: string | undefined; readonly onEdit: () => void };

function MinimumLine({ application, status, denial, onEdit }: LineProps & { readonly application: ApplicationRow }) {
  const version = status.minimumVersions.find((rule) => rule.applicationId === application.id)?.version;
  return (
    <tr>
      <th scope="row">
        <strong>{application.name}</strong>
      </th>
      <td>
        {version === undefined ? (
          <span className={settings["soft"]}>any version</span>
        ) : (
          <>
            not below <VersionTag version={version} />
          </>
        )}
      </td>
      <VerbsCell>
        <ButtonWithReason size="compact-sm" variant="default" reason={denial} onClick={onEdit}>
          Minimum version
        </ButtonWithReason>
      </VerbsCell>
    </tr>
  );
}

function AcceptanceLine({ fleet, status, denial, onEdit }: LineProps & { readonly fleet: FleetRow }) {
  const products = status.acceptance.find((rule) => rule.fleetId === fleet.id)?.products;
  const words = products === undefined ? "every application" : products.length === 0 ? "no application" : products.join(", ");
  return (
    <tr>
      <th scope="row">
        Fleet <strong>{fleet.name}</strong>
      </th>
      <td>
        <span className={products === undefined ? settings["soft"] : undefined}>{words}</span>
      </td>
      <VerbsCell>
        <ButtonWithReason size="compact-sm" variant="default" reason={denial} onClick={onEdit}>
          Accepted applications
        </ButtonWithReason>
      </VerbsCell>
    </tr>
  );
}
