/**
 * What is asked before the first use: a password of one's own, and one-time codes.
 */
import { Button } from "antd";
import { useLeave } from "../../data/leave.ts";
import { useSession } from "../../data/session.tsx";
import { useSpeech } from "../../language/language-context.tsx";
import { Panel } from "../../parts/panel.tsx";
import { FactorForm } from "./factor-form.tsx";
import { PasswordForm } from "./password-form.tsx";
import "./own.css";

export function SetupPage() {
  const { t } = useSpeech();
  const { name, setup } = useSession();
  const leave = useLeave();
  return (
    <main className="setup">
      <title>{`${t("own.setup")} · ${t("product.name")}`}</title>
      <div className="setup-head">
        <h1>{t("own.setup")}</h1>
        <Button onClick={leave}>{t("signIn.out")}</Button>
      </div>
      <p>{name}</p>
      {setup.password ? (
        <Panel title={t("own.password")} note={t("own.setupPassword")}>
          <PasswordForm />
        </Panel>
      ) : (
        <Panel title={t("own.factor")}>
          <p>{t("own.setupFactor")}</p>
          <FactorForm />
        </Panel>
      )}
    </main>
  );
}
