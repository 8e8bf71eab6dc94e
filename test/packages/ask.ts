/** Asks a box's page or a collector's API: `ask.ts METHOD URL [BODY [TOKEN]]` prints the status and what came. */
const [method = "GET", url = "", body = "", token = ""] = process.argv.slice(2);

const answer = await fetch(url, {
  method,
  headers: {
    "x-forecourt-box": "test",
    ...(body === "" ? {} : { "content-type": "application/json" }),
    ...(token === "" ? {} : { authorization: `Bearer ${token}` }),
  },
  ...(body === "" ? {} : { body }),
});
process.stdout.write(`${answer.status} ${await answer.text()}\n`);
