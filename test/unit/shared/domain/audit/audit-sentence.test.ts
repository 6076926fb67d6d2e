import { describe, expect, it } from "vitest";
import { auditHref, auditSentence, TOLD_ACTIONS, type SentenceEntry } from "#shared/domain/audit/audit-sentence.ts";

const ID = "0f4c8e21-5a63-4d1e-9c7b-2f1d3b5a7c90";
const entry = (action: string, subject: string, details: SentenceEntry["details"] = {}, reason = ""): SentenceEntry => ({
  action,
  subject: `${subject}:${ID}`,
  details,
  reason,
});
const named = () => "web 1.5.0";

describe("the sentence of an audit entry", () => {
  it.each([
    [entry("fleet.created", "fleet", { after: { name: "prod", groups: ["canary", "rest"] } }), "Made fleet prod with canary, rest"],
    [entry("fleet.updated", "fleet", { before: { name: "a" }, after: { name: "b" } }), "Renamed fleet a to b"],
    [entry("fleet.updated", "fleet", { before: { name: "a" }, after: { name: "a" } }), "Described fleet a anew"],
    [entry("group.ordered", "fleet", { before: { order: ["a", "b"] }, after: { order: ["b", "a"] } }), "Put groups in order: b, a"],
    [entry("token.created", "token", { label: "", group: "canary", maxUses: 1 }), "Made an enrolment token for canary (1 use)"],
    [entry("token.revoked", "token", { label: "rack 4" }), 'Revoked the enrolment token "rack 4"'],
    [entry("host.enrolled", "host", { name: "web-1", state: "pending" }), "Host web-1 enrolled and waits for approval"],
    [
      entry("host.moved", "host", { name: "web-1", before: { group: "canary" }, after: { group: "rest" } }, "promoted"),
      "Moved host web-1 from canary to rest: promoted",
    ],
    [entry("host.pinned", "host", { name: "web-1", application: "web", after: { version: "1.4.2" } }), "Pinned host web-1 to web 1.4.2"],
    [entry("command.issued", "host", { name: "web-1", application: "web", command: "restart" }), "Ordered a restart of web on host web-1"],
    [
      entry("subscription.created", "subscription", { group: "canary", application: "web", after: { channel: "stable" } }),
      "Subscribed canary to web, following stable",
    ],
    [entry("subscription.paused", "subscription", { group: "canary", application: "web" }), "Paused web in canary"],
    [entry("trust.signed", "signing-request", { title: "Publish web 1.5.0", label: "ana" }), "ana signed: Publish web 1.5.0"],
    [
      entry("trust.redrafted", "signing-request", { title: "Publish web 1.5.0", draft: 2 }),
      "Has to be signed again, draft 2: Publish web 1.5.0",
    ],
    [entry("store.added", "store", { name: "hub", kind: "oci", withSecret: true }), "Added the store hub (oci)"],
    [entry("store.secret-set", "store", { name: "hub" }), "Replaced the credentials of the store hub"],
    [entry("channel.moved", "channel", { name: "stable", version: "1.5.0" }), "Moved channel stable to 1.5.0"],
  ])("tells what was done, to what and why: %#", (given, sentence) => {
    expect(auditSentence(given)).toBe(sentence);
  });

  it("takes the names of rollouts and releases from whoever knows them", () => {
    expect(auditSentence(entry("rollout.tripped", "rollout", {}, "3 of 10 hosts failed"), named)).toBe(
      "The gate of web 1.5.0 tripped: 3 of 10 hosts failed",
    );
    expect(auditSentence(entry("wave.opened", "rollout", { wave: 2, members: 1 }), named)).toBe("Wave 2 of web 1.5.0 opened for 1 host");
    expect(auditSentence(entry("publication.cancel", "release"), named)).toBe("Gave up the publication of web 1.5.0 to a store");
    expect(auditSentence(entry("release.published", "release", { version: "1.5.0" }))).toBe("Published 1.5.0");
  });

  it("tells an unknown action by its words, and a nameless subject by the beginning of its id", () => {
    expect(auditSentence(entry("moon.phase-changed", "moon"))).toBe("Moon phase changed: 0f4c8e21");
    expect(auditSentence({ ...entry("settings.changed", ""), subject: "settings" })).toBe("Changed the settings");
  });

  it("never fails on details of another shape, nor reads what is not theirs", () => {
    const strange: SentenceEntry["details"][] = [{}, { before: null, after: 3 }, { after: ["a", 1, null] }, { name: { toString: "x" } }];
    for (const action of [...TOLD_ACTIONS, "constructor.toString"]) {
      for (const details of strange) expect(auditSentence(entry(action, "host", details))).not.toMatch(/undefined|object|native/);
    }
  });
});

describe("the page about an audit entry", () => {
  it("is the subject's own, else its fleet's, else the audit", () => {
    expect(auditHref({ subject: `host:${ID}` })).toBe(`/hosts/${ID}`);
    expect(auditHref({ subject: `group:${ID}`, fleetId: "f" })).toBe("/fleets/f");
    expect(auditHref({ subject: `channel:${ID}` })).toBe("/audit");
    expect(auditHref({ subject: "settings" })).toBe("/settings");
    expect(auditHref({ subject: `signing-request:${ID}` })).toBe(`/settings/trust?request=${ID}`);
    expect(auditHref({ subject: `store:${ID}` })).toBe("/settings/stores");
  });
});
