/** A list of revoked certificates from outside: read, and proved against the authority that should have signed it. */
import { fail, ok, type Result } from "../result.ts";
import { x509 } from "./x509.ts";

export interface RevocationList {
  /** upper-case hexadecimal, sorted */
  serials: string[];
  /** epoch ms, whole seconds: when it was made */
  fromMs: number;
  /** epoch ms: after this the list is no longer in force */
  untilMs: number;
}

/**
 * @param pem the list, from outside
 * @param authoritiesPem certificates, one of which must have signed it
 */
export async function readRevocationList(pem: string, authoritiesPem: string): Promise<Result<RevocationList, string>> {
  let list: InstanceType<typeof x509.X509Crl>;
  try {
    list = new x509.X509Crl(pem);
  } catch {
    return fail("the text is no list of revocations");
  }
  const authorities = x509.PemConverter.decode(authoritiesPem).map((der) => new x509.X509Certificate(der));
  for (const authority of authorities) {
    if (authority.subject !== list.issuer || !(await list.verify({ publicKey: authority }))) continue;
    const serials = list.entries.map(({ serialNumber }) => serialNumber.toUpperCase()).sort();
    return ok({ serials, fromMs: list.thisUpdate.getTime(), untilMs: list.nextUpdate?.getTime() ?? 0 });
  }
  return fail(`the list was not signed by an authority that is known here (it names ${list.issuer})`);
}
