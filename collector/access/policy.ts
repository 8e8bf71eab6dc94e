/** The rules of passwords, locks and sessions, with the defaults that the platform's owner can change. Pure. */

export interface AccessPolicy {
  passwordCharacters: number;
  passwordDays: number;
  /** wrong attempts in a row that lock a sign-in name, */
  failures: number;
  /** for so long */
  lockMinutes: number;
  idleMinutes: number;
  /** a session ends then however busy it is */
  sessionHours: number;
  /** required: nobody gets on without a second factor; offered: who has set one up needs it */
  secondFactor: "required" | "offered";
  /** how long a password that was handed over may be used to sign in for the first time */
  firstPasswordHours: number;
}

export const DEFAULT_POLICY: AccessPolicy = {
  passwordCharacters: 10,
  passwordDays: 90,
  failures: 5,
  lockMinutes: 30,
  idleMinutes: 30,
  sessionHours: 12,
  secondFactor: "required",
  firstPasswordHours: 72,
};

export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;
export const DAY_MS = 86_400_000;

/** argon2 takes its time with every character; nobody types more than this. */
export const PASSWORD_MOST = 128;
/** Of small letters, capitals, digits and others, so many kinds. */
const LEAST_KINDS = 3;

/**
 * Why a password is not good enough, in words for whoever chose it.
 * @param near names it may not contain, such as the sign-in name
 * @returns undefined when it is good
 */
export function passwordFault(
  password: string,
  { passwordCharacters }: Pick<AccessPolicy, "passwordCharacters">,
  near: readonly string[],
): string | undefined {
  const length = [...password].length;
  if (length < passwordCharacters) return `a password has at least ${passwordCharacters} characters`;
  if (password.length > PASSWORD_MOST) return `a password has at most ${PASSWORD_MOST} characters`;
  const kinds = [/[a-z]/, /[A-Z]/, /[0-9]/, /[^a-zA-Z0-9]/].filter((kind) => kind.test(password)).length;
  if (kinds < LEAST_KINDS) {
    return `a password mixes at least ${LEAST_KINDS} of small letters, capitals, digits and other characters`;
  }
  if (new Set(password).size < passwordCharacters / 2) return "a password does not repeat the same few characters";
  const lower = password.toLowerCase();
  const inside = near.find((name) => name.length >= 3 && lower.includes(name.toLowerCase()));
  return inside === undefined ? undefined : `a password does not contain ${inside}`;
}
