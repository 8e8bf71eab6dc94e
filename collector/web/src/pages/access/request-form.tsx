/**
 * Asking for access for a person or a program of a unit.
 */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Form, Input, Segmented, Select } from "antd";
import { rolesQuery, unitsQuery } from "../../data/admin-queries.ts";
import { send } from "../../data/client.ts";
import { useSpeech } from "../../language/language-context.tsx";
import { Outcome, useAct } from "../../parts/act.tsx";
import { Panel } from "../../parts/panel.tsx";

interface Fields {
  kind: "person" | "machine";
  unit: string;
  login: string;
  name: string;
  roles?: string[];
  functions?: string[];
  reason: string;
}

export function RequestForm({ close }: { close: () => void }) {
  const { t, language } = useSpeech();
  const cache = useQueryClient();
  const [form] = Form.useForm<Fields>();
  const [act, outcome] = useAct();
  const units = useQuery(unitsQuery).data?.items ?? [];
  const roles = useQuery(rolesQuery).data?.items ?? [];
  const kind = Form.useWatch("kind", form) ?? "person";
  const chosen = Form.useWatch("unit", form);
  const unit = units.find(({ id }) => id === chosen);
  const suiting = roles.filter(
    ({ departments, levels }) =>
      unit !== undefined &&
      levels.includes(unit.level) &&
      (departments === "all" || departments.includes(unit.department)),
  );
  const functions = [...new Set(suiting.flatMap((role) => role.functions))].sort();
  const file = (fields: Fields) =>
    act(async () => {
      await send("POST", "/access-requests", fields);
      await cache.invalidateQueries({ queryKey: ["access-requests"] });
      form.resetFields();
    });
  const needed = [{ required: true, message: t("access.title") }];
  return (
    <Panel title={t("access.new")} className="request-form">
      <Form<Fields>
        form={form}
        layout="vertical"
        requiredMark={false}
        initialValues={{ kind: "person" }}
        onFinish={file}
        data-testid="request-form"
      >
        <Form.Item name="kind" label={t("access.kind")}>
          <Segmented
            options={[
              { value: "person", label: t("access.person") },
              { value: "machine", label: t("access.machine") },
            ]}
          />
        </Form.Item>
        <Form.Item name="unit" label={t("access.unit")} rules={needed}>
          <Select options={units.map(({ id, name }) => ({ value: id, label: name }))} data-testid="unit" />
        </Form.Item>
        <Form.Item
          name="login"
          label={t("access.login")}
          extra={t("access.loginRule")}
          rules={[{ pattern: /^[a-z][a-z0-9._-]{2,31}$/, required: true, message: t("access.loginRule") }]}
        >
          <Input autoComplete="off" autoCapitalize="none" spellCheck={false} />
        </Form.Item>
        <Form.Item name="name" label={t(kind === "person" ? "access.realName" : "access.purpose")} rules={needed}>
          <Input autoComplete="off" maxLength={40} />
        </Form.Item>
        {kind === "person" ? (
          <Form.Item name="roles" label={t("access.roles")} rules={needed}>
            <Select
              mode="multiple"
              data-testid="roles"
              options={suiting.map(({ id, nameZh, nameEn }) => ({
                value: id,
                label: language === "zh" ? nameZh : nameEn,
              }))}
            />
          </Form.Item>
        ) : (
          <Form.Item name="functions" label={t("access.functions")} rules={needed}>
            <Select mode="multiple" options={functions.map((value) => ({ value, label: value }))} />
          </Form.Item>
        )}
        <Form.Item name="reason" label={t("access.reason")} rules={needed}>
          <Input.TextArea rows={2} maxLength={500} />
        </Form.Item>
        <Outcome of={outcome} done={t("access.filed")} />
        <div className="acts">
          <Button type="primary" htmlType="submit" loading={outcome.busy} data-testid="file-request">
            {t("access.file")}
          </Button>
          <Button onClick={close}>{t("common.back")}</Button>
        </div>
      </Form>
    </Panel>
  );
}
