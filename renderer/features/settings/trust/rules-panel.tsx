import { Button } from "@mantine/core";
import type { FleetRow } from "#shared/contract/fleets.ts";
import type { ApplicationRow } from "#shared/contract/applications.ts";
import type { TrustStatus } from "#shared/contract/trust.ts";
import { ButtonWithReason } from "../../../components/button-with-reason.tsx";
import { Panel } from "../../../components/panel.tsx";
import { VersionTag } from "../../../components/version-tag.tsx";
import { useDenial } from "../../../data/use-principal.ts";
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
      <div className={settings["scroll"]}>
        <table className={settings["table"]}>
          <thead>
            <tr>
              <th scope="col">Of</th>
              <th scope="col">Rule</th>
              <th scope="col">
                <span className={settings["hidden"]}>Actions</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {applications.map((one) => {
              const version = status.minimumVersions.find((rule) => rule.applicationId === one.id)?.version;
              return (
                <tr key={one.id}>
                  <th scope="row">
                    <strong>{one.name}</strong>
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
                  <td className={settings["end"]}>
                    <ButtonWithReason size="compact-sm" variant="default" reason={denial} onClick={() => onMinimum(one.id)}>
                      Minimum version
                    </ButtonWithReason>
                  </td>
                </tr>
              );
            })}
            {fleets.map((one) => {
              const products = status.acceptance.find((rule) => rule.fleetId === one.id)?.products;
              return (
                <tr key={one.id}>
                  <th scope="row">
                    Fleet <strong>{one.name}</strong>
                  </th>
                  <td>
                    {products === undefined ? (
                      <span className={settings["soft"]}>every application</span>
                    ) : products.length === 0 ? (
                      "no application"
                    ) : (
                      <span translate="no">{products.join(", ")}</span>
                    )}
                  </td>
                  <td className={settings["end"]}>
                    {denial === undefined && (
                      <Button
                        size="compact-sm"
                        variant="default"
                        onClick={() => onAccept(one.id)}
                        aria-label={`Accepted applications of ${one.name}`}
                      >
                        Accepted applications
                      </Button>
                    )}
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </Panel>
  );
}
