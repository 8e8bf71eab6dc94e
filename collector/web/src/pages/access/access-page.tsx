/**
 * Who may do what: requests, accounts, tokens and working days, each part for those whose work it is.
 */
import { Badge, Tabs } from "antd";
import { useSearchParams } from "react-router";
import { useMay, useSession } from "../../data/session.tsx";
import { useSpeech } from "../../language/language-context.tsx";
import { AccountList } from "./account-list.tsx";
import { CalendarPart } from "./calendar-part.tsx";
import { RequestList } from "./request-list.tsx";
import { TokenList } from "./token-list.tsx";
import { UnitList } from "./unit-list.tsx";
import "./access.css";

export default function AccessPage() {
  const { t } = useSpeech();
  const { waiting, calendarEndsSoon } = useSession();
  const [search, setSearch] = useSearchParams();
  const parts = [
    { key: "requests", shown: true, mark: waiting, content: <RequestList /> },
    { key: "accounts", shown: useMay("accounts:view"), mark: 0, content: <AccountList /> },
    { key: "units", shown: useMay("accounts:view"), mark: 0, content: <UnitList /> },
    { key: "tokens", shown: useMay("tokens:manage"), mark: 0, content: <TokenList /> },
    { key: "calendar", shown: useMay("system:manage"), mark: calendarEndsSoon ? 1 : 0, content: <CalendarPart /> },
  ] as const;
  return (
    <>
      <title>{`${t("access.title")} · ${t("product.name")}`}</title>
      <h1>{t("access.title")}</h1>
      <Tabs
        activeKey={search.get("part") ?? "requests"}
        onChange={(part) => setSearch({ part })}
        items={parts
          .filter(({ shown }) => shown)
          .map(({ key, mark, content }) => ({
            key,
            label: (
              <Badge count={mark} size="small" offset={[8, 0]}>
                {t(`access.${key}`)}
              </Badge>
            ),
            children: content,
          }))}
      />
    </>
  );
}
