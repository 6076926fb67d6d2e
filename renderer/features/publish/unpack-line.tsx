import { Button } from "@mantine/core";
import { assertNever } from "#shared/lib/assert-never.ts";
import type { RunSpecForm } from "../../stores/publish-store.ts";
import { StatusShape } from "../../components/status-shape.tsx";
import classes from "./publish.module.css";
import type { UnpackOffer } from "./unpack-offer.ts";

type UnpackLineProps = {
  readonly offer: UnpackOffer;
  readonly form: RunSpecForm;
  readonly isLocked: boolean;
  readonly onChange: (form: RunSpecForm) => void;
};

/** One line about archives, with the button that changes what it says. In the JSON of a run spec the field is changed there. */
export function UnpackLine({ offer, form, isLocked, onChange }: UnpackLineProps) {
  if (offer.kind === "none") return null;
  const isOffered = offer.kind === "offered";
  const change = (): void => {
    const { unpack: _before, ...base } = form.base;
    onChange({ ...form, base: isOffered ? { ...base, unpack: true } : base });
  };
  return (
    <p className={classes["advice"]}>
      <StatusShape status={offer.kind === "contradicted" ? "failed" : "paused"} size={13} label="Archive" /> {words(offer)}{" "}
      {!isLocked && form.json === undefined && (
        <Button size="compact-xs" variant="default" onClick={change}>
          {isOffered ? "Unpack on the host" : "Leave it packed"}
        </Button>
      )}
    </p>
  );
}

function words(offer: Exclude<UnpackOffer, { kind: "none" }>): string {
  switch (offer.kind) {
    case "offered":
      return `${offer.fileName} is an archive. Hosts can unpack it and run a file of it, such as bin/web.`;
    case "chosen":
      return "Hosts unpack it; command and arguments may name its files.";
    case "contradicted":
      return `Hosts are to unpack the files of this release, and ${offer.fileName} is no archive: they would refuse it.`;
    default:
      return assertNever(offer);
  }
}
