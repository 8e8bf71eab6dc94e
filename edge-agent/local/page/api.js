/** Speaks to the box. What goes wrong is thrown as a trouble: what it is, and what to do. */

export class Trouble extends Error {
  /** @param {{ code: string, message: string, cure: string }} said */
  constructor({ code, message, cure }) {
    super(message);
    this.code = code;
    this.cure = cure;
  }
}

/**
 * @param {string} method @param {string} path @param {any} [body] bytes go as they are
 * @returns {Promise<any>}
 */
export async function ask(method, path, body) {
  const isBytes = body instanceof Blob;
  /** @type {Record<string, string>} */
  const headers = { "x-forecourt-box": "page" };
  if (body !== undefined) headers["content-type"] = isBytes ? body.type : "application/json";
  /** @type {Response} */
  let answer;
  try {
    const content = body === undefined ? {} : { body: isBytes ? body : JSON.stringify(body) };
    answer = await fetch(path, { method, headers, ...content });
  } catch {
    throw new Trouble({ code: "network", message: "the box does not answer", cure: "is the phone in its network?" });
  }
  if (answer.status === 204) return undefined;
  const value = await answer.json().catch(() => ({}));
  if (answer.ok) return value;
  throw new Trouble(value.error ?? { code: "answer", message: `status ${answer.status}`, cure: "load the page again" });
}
