import { Tooltip } from "@mantine/core";
import { Link } from "wouter";
import { findCommand, keysOf } from "#shared/commands/commands.ts";
import { KeyHint } from "../components/key-hint.tsx";
import { keys } from "../data/query-keys.ts";
import { useContractQuery } from "../data/use-contract-query.ts";
import { isAt, PLACES, type Place } from "./navigation.ts";
import { hasFeature } from "./routes.tsx";
import classes from "./sidebar.module.css";
import { SidebarFoot } from "./sidebar-foot.tsx";

/** The places of the console. What needs a person is counted beside Home. */
export function Sidebar({ pathname }: { readonly pathname: string }) {
  const home = useContractQuery(keys.home(), (client, signal) => client.home.overview(undefined, { signal }));
  const urgent = home.data?.attention.filter((one) => one.severity === "now").length ?? 0;
  return (
    <aside className={classes["sidebar"]}>
      <Link href="/" className={classes["brand"]} aria-label="Rollcall, home">
        <img src="/mark.svg" alt="" width={24} height={24} />
        Rollcall
      </Link>
      <nav aria-label="Places" className={classes["nav"]}>
        {PLACES.filter((place) => hasFeature(place.feature)).map((place) => (
          <PlaceLink key={place.href} place={place} isCurrent={isAt(place, pathname)} count={place.href === "/" ? urgent : 0} />
        ))}
      </nav>
      <SidebarFoot />
    </aside>
  );
}

function PlaceLink({ place, isCurrent, count }: { readonly place: Place; readonly isCurrent: boolean; readonly count: number }) {
  const command = findCommand(place.command);
  const shortcut = command === undefined ? undefined : keysOf(command);
  const Icon = place.icon;
  return (
    <Tooltip label={shortcut === undefined ? place.name : <KeyHint keys={shortcut} />} position="right" openDelay={700}>
      <Link href={place.href} className={classes["place"]} {...(isCurrent ? { "aria-current": "page" } : {})}>
        <Icon size={17} stroke={1.7} aria-hidden="true" />
        <span>{place.name}</span>
        {count > 0 && (
          <span className={classes["count"]}>
            {count}
            <span className={classes["hidden"]}> {count === 1 ? "thing needs" : "things need"} a person now</span>
          </span>
        )}
      </Link>
    </Tooltip>
  );
}
