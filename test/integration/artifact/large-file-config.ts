/** Size of the sparse file of the memory test: 64 MiB, or 2 GiB with `ROLLCALL_TEST_LARGE=1`, which takes about ten seconds. */
export const LARGE_FILE_BYTES = process.env["ROLLCALL_TEST_LARGE"] === "1" ? 2 * 2 ** 30 : 64 * 2 ** 20;
