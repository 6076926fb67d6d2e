import { Button } from "@mantine/core";
import { IconKey } from "@tabler/icons-react";
import { useSearchParams } from "wouter";
import type { ApiToken } from "#shared/contract/administration.ts";
import { Answer } from "../../components/answer.tsx";
import { ButtonWithReason } from "../../components/button-with-reason.tsx";
import { useNow } from "../../components/clock.ts";
import { EmptyState } from "../../components/empty-state.tsx";
import { Panel } from "../../components/panel.tsx";
import { PlainTable } from "../../components/plain-table.tsx";
import { TimeAgo } from "../../components/time-ago.tsx";
import { TokenRow } from "../../components/token-row.tsx";
import { keys } from "../../data/query-keys.ts";
import { useContractAction } from "../../data/use-contract-action.ts";
import { useContractQuery } from "../../data/use-contract-query.ts";
import { useDenial } from "../../data/use-principal.ts";
import { useUrlPatch } from "../../data/use-url-patch.ts";
import { CreateTokenDialog } from "./create-token-dialog.tsx";
import { LoginLinkPanel } from "./login-link-panel.tsx";
import classes from "./settings.module.css";
import { accessRoleWords, apiTokenLook } from "./view-model.ts";

/** Tokens for pipelines, and links that open a browser session. */
export function AccessSection() {
  const denial = useDenial("access.manage");
  const tokens = useContractQuery(keys.apiTokens(), (client, signal) => client.access.listTokens(undefined, { signal }), {
    enabled: denial === undefined,
  });
  const [params] = useSearchParams();
  const patch = useUrlPatch();
  const create = () => patch({ new: "token" });
  if (denial !== undefined) return <p className={classes["soft"]}>{denial}</p>;
  const button = (
    <ButtonWithReason reason={denial} onClick={create} size="compact-sm">
      Create an API token
    </ButtonWithReason>
  );
  return (
    <div className={classes["form"]}>
      <Panel title="API tokens" flush {...(tokens.data?.length === 0 ? {} : { actions: button })}>
        <Answer of={tokens}>
          {(rows) =>
            rows.length === 0 ? (
              <EmptyState
                icon={<IconKey size={22} stroke={1.6} />}
                title="No API token yet"
                action={<Button onClick={create}>Create an API token</Button>}
                cli="rollcall login --url URL --token-file FILE"
              >
                A token lets a pipeline publish or roll out, with a role and for the fleets that you choose. Its secret is shown once.
              </EmptyState>
            ) : (
              <TokenTable tokens={rows} />
            )
          }
        </Answer>
      </Panel>
      <LoginLinkPanel />
      {params.get("new") === "token" && <CreateTokenDialog onClose={() => patch({ new: undefined })} />}
    </div>
  );
}

function TokenTable({ tokens }: { readonly tokens: readonly ApiToken[] }) {
  return (
    <PlainTable label="Access tokens" heads={["Status", "Label", "Role", "Fleets", "Last used", "Created", "Expires"]} hasVerbs>
      {tokens.map((token) => (
        <TokenLine key={token.id} token={token} />
      ))}
    </PlainTable>
  );
}

function TokenLine({ token }: { readonly token: ApiToken }) {
  const look = apiTokenLook(token, useNow(10_000));
  const revoke = useContractAction({
    run: (client, apiTokenId: ApiToken["id"]) => client.access.revokeToken({ apiTokenId }),
    notDone: `The token ${token.label} still opens.`,
    stale: ["access"],
  });
  return (
    <TokenRow look={look} token={token} busy={revoke.isPending} onRevoke={() => revoke.mutate(token.id)}>
      <td title={accessRoleWords(token.role)}>{token.role}</td>
      <td>{token.fleets === "all" ? "all" : token.fleets.length}</td>
      <td>{token.lastUsedAt === undefined ? <span className={classes["soft"]}>never</span> : <TimeAgo at={token.lastUsedAt} />}</td>
    </TokenRow>
  );
}
