/**
 * Phrases about signing in and accounts in English, under the names of access-zh.ts.
 */
import type { accessZh } from "./access-zh.ts";

export const accessEn: Record<keyof typeof accessZh, string> = {
  "signIn.title": "Sign in",
  "signIn.login": "Sign-in name",
  "signIn.password": "Password",
  "signIn.code": "One-time code",
  "signIn.codeHelp": "Six digits of your authenticator; leave empty until you have set it up",
  "signIn.go": "Sign in",
  "signIn.refused":
    "Name, password or code is wrong, or the account is locked. After several wrong attempts it is locked for a while; the security administrator can unlock it.",
  "signIn.busy": "Too many people sign in at once. Try again in a moment.",
  "signIn.tooMany": "Too many attempts. Try again in a minute.",
  "signIn.notice": "Accounts bear real names. Every sign-in, look, export and change is put on record.",
  "signIn.over": "The session has ended. Please sign in again.",
  "signIn.out": "Sign out",

  "own.title": "My account",
  "own.account": "Account",
  "own.unit": "Unit",
  "own.roles": "Roles",
  "own.counties": "Counties",
  "own.allCounties": "the whole prefecture",
  "own.password": "Change password",
  "own.current": "Current password",
  "own.next": "New password",
  "own.again": "Once more",
  "own.notSame": "The two are not the same",
  "own.passwordRule":
    "At least {characters} characters, three kinds of capitals, small letters, digits and others, without your names.",
  "own.save": "Save",
  "own.saved": "Saved. Your other sessions have ended.",
  "own.factor": "One-time codes",
  "own.factorIs": "set up",
  "own.factorNot": "not set up",
  "own.factorBegin": "Set up one-time codes",
  "own.factorAgain": "Set up anew",
  "own.factorScan": "Scan with an authenticator such as FreeOTP, then enter the six digits it shows.",
  "own.factorSecret": "Where scanning is impossible, enter this key",
  "own.factorNow": "Code of the present one",
  "own.confirm": "Confirm",
  "own.sessions": "Sessions",
  "own.thisSession": "this one",
  "own.since": "signed in {time}",
  "own.seen": "last active {time}",
  "own.end": "End",
  "own.setup": "Before you begin",
  "own.setupPassword": "Choose a password of your own.",
  "own.setupFactor": "Set up one-time codes. From then on each sign-in asks for one.",
  "error.notPermitted": "Your account does not have this permission.",
};
