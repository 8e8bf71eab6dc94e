/**
 * A unit that is new: its department, its level, and of a county its code.
 */
import { useQueryClient } from "@tanstack/react-query";
import { Button, Form, Input, Segmented, Select } from "antd";
import type { UnitView } from "../../../../api/access-schemas.ts";
import { send } from "../../data/client.ts";
import { useSpeech } from "../../language/language-context.tsx";
import { Outcome, useAct } from "../../parts/act.tsx";
import { DEPARTMENTS } from "../../parts/departments.ts";
import { Panel } from "../../parts/panel.tsx";

type Fields = Pick<UnitView, "id" | "name" | "department" | "level"> & { county?: string };

const LEVELS = ["prefecture", "county", "provider"] as const;

export function UnitForm({ close }: { close: () => void }) {
  const { t } = useSpeech();
  const cache = useQueryClient();
  const [form] = Form.useForm<Fields>();
  const [act, outcome] = useAct();
  const level = Form.useWatch("level", form) ?? "county";
  const make = ({ county = null, ...unit }: Omit<Fields, "county"> & { county?: string | null }) =>
    act(async () => {
      await send("POST", "/units", { ...unit, county: unit.level === "county" ? county : null });
      await cache.invalidateQueries({ queryKey: ["units"] });
      close();
    });
  const needed = (what: string) => [{ required: true, message: what }];
  return (
    <Panel title={t("unit.new")} className="request-form">
      <Form<Fields>
        form={form}
        layout="vertical"
        requiredMark={false}
        initialValues={{ level: "county" }}
        onFinish={make}
        data-testid="unit-form"
      >
        <Form.Item name="name" label={t("unit.name")} rules={needed(t("unit.name"))}>
          <Input maxLength={60} />
        </Form.Item>
        <Form.Item
          name="id"
          label={t("unit.id")}
          extra={t("unit.idRule")}
          rules={[{ required: true, pattern: /^[a-z0-9][a-z0-9-]{1,39}$/, message: t("unit.idRule") }]}
        >
          <Input maxLength={40} />
        </Form.Item>
        <Form.Item name="department" label={t("unit.department")} rules={needed(t("unit.department"))}>
          <Select
            data-testid="unit-department"
            options={DEPARTMENTS.map((value) => ({ value, label: t(`department.${value}`) }))}
          />
        </Form.Item>
        <Form.Item name="level" label={t("unit.level")}>
          <Segmented options={LEVELS.map((value) => ({ value, label: t(`unit.level.${value}`) }))} />
        </Form.Item>
        {level === "county" && (
          <Form.Item
            name="county"
            label={t("unit.county")}
            rules={[{ required: true, pattern: /^\d{6}$/, message: t("unit.county") }]}
          >
            <Input inputMode="numeric" maxLength={6} placeholder="532801" />
          </Form.Item>
        )}
        <div className="acts">
          <Button type="primary" htmlType="submit" loading={outcome.busy} data-testid="make-unit">
            {t("unit.make")}
          </Button>
          <Button onClick={close}>{t("common.no")}</Button>
        </div>
      </Form>
      <Outcome of={outcome} />
    </Panel>
  );
}
