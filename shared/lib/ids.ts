import { z } from "zod";

const uuid = z.uuid();

/** Branded ids: a host's id cannot be passed where a rollout's is wanted. All are UUIDs made by the `Ids` port. */
export const applicationId = uuid.brand<"ApplicationId">();
export const releaseId = uuid.brand<"ReleaseId">();
export const artifactId = uuid.brand<"ArtifactId">();
export const channelId = uuid.brand<"ChannelId">();
export const uploadId = uuid.brand<"UploadId">();
export const fleetId = uuid.brand<"FleetId">();
export const groupId = uuid.brand<"GroupId">();
export const hostId = uuid.brand<"HostId">();
export const enrolmentTokenId = uuid.brand<"EnrolmentTokenId">();
export const subscriptionId = uuid.brand<"SubscriptionId">();
export const rolloutId = uuid.brand<"RolloutId">();
export const waveId = uuid.brand<"WaveId">();
export const grantId = uuid.brand<"GrantId">();
export const commandId = uuid.brand<"CommandId">();
export const principalId = uuid.brand<"PrincipalId">();
export const apiTokenId = uuid.brand<"ApiTokenId">();
export const storeId = uuid.brand<"StoreId">();
export const publicationId = uuid.brand<"PublicationId">();
export const adoptionId = uuid.brand<"AdoptionId">();
export const signingRequestId = uuid.brand<"SigningRequestId">();

export type ApplicationId = z.infer<typeof applicationId>;
export type ReleaseId = z.infer<typeof releaseId>;
export type ArtifactId = z.infer<typeof artifactId>;
export type ChannelId = z.infer<typeof channelId>;
export type UploadId = z.infer<typeof uploadId>;
export type FleetId = z.infer<typeof fleetId>;
export type GroupId = z.infer<typeof groupId>;
export type HostId = z.infer<typeof hostId>;
export type EnrolmentTokenId = z.infer<typeof enrolmentTokenId>;
export type SubscriptionId = z.infer<typeof subscriptionId>;
export type RolloutId = z.infer<typeof rolloutId>;
export type WaveId = z.infer<typeof waveId>;
export type GrantId = z.infer<typeof grantId>;
export type CommandId = z.infer<typeof commandId>;
export type PrincipalId = z.infer<typeof principalId>;
export type ApiTokenId = z.infer<typeof apiTokenId>;
export type StoreId = z.infer<typeof storeId>;
export type PublicationId = z.infer<typeof publicationId>;
export type AdoptionId = z.infer<typeof adoptionId>;
export type SigningRequestId = z.infer<typeof signingRequestId>;
