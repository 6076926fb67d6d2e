/** What runs this program once more, with the options that its runtime was given. */
export const ownProgram = (): readonly string[] => [process.execPath, ...process.execArgv, process.argv[1] ?? ""];
