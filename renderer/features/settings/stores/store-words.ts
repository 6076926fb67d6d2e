import type { StoreEntry, StoreSettings } from "#shared/domain/store/store.ts";
import type { StateLook } from "../../../components/state-status.ts";

const KINDS = { local: "Embedded", oci: "OCI registry", github: "GitHub Releases", folder: "Folder" } as const;

/** What a kind of store is called. */
export function kindWords(kind: StoreSettings["kind"]): string {
  return KINDS[kind];
}

/** Where a store is, as people know it. */
export function storeAddress(settings: StoreSettings): string {
  switch (settings.kind) {
    case "local":
      return "in this control plane, served under /v2/";
    case "oci": {
      const host = settings.registry.replace(/^https?:\/\//, "");
      return settings.repositoryPrefix === "" ? host : `${host}/${settings.repositoryPrefix}`;
    }
    case "github": {
      const host = settings.apiUrl === "https://api.github.com" ? "github.com" : settings.apiUrl.replace(/^https?:\/\//, "").split("/")[0];
      return `${host ?? ""}/${settings.owner}/${settings.repository}`;
    }
    case "folder":
      return settings.publicUrl === undefined ? settings.path : `${settings.path} · ${settings.publicUrl}`;
  }
}

/** How a store fares, by the last look at it. */
export function storeLook({ settings, checked }: Pick<StoreEntry, "settings" | "checked">): StateLook {
  if (settings.kind === "local") return { status: "healthy", word: "Always there" };
  if (checked === undefined) return { status: "unknown", word: "Not checked" };
  return checked.ok ? { status: "healthy", word: "Usable" } : { status: "failed", word: "Not usable" };
}
