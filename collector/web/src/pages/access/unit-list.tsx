/**
 * Units: made, renamed and closed by the system administrator. Closing one takes its accounts and tokens with it.
 */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Form, Input } from "antd";
import { useState } from "react";
import type { UnitView } from "../../../../api/access-schemas.ts";
import { accountsQuery, unitsQuery } from "../../data/admin-queries.ts";
import { send } from "../../data/client.ts";
import { useMay, useSession } from "../../data/session.tsx";
import { formatDateTime } from "../../format/time.ts";
import { phraseFor } from "../../language/language.ts";
import { useSpeech } from "../../language/language-context.tsx";
import { Outcome, useAct } from "../../parts/act.tsx";
import { Answer } from "../../parts/waiting.tsx";
import { Confirmed } from "./confirmed.tsx";
import { UnitForm } from "./unit-form.tsx";

export function UnitList() {
  const { t } = useSpeech();
  const units = useQuery(unitsQuery);
  const accounts = useQuery(accountsQuery).data?.items ?? [];
  const mayManage = useMay("accounts:manage");
  const [isMaking, setMaking] = useState(false);
  const openIn = (id: string) => accounts.filter(({ unit, closedAt }) => unit === id && closedAt === null).length;
  return (
    <Answer query={units}>
      {({ items }) => (
        <>
          {mayManage && !isMaking && (
            <p className="acts">
              <Button type="primary" onClick={() => setMaking(true)} data-testid="new-unit">
                {t("unit.new")}
              </Button>
            </p>
          )}
          {isMaking && <UnitForm close={() => setMaking(false)} />}
          <div className="cards">
            {items.toSorted(openFirst).map((unit) => (
              <UnitCard key={unit.id} unit={unit} accounts={openIn(unit.id)} mayManage={mayManage} />
            ))}
          </div>
        </>
      )}
    </Answer>
  );
}

function openFirst(a: UnitView, b: UnitView): number {
  return Number(a.closedAt !== null) - Number(b.closedAt !== null) || a.name.localeCompare(b.name, "zh-CN");
}

function UnitCard({ unit, accounts, mayManage }: { unit: UnitView; accounts: number; mayManage: boolean }) {
  const { t, language } = useSpeech();
  const { id, name, department, level, county, closedAt } = unit;
  return (
    <article className="card" data-testid={`unit-${id}`}>
      <div className="card-head">
        <h3>{name}</h3>
        <span className="faint">
          {closedAt === null
            ? t("unit.accounts", { count: accounts })
            : t("unit.closedAt", { time: formatDateTime(closedAt) })}
        </span>
      </div>
      <p>
        {[phraseFor(language, "department", department), phraseFor(language, "unit.level", level), county]
          .filter((part) => typeof part === "string")
          .join(" · ")}
      </p>
      <p className="code faint">{id}</p>
      {mayManage && closedAt === null && <UnitActs unit={unit} accounts={accounts} />}
    </article>
  );
}

function UnitActs({ unit: { id, name }, accounts }: { unit: UnitView; accounts: number }) {
  const { t } = useSpeech();
  const own = useSession().unit;
  const cache = useQueryClient();
  const [act, outcome] = useAct();
  const [isRenaming, setRenaming] = useState(false);
  const change = (method: "PATCH" | "POST", path: string, body?: object) =>
    act(async () => {
      await send(method, `/units/${id}${path}`, body);
      setRenaming(false);
      for (const key of ["units", "accounts", "tokens"]) await cache.invalidateQueries({ queryKey: [key] });
    });
  return (
    <>
      {isRenaming ? (
        <Form<{ name: string }>
          layout="inline"
          className="unit-rename"
          initialValues={{ name }}
          onFinish={(fields) => void change("PATCH", "", fields)}
        >
          <Form.Item name="name" rules={[{ required: true, min: 2, max: 60, message: t("unit.name") }]}>
            <Input aria-label={t("unit.name")} size="small" />
          </Form.Item>
          <Button size="small" type="primary" htmlType="submit" data-testid="save-unit">
            {t("own.save")}
          </Button>
        </Form>
      ) : (
        <div className="acts">
          <Button size="small" onClick={() => setRenaming(true)} data-testid="rename-unit">
            {t("unit.rename")}
          </Button>
          {own !== name && (
            <Confirmed
              label={t("unit.close")}
              sure={t("unit.closeSure", { count: accounts })}
              run={() => void change("POST", "/closure")}
            />
          )}
        </div>
      )}
      <Outcome of={outcome} />
    </>
  );
}
