import { z } from "zod";

/** One word of a command line, or the value of a variable: whatever the kernel takes, at most 4,096 characters. */
export const commandArgument = z.string().max(4096);
