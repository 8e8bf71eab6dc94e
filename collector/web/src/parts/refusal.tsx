/** Why something that was sent was refused, and how to mend it. */
import { Alert } from "antd";
import { ApiError } from "../data/client.ts";
import { useSpeech } from "../language/language-context.tsx";

export function Refusal({ error }: { error: Error }) {
  const { t } = useSpeech();
  const problem = error instanceof ApiError ? error.problem : undefined;
  const text = problem === undefined ? t("error.network") : `${problem.detail} ${problem.cure ?? ""}`;
  return <Alert type="error" showIcon title={text} />;
}
