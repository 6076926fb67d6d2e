import { Button, Select } from "@mantine/core";
import { useSearchParams } from "wouter";
import type { ReleaseRow } from "#shared/contract/applications.ts";
import { applicationId, releaseId, uploadId } from "#shared/lib/ids.ts";
import type { RunSpec } from "#shared/domain/release/run-spec.ts";
import { Answer } from "../../components/answer.tsx";
import { differencesSummary } from "../../components/difference-words.ts";
import { Panel } from "../../components/panel.tsx";
import { ReleaseDifferences } from "../../components/release-differences.tsx";
import { keys } from "../../data/query-keys.ts";
import { useContractQuery } from "../../data/use-contract-query.ts";
import { useUrlPatch } from "../../data/use-url-patch.ts";
import { useCommand } from "../../stores/command-store.ts";
import classes from "./publish.module.css";

type ComparePanelProps = {
  readonly applicationId: string;
  readonly version: string;
  readonly artifacts: readonly { readonly uploadId: string; readonly platform: string }[];
  readonly runSpec: RunSpec;
  /** Those that it can be held against. */
  readonly releases: readonly ReleaseRow[];
};

/** What changes for hosts: this draft beside the release they have. `?compare=` names the release, or opens it with the newest. */
export function ComparePanel({ applicationId: owner, version, artifacts, runSpec, releases }: ComparePanelProps) {
  const [search] = useSearchParams();
  const patch = useUrlPatch();
  const asked = search.get("compare") ?? undefined;
  const against = releaseId.safeParse(asked);
  const toggle = () => patch({ compare: asked === undefined ? "newest" : undefined });
  useCommand("release.compare", toggle);
  const published = releases.filter((one) => one.state !== "draft");
  const input = {
    applicationId: applicationId.parse(owner),
    artifacts: artifacts.map((one) => ({ uploadId: uploadId.parse(one.uploadId), platform: one.platform })),
    runSpec,
    ...(against.success ? { againstReleaseId: against.data } : {}),
  };
  const read = useContractQuery(keys.draftComparison(input), (client, signal) => client.uploads.compare(input, { signal }), {
    keepsLast: true,
  });
  if (published.length === 0) return null;
  const shown = read.data?.against;
  return (
    <Panel
      title={shown === undefined ? "Compare with current" : `Compared with ${shown.version}`}
      actions={
        <>
          {asked !== undefined && (
            <Select
              size="xs"
              aria-label="Compare with"
              data={published.map((one) => ({ value: one.id, label: [one.version, ...one.channels].join(" · ") }))}
              value={shown?.releaseId ?? null}
              onChange={(id) => patch({ compare: id ?? "newest" })}
              allowDeselect={false}
              searchable
              w={180}
            />
          )}
          <Button size="compact-sm" variant="subtle" onClick={toggle} aria-expanded={asked !== undefined}>
            {asked === undefined ? "Compare" : "Done"}
          </Button>
        </>
      }
    >
      <Answer of={read} lines={asked === undefined ? 1 : 6}>
        {(differences) =>
          asked === undefined ? (
            <p className={classes["compareLine"]}>{differencesSummary(differences)}</p>
          ) : (
            <ReleaseDifferences differences={differences} after={version} />
          )
        }
      </Answer>
    </Panel>
  );
}
