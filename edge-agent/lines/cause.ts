/** What the operating system's error codes mean on a line, in words that lead to the cure. */

const MEANINGS: Record<string, string> = {
  EIO: "the adapter or its far end is gone",
  ENXIO: "the adapter was unplugged",
  ENODEV: "the adapter was unplugged",
  ENOENT: "no such port: adapter unplugged, or the name is wrong",
  EACCES: "no right to use the port: add the user to the group dialout",
  EPERM: "no right to use the port: add the user to the group dialout",
  EBUSY: "another program uses the port",
  EBADF: "the port was closed by the system",
  ECONNREFUSED: "nothing listens there: is the serial server on, and the port right?",
  ECONNRESET: "the far end dropped the connection",
  EPIPE: "the far end dropped the connection",
  ETIMEDOUT: "the far end does not answer any more",
  EHOSTUNREACH: "no way to that address: check network and cable",
  ENETUNREACH: "no way to that address: check network and cable",
  ENOTFOUND: "no such name: check it, or give the address",
};

/** serialport puts some codes into words. */
const PHRASES: [RegExp, string][] = [
  [/no such file/i, "ENOENT"],
  [/permission denied/i, "EACCES"],
  [/cannot lock port|resource (temporarily unavailable|busy)/i, "EBUSY"],
  [/input\/output error|i\/o error/i, "EIO"],
  [/no such device/i, "ENXIO"],
  [/bad file descriptor/i, "EBADF"],
];

/** An error's message, followed by its code and what that means when it is a known one. */
export function causeOf(error: Error & { code?: unknown }): string {
  const named = typeof error.code === "string" ? error.code : /\bE[A-Z]{2,}\b/.exec(error.message)?.[0];
  const code = named ?? PHRASES.find(([phrase]) => phrase.test(error.message))?.[1];
  const meaning = code === undefined ? undefined : MEANINGS[code];
  // serialport says "Error: No such file or directory, cannot open /dev/…" where whoever calls names the port already.
  const message = error.message.replace(/^Error: /, "").replace(/, cannot open .*$/, "");
  if (meaning === undefined) return message;
  return message.includes(code ?? "") ? `${message} (${meaning})` : `${message} (${code}: ${meaning})`;
}
