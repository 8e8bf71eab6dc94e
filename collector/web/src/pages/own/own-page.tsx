/**
 * One's own account: who one is here, password, one-time codes, and where one is signed in.
 */
import { useMay, useSession } from "../../data/session.tsx";
import { useSpeech } from "../../language/language-context.tsx";
import { Facts } from "../../parts/facts.tsx";
import { Panel } from "../../parts/panel.tsx";
import { FactorForm } from "./factor-form.tsx";
import { PasswordForm } from "./password-form.tsx";
import { SessionList } from "./session-list.tsx";
import { WallList } from "./wall-list.tsx";
import "./own.css";

export default function OwnPage() {
  const { t, language } = useSpeech();
  const { account, name, unit, roles, counties, hasSecondFactor } = useSession();
  const mayHaveWalls = useMay("wall:view");
  const facts = [
    { key: "account", label: t("own.account"), value: `${name} (${account})` },
    { key: "unit", label: t("own.unit"), value: unit ?? t("common.none") },
    { key: "roles", label: t("own.roles"), value: roles.map((role) => role[language]).join(t("common.listSeparator")) },
    {
      key: "counties",
      label: t("own.counties"),
      value: counties?.join(t("common.listSeparator")) ?? t("own.allCounties"),
    },
  ];
  return (
    <>
      <title>{`${t("own.title")} · ${t("product.name")}`}</title>
      <h1>{t("own.title")}</h1>
      <div className="own">
        <Panel title={name}>
          <Facts facts={facts} />
        </Panel>
        <Panel title={t("own.password")}>
          <PasswordForm />
        </Panel>
        <Panel title={t("own.factor")} note={t(hasSecondFactor ? "own.factorIs" : "own.factorNot")}>
          <FactorForm />
        </Panel>
        <Panel title={t("own.sessions")}>
          <SessionList />
        </Panel>
        {mayHaveWalls && (
          <Panel title={t("wall.title")}>
            <WallList />
          </Panel>
        )}
      </div>
    </>
  );
}
