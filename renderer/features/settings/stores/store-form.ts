import {
  storeSecret,
  storeSettings,
  type StoreEntry,
  type StoreKind,
  type StoreSecret,
  type StoreSettings,
} from "#shared/domain/store/store.ts";
import { displayName } from "#shared/lib/scalars.ts";

/** The kinds of stores that can be added; the local one is always there. */
export type AddedKind = Exclude<StoreKind, "local">;

/** A store as people type it. Fields of other kinds are kept, so that changing one's mind loses nothing. */
export type StoreForm = {
  readonly kind: AddedKind;
  readonly name: string;
  readonly registry: string;
  readonly allowHttp: boolean;
  readonly repositoryPrefix: string;
  readonly credentials: "anonymous" | "secret" | "docker";
  readonly apiUrl: string;
  readonly owner: string;
  readonly repository: string;
  readonly tagPrefix: string;
  readonly path: string;
  readonly publicUrl: string;
  readonly hostAccess: "proxy" | "redirect";
  readonly username: string;
  /** Write-only: it is never filled from what is stored. */
  readonly password: string;
};

/** Fields that can be wrong. */
export type StoreProblems = Readonly<Partial<Record<keyof StoreForm, string>>>;

/** What a form amounts to. */
export type StoreReading =
  | { readonly name: string; readonly settings: StoreSettings; readonly secret: StoreSecret | undefined; readonly problems?: never }
  | { readonly problems: StoreProblems };

/** The form of a new store of this kind. */
export function emptyStoreForm(kind: AddedKind): StoreForm {
  return {
    kind,
    name: "",
    registry: "",
    allowHttp: false,
    repositoryPrefix: "",
    credentials: "secret",
    apiUrl: "https://api.github.com",
    owner: "",
    repository: "",
    tagPrefix: "v",
    path: "",
    publicUrl: "",
    hostAccess: "proxy",
    username: "",
    password: "",
  };
}

/** Puts a store into the form, without its secret. */
export function toStoreForm({ name, settings }: StoreEntry): StoreForm {
  if (settings.kind === "local") return { ...emptyStoreForm("folder"), name };
  const publicUrl = settings.kind === "folder" ? (settings.publicUrl ?? "") : "";
  return { ...emptyStoreForm(settings.kind), ...settings, name, publicUrl };
}

/** Reads the form with the schemas that the control plane holds it to; everything that is wrong is told at its field. */
export function readStoreForm(form: StoreForm, hasSecret = false): StoreReading {
  const name = displayName.safeParse(form.name.trim());
  const settings = storeSettings.safeParse(settingsOf(form));
  const secret = readSecret(form);
  const wrong = settings.success ? [] : settings.error.issues.map((issue) => String(issue.path[0]));
  const problems: StoreProblems = {
    ...Object.fromEntries(wrong.map((field) => [field, FIELD_WORDS[field] ?? "This cannot be used."])),
    ...(name.success ? {} : { name: "A name that people will recognise." }),
    ...(needsSecret(form) && secret === undefined && !hasSecret ? { password: SECRET_WORDS[form.kind] } : {}),
  };
  return name.success && settings.success && Object.keys(problems).length === 0
    ? { name: name.data, settings: settings.data, secret }
    : { problems };
}

/** Whether a store of this form wants credentials of its own. */
export function needsSecret({ kind, credentials }: Pick<StoreForm, "kind" | "credentials">): boolean {
  return kind === "github" || (kind === "oci" && credentials === "secret");
}

/** The secret as typed; undefined while none was. */
export function readSecret({ kind, username, password }: Pick<StoreForm, "kind" | "username" | "password">): StoreSecret | undefined {
  const named = kind === "oci" && username.trim() !== "" ? { username: username.trim() } : {};
  return storeSecret.safeParse({ ...named, password }).data;
}

const SECRET_WORDS: Readonly<Record<AddedKind, string>> = {
  oci: "The password or token of this account.",
  github: "A token with the right to write contents.",
  folder: "",
};

function settingsOf(form: StoreForm): object {
  const { kind, hostAccess } = form;
  switch (kind) {
    case "oci": {
      const { allowHttp, credentials } = form;
      return {
        kind,
        registry: withScheme(form.registry, allowHttp),
        allowHttp,
        repositoryPrefix: form.repositoryPrefix.trim(),
        credentials,
        hostAccess,
      };
    }
    case "github":
      return {
        kind,
        apiUrl: form.apiUrl.trim(),
        owner: form.owner.trim(),
        repository: form.repository.trim(),
        tagPrefix: form.tagPrefix.trim(),
        hostAccess,
      };
    case "folder": {
      const publicUrl = form.publicUrl.trim();
      return { kind, path: form.path.trim(), ...(publicUrl === "" ? {} : { publicUrl }), hostAccess };
    }
  }
}

/** People write `ghcr.io` as docker does; the address is what it stands for. */
function withScheme(registry: string, allowHttp: boolean): string {
  const text = registry.trim();
  return text === "" || text.includes("://") ? text : `${allowHttp ? "http" : "https"}://${text}`;
}

const FIELD_WORDS: Readonly<Record<string, string>> = {
  registry: "An address such as registry.example.com.",
  repositoryPrefix: "A lower-case path such as team/releases, or nothing.",
  apiUrl: "An address such as https://api.github.com.",
  owner: "The user or organisation on GitHub.",
  repository: "The repository’s name, without its owner.",
  tagPrefix: "Letters, digits, dots, dashes; {product} stands for the product id.",
  path: "A folder on the control plane’s machine.",
  publicUrl: "The address at which a web server serves this folder, or nothing.",
};
