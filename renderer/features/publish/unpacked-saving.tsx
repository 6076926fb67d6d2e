import { Button } from "@mantine/core";
import { useState } from "react";
import { estimateWords } from "#shared/domain/release/unpacked-estimate.ts";
import { keys } from "../../data/query-keys.ts";
import { useContractQuery } from "../../data/use-contract-query.ts";
import type { PackedFile } from "./packed-file.ts";
import classes from "./publish.module.css";

type UnpackedSavingProps = {
  readonly file: PackedFile;
  /** A server measures by itself; somebody's laptop is asked first. */
  readonly isUnasked: boolean;
};

/** What unpacking a packed file would save with every update, measured against the release before. */
export function UnpackedSaving({ file, isUnasked }: UnpackedSavingProps) {
  const [isAsked, setAsked] = useState(false);
  const { applicationId, uploadId, platform, fileName, way, isMeasurable } = file;
  const isWanted = isUnasked || isAsked;
  const estimate = useContractQuery(
    keys.unpackedEstimate(applicationId, uploadId, platform),
    (client, signal) => client.uploads.estimateUnpacked({ applicationId, uploadId, platform }, { signal }),
    { enabled: isWanted && isMeasurable },
  );
  if (!isMeasurable)
    return <p className={classes["advice"]}>What unpacking {fileName} would save is not measured: what packed it cannot be undone here.</p>;
  if (!isWanted)
    return (
      <div className={classes["saving"]}>
        <p className={classes["advice"]}>
          What unpacking {fileName} would save can be measured. It takes memory and some seconds of this computer.
        </p>
        <Button size="compact-sm" variant="default" onClick={() => setAsked(true)}>
          Measure it
        </Button>
      </div>
    );
  return (
    <div className={classes["saving"]}>
      <p className={classes["advice"]} role="status">
        {estimate.data !== undefined
          ? `${fileName}: ${estimateWords(estimate.data, way)}`
          : estimate.error === null
            ? `Measuring what unpacking ${fileName} would save…`
            : `What unpacking would save could not be measured: ${estimate.error.message}`}
      </p>
    </div>
  );
}
