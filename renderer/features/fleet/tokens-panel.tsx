import type { FleetRow } from "#shared/contract/fleets.ts";
import type { EnrolmentToken } from "#shared/domain/fleet/fleet.ts";
import { Answer } from "../../components/answer.tsx";
import { useNow } from "../../components/clock.ts";
import { Panel } from "../../components/panel.tsx";
import { PlainTable } from "../../components/plain-table.tsx";
import { TokenRow } from "../../components/token-row.tsx";
import { keys } from "../../data/query-keys.ts";
import { useContractAction } from "../../data/use-contract-action.ts";
import { useContractQuery } from "../../data/use-contract-query.ts";
import { NoTokens } from "./empty-state.tsx";
import classes from "./fleet.module.css";
import { tokenLook } from "./view-model.ts";

/** The enrolment tokens of a fleet. Secrets are not here: they were shown once. */
export function TokensPanel({ fleet, onEnrol }: { readonly fleet: FleetRow; readonly onEnrol: () => void }) {
  const tokens = useContractQuery(keys.tokens(fleet.id), (client, signal) => client.tokens.list({ fleetId: fleet.id }, { signal }));
  return (
    <Panel flush>
      <Answer of={tokens}>
        {(rows) =>
          rows.length === 0 ? (
            <NoTokens onEnrol={onEnrol} />
          ) : (
            <PlainTable label="Enrolment tokens" heads={["Status", "Label", "Group", "Uses", "Created", "Expires"]} hasVerbs>
              {rows.map((token) => (
                <TokenLine
                  key={token.id}
                  token={token}
                  groupName={fleet.groups.find((group) => group.id === token.groupId)?.name ?? "removed group"}
                />
              ))}
            </PlainTable>
          )
        }
      </Answer>
    </Panel>
  );
}

function TokenLine({ token, groupName }: { readonly token: EnrolmentToken; readonly groupName: string }) {
  const look = tokenLook(token, useNow(5000));
  const revoke = useContractAction({
    run: (client, enrolmentTokenId: EnrolmentToken["id"]) => client.tokens.revoke({ enrolmentTokenId }),
    notDone: "The token still admits hosts.",
    stale: ["tokens"],
  });
  return (
    <TokenRow look={look} token={token} busy={revoke.isPending} onRevoke={() => revoke.mutate(token.id)}>
      <td>{groupName}</td>
      <td className="rc-num">
        {token.uses} of {token.maxUses}
        {token.requiresApproval && <span className={classes["faint"]}> · with approval</span>}
      </td>
    </TokenRow>
  );
}
