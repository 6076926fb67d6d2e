import { FETCHED_KINDS } from "#shared/domain/metrics/fetched-kind.ts";

/** A counter: what it says to people, and the values that its labels may have. `named` labels are what operators named. */
export type CounterPlan = {
  readonly help: string;
  readonly labels: Readonly<Record<string, readonly string[] | "named">>;
};

/** Why a delta was not made, in a closed list. */
export const DELTA_REASONS = ["none", "not-smaller", "memory", "time", "person", "interrupted", "missing", "crash"] as const;
export type DeltaReason = (typeof DELTA_REASONS)[number];

/** How an update of one host ended, as the host tells it. */
export const UPDATE_OUTCOMES = ["completed", "failed", "reverted", "refused", "halted"] as const;
export type UpdateOutcome = (typeof UPDATE_OUTCOMES)[number];

/** Everything that is counted in this process since its start. Adding one: a line here, and a call where it happens. */
export const COUNTERS = {
  rollcall_check_ins_total: {
    help: "Words of hosts that were taken: hello after connecting, regular states, and reports of changes.",
    labels: { kind: ["hello", "state", "report"] },
  },
  rollcall_link_changes_total: {
    help: "Hosts that connected, went, or were found to be two machines with one identity.",
    labels: { to: ["connected", "disconnected", "cloned"] },
  },
  rollcall_commands_total: {
    help: "Commands to hosts: written, sent (again after a lost connection), durable on the host, ended there.",
    labels: { event: ["issued", "sent", "acknowledged", "finished"] },
  },
  rollcall_updates_total: {
    help: "Updates of hosts by how they ended there. Reverted: the new release was bad and the host went back by itself.",
    labels: { application: "named", outcome: UPDATE_OUTCOMES },
  },
  rollcall_downloads_total: {
    help: "Releases that reached hosts: bytes that were there already, one delta, several in a chain, or the whole file.",
    labels: { kind: FETCHED_KINDS },
  },
  rollcall_download_bytes_total: {
    help: "Bytes that hosts fetched for releases, deltas and what came in vain included.",
    labels: {},
  },
  rollcall_download_full_bytes_total: {
    help: "Bytes that the same releases have as whole files.",
    labels: {},
  },
  rollcall_download_saved_bytes_total: {
    help: "Bytes that hosts did not have to fetch. Full less fetched is saved less wasted.",
    labels: {},
  },
  rollcall_download_wasted_bytes_total: {
    help: "Bytes that hosts fetched beyond the size of the whole file, since deltas or downloads came in vain.",
    labels: {},
  },
  rollcall_deltas_total: {
    help: "Deltas of releases: made, dropped since they were not small enough, or not made, with the reason.",
    labels: { result: ["made", "dropped", "not-made"], reason: DELTA_REASONS },
  },
  rollcall_delta_bytes_total: {
    help: "Bytes of the deltas that were made.",
    labels: {},
  },
  rollcall_store_errors_total: {
    help: "Failures of stores: publications that will be tried again by themselves, those that wait for a person, and other tasks.",
    labels: {
      store: ["local", "oci", "github", "folder"],
      work: ["publication-retried", "publication-failed", "adoption-retried", "adoption-failed", "task"],
    },
  },
} as const satisfies Record<string, CounterPlan>;
