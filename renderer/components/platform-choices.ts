/** Platforms that are offered for choosing; any other valid one can be typed. */
export const PLATFORM_CHOICES: readonly string[] = [
  "linux/amd64",
  "linux/arm64",
  "linux/arm/v7",
  "linux/amd64+musl",
  "linux/arm64+musl",
  "darwin/arm64",
  "darwin/amd64",
  "windows/amd64",
  "windows/arm64",
  "freebsd/amd64",
  "any",
];
