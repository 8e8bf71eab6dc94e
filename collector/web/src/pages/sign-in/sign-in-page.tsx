/**
 * Signing in: name, password and code in one form. The answer to anything wrong is one and the same.
 */
import { useQueryClient } from "@tanstack/react-query";
import { Alert, Button, Form, Input } from "antd";
import { useState } from "react";
import type { Session } from "../../../../api/schemas.ts";
import { ApiError, send } from "../../data/client.ts";
import { changePerson } from "../../data/session.tsx";
import type { Phrase } from "../../language/language.ts";
import { useSpeech } from "../../language/language-context.tsx";
import { BrandMark, LanguageSwitch } from "../../shell/top-bar.tsx";
import "./sign-in.css";

interface Fields {
  login: string;
  password: string;
  code?: string;
}

const REFUSALS: Record<number, Phrase> = { 429: "signIn.tooMany", 503: "signIn.busy" };

export function SignInPage() {
  const { t } = useSpeech();
  const cache = useQueryClient();
  const [refusal, setRefusal] = useState<Phrase>();
  const [busy, setBusy] = useState(false);
  const go = async ({ login, password, code }: Fields) => {
    setBusy(true);
    setRefusal(undefined);
    try {
      const body = { login: login.trim(), password, ...(code ? { code } : {}) };
      const session = await send<Session>("POST", "/session", body);
      changePerson(cache, session ?? null);
    } catch (error) {
      const status = error instanceof ApiError ? error.problem?.status : undefined;
      setRefusal(status === undefined ? "error.network" : (REFUSALS[status] ?? "signIn.refused"));
    } finally {
      setBusy(false);
    }
  };
  return (
    <main className="sign-in">
      <title>{`${t("signIn.title")} · ${t("product.name")}`}</title>
      <div className="sign-in-brand">
        <BrandMark />
        <span>{t("product.name")}</span>
        <LanguageSwitch />
      </div>
      <section className="panel sign-in-panel">
        <h1>{t("signIn.title")}</h1>
        {refusal !== undefined && <Alert type="error" showIcon title={t(refusal)} data-testid="refusal" />}
        <Form<Fields> layout="vertical" requiredMark={false} onFinish={(fields) => void go(fields)}>
          <Form.Item name="login" label={t("signIn.login")} rules={[{ required: true, message: t("signIn.login") }]}>
            <Input size="large" autoComplete="username" autoCapitalize="none" spellCheck={false} autoFocus />
          </Form.Item>
          <Form.Item
            name="password"
            label={t("signIn.password")}
            rules={[{ required: true, message: t("signIn.password") }]}
          >
            <Input.Password size="large" autoComplete="current-password" />
          </Form.Item>
          <Form.Item name="code" label={t("signIn.code")} extra={t("signIn.codeHelp")}>
            <Input size="large" inputMode="numeric" maxLength={6} autoComplete="one-time-code" className="code" />
          </Form.Item>
          <Button type="primary" size="large" block htmlType="submit" loading={busy} data-testid="sign-in">
            {t("signIn.go")}
          </Button>
        </Form>
        <p className="faint">{t("signIn.notice")}</p>
      </section>
    </main>
  );
}
