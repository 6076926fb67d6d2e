import { Checkbox, Select } from "@mantine/core";
import type { FoundReleaseDetailRow } from "#shared/contract/stores.ts";
import { formatBytes } from "#shared/lib/format.ts";
import { PLATFORM_CHOICES } from "../../components/platform-choices.ts";
import type { ChosenFiles } from "./adoption.ts";
import classes from "./application.module.css";

type AdoptFilesProps = {
  readonly files: FoundReleaseDetailRow["files"];
  readonly chosen: ChosenFiles;
  readonly onChange: (chosen: ChosenFiles) => void;
};

/** The files of a found release: which of them are programs, and what they run on. */
export function AdoptFiles({ files, chosen, onChange }: AdoptFilesProps) {
  const toggle = (name: string, isOn: boolean) => {
    const { [name]: _left, ...rest } = chosen;
    onChange(isOn ? { ...chosen, [name]: "" } : rest);
  };
  return (
    <ul className={classes["adoptFiles"]} aria-label="Files">
      {files.map(({ name, sizeBytes, sha256, platform }) => (
        <li key={name}>
          <Checkbox
            label={name}
            description={`${formatBytes(sizeBytes)}${sha256 === undefined ? ", no digest kept there" : `, sha256 ${sha256.slice(0, 12)}…`}`}
            checked={name in chosen}
            onChange={(event) => toggle(name, event.currentTarget.checked)}
          />
          {name in chosen && (
            <Select
              size="xs"
              aria-label={`Platform of ${name}`}
              placeholder="Choose a platform"
              data={platform === undefined || PLATFORM_CHOICES.includes(platform) ? PLATFORM_CHOICES : [platform, ...PLATFORM_CHOICES]}
              value={chosen[name] === "" ? null : (chosen[name] ?? null)}
              onChange={(value) => onChange({ ...chosen, [name]: value ?? "" })}
              searchable
            />
          )}
        </li>
      ))}
    </ul>
  );
}
