/**
 * Setting up one-time codes: a picture to scan, and the first code to prove that it was.
 */
import { useQueryClient } from "@tanstack/react-query";
import { Button, Form, Input, QRCode } from "antd";
import { useState } from "react";
import { send } from "../../data/client.ts";
import { useSession } from "../../data/session.tsx";
import { useSpeech } from "../../language/language-context.tsx";
import { Outcome, useAct } from "../../parts/act.tsx";

interface Begun {
  secret: string;
  uri: string;
}

export function FactorForm() {
  const { t } = useSpeech();
  const { hasSecondFactor } = useSession();
  const cache = useQueryClient();
  const [begun, setBegun] = useState<Begun>();
  const [act, outcome] = useAct();
  const begin = ({ code }: { code?: string }) =>
    act(async () => setBegun(await send<Begun>("POST", "/own/second-factor", code ? { code } : {})));
  const confirm = ({ code }: { code: string }) =>
    act(async () => {
      await send("PUT", "/own/second-factor", { code });
      setBegun(undefined);
      await cache.invalidateQueries({ queryKey: ["session"] });
    });
  if (begun === undefined) {
    return (
      <Form<{ code?: string }> layout="vertical" onFinish={begin} className="factor">
        {hasSecondFactor && <CodeField label={t("own.factorNow")} />}
        <Outcome of={outcome} done={undefined} />
        <Button htmlType="submit" loading={outcome.busy} data-testid="begin-factor">
          {t(hasSecondFactor ? "own.factorAgain" : "own.factorBegin")}
        </Button>
      </Form>
    );
  }
  return (
    <Form<{ code: string }> layout="vertical" onFinish={confirm} className="factor">
      <p>{t("own.factorScan")}</p>
      <QRCode value={begun.uri} size={184} type="svg" />
      <p className="faint">
        {t("own.factorSecret")}
        {": "}
        <span className="code" data-testid="factor-secret">
          {begun.secret}
        </span>
      </p>
      <CodeField label={t("signIn.code")} />
      <Outcome of={outcome} done={undefined} />
      <Button type="primary" htmlType="submit" loading={outcome.busy} data-testid="confirm-factor">
        {t("own.confirm")}
      </Button>
    </Form>
  );
}

function CodeField({ label }: { label: string }) {
  return (
    <Form.Item name="code" label={label} rules={[{ pattern: /^\d{6}$/, message: "123456" }]}>
      <Input inputMode="numeric" maxLength={6} autoComplete="one-time-code" className="code" />
    </Form.Item>
  );
}
