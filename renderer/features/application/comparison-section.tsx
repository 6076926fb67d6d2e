import { Button } from "@mantine/core";
import { useState } from "react";
import type { ReleaseRow } from "#shared/contract/applications.ts";
import { Answer } from "../../components/answer.tsx";
import { differencesSummary } from "../../components/difference-words.ts";
import { ReleaseDifferences } from "../../components/release-differences.tsx";
import { keys } from "../../data/query-keys.ts";
import { useContractQuery } from "../../data/use-contract-query.ts";
import classes from "./application.module.css";

/** What this release changed: held against the published one before it. Nothing for the first release. */
export function ComparisonSection({ release }: { readonly release: ReleaseRow }) {
  const [isOpen, setOpen] = useState(false);
  const read = useContractQuery(keys.releaseComparison(release.id), (client, signal) =>
    client.releases.compare({ releaseId: release.id }, { signal }),
  );
  if (read.data !== undefined && read.data.against === undefined) return null;
  return (
    <>
      <div className={classes["subLine"]}>
        <h3 className={classes["sub"]}>
          {read.data?.against === undefined ? "What changed" : `What changed since ${read.data.against.version}`}
        </h3>
        <Button size="compact-xs" variant="subtle" onClick={() => setOpen(!isOpen)} aria-expanded={isOpen}>
          {isOpen ? "Less" : "Compare"}
        </Button>
      </div>
      <Answer of={read} lines={2}>
        {(differences) =>
          isOpen ? (
            <ReleaseDifferences differences={differences} after={release.version} />
          ) : (
            <p className={classes["summary"]}>{differencesSummary(differences)}</p>
          )
        }
      </Answer>
    </>
  );
}
