import { Button, Menu } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { useState } from "react";
import { saveFile } from "../../components/save-file.ts";
import { useContractAction } from "../../data/use-contract-action.ts";
import type { ContractFilter } from "./contract-filter.ts";
import { exportName } from "./view-model.ts";

const FORMATS = [
  { format: "csv", name: "CSV", what: "for a spreadsheet" },
  { format: "json", name: "JSON", what: "one document" },
  { format: "ndjson", name: "NDJSON", what: "one entry a line" },
] as const;
type Format = (typeof FORMATS)[number]["format"];

/** Exports what the filter shows, oldest first, piece by piece as it arrives. */
export function ExportMenu({ filter, isNarrowed }: { readonly filter: ContractFilter; readonly isNarrowed: boolean }) {
  const [pieces, setPieces] = useState(0);
  const save = useContractAction({
    run: async (client, format: Format) => {
      const parts: string[] = [];
      setPieces(0);
      for await (const piece of await client.audit.export({ ...filter, format })) {
        parts.push(piece.text);
        setPieces(parts.length);
      }
      return { format, parts };
    },
    notDone: "Nothing was saved.",
    stale: [],
    onDone: ({ format, parts }) => saveFile(exportName(format, new Date()), parts),
  });
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button variant="default" leftSection={<IconDownload size={15} />} disabled={save.isPending}>
          {save.isPending ? `Exporting, ${pieces} pieces` : "Export"}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{isNarrowed ? "What the filter shows, oldest first" : "Everything, oldest first"}</Menu.Label>
        {FORMATS.map((one) => (
          <Menu.Item key={one.format} onClick={() => save.mutate(one.format)}>
            {one.name}, {one.what}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
