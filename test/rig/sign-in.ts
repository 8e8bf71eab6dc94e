/** Signs a person in without the page's form, for tests and measurements of what lies behind it. */
import type { Browser, BrowserContextOptions } from "playwright-core";
import type { DemoPerson } from "./people.ts";

/** What a browser holds once the person is signed in: hand it to each new page. */
export async function signedIn(
  browser: Browser,
  url: string,
  { login, password }: Pick<DemoPerson, "login" | "password">,
): Promise<NonNullable<BrowserContextOptions["storageState"]>> {
  const context = await browser.newContext();
  const answer = await context.request.post(`${url}/api/v1/session`, { data: { login, password } });
  if (!answer.ok()) throw new Error(`${login} could not sign in: ${answer.status()} ${await answer.text()}`);
  const state = await context.storageState();
  await context.close();
  return state;
}
