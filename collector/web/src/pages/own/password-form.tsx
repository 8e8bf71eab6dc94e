/**
 * Choosing another password.
 */
import { useQueryClient } from "@tanstack/react-query";
import { Button, Form, Input } from "antd";
import { send } from "../../data/client.ts";
import { useSession } from "../../data/session.tsx";
import { useSpeech } from "../../language/language-context.tsx";
import { Outcome, useAct } from "../../parts/act.tsx";

interface Fields {
  current: string;
  next: string;
  again: string;
}

export function PasswordForm() {
  const { t } = useSpeech();
  const { passwordCharacters } = useSession();
  const cache = useQueryClient();
  const [form] = Form.useForm<Fields>();
  const [act, outcome] = useAct();
  const save = ({ current, next }: Fields) =>
    act(async () => {
      await send("POST", "/own/password", { current, next });
      form.resetFields();
      await cache.invalidateQueries({ queryKey: ["session"] });
    });
  const required = [{ required: true, message: t("signIn.password") }];
  return (
    <Form<Fields> form={form} layout="vertical" requiredMark={false} onFinish={save}>
      <Form.Item name="current" label={t("own.current")} rules={required}>
        <Input.Password autoComplete="current-password" />
      </Form.Item>
      <Form.Item
        name="next"
        label={t("own.next")}
        rules={required}
        extra={t("own.passwordRule", { characters: passwordCharacters })}
      >
        <Input.Password autoComplete="new-password" />
      </Form.Item>
      <Form.Item
        name="again"
        label={t("own.again")}
        dependencies={["next"]}
        rules={[
          {
            validator: (_rule, value) =>
              value === form.getFieldValue("next") ? Promise.resolve() : Promise.reject(new Error(t("own.notSame"))),
          },
        ]}
      >
        <Input.Password autoComplete="new-password" />
      </Form.Item>
      <Outcome of={outcome} done={t("own.saved")} />
      <Button type="primary" htmlType="submit" loading={outcome.busy} data-testid="save-password">
        {t("own.save")}
      </Button>
    </Form>
  );
}
