/** Filing a change of equipment: what will be done, when, on which work order, and what will stand there afterwards. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Form, Input, Select } from "antd";
import { Link, useNavigate, useParams } from "react-router";
import type { RegistryEntry } from "../../../../api/registry-schemas.ts";
import { send } from "../../data/client.ts";
import { useSpeech } from "../../language/language-context.tsx";
import { Outcome, useAct } from "../../parts/act.tsx";
import { stationName } from "../../parts/station-names.ts";
import { Answer } from "../../parts/waiting.tsx";
import { type ChangeFields, KINDS, orderOf, subjectsOf } from "./change-order.ts";
import { fieldOf } from "./days.ts";
import { DispenserFields } from "./dispenser-fields.tsx";
import { entryQuery } from "./registry-data.ts";
import "./registry.css";

const HOUR_MS = 3_600_000;

export default function ChangeFormPage() {
  const { t, language } = useSpeech();
  const { id = "" } = useParams();
  const entry = useQuery(entryQuery(id));
  return (
    <>
      <title>{`${t("change.title")} · ${t("product.name")}`}</title>
      <Link className="back" to={`/registry/${id}`}>
        ← {entry.data === undefined ? id : stationName(entry.data.entry, language)}
      </Link>
      <h1>{t("change.title")}</h1>
      <section className="panel change-form" aria-label={t("change.title")}>
        <Answer query={entry} notFound={t("error.stationNotFound")}>
          {(data) => <ChangeForm data={data} />}
        </Answer>
      </section>
    </>
  );
}

function ChangeForm({ data: { entry } }: { data: RegistryEntry }) {
  const { t } = useSpeech();
  const navigate = useNavigate();
  const cache = useQueryClient();
  const [form] = Form.useForm<ChangeFields>();
  const [act, outcome] = useAct();
  const kind = Form.useWatch("kind", form) ?? KINDS[0];
  const required = [{ required: true, message: t("change.required") }];
  const file = (fields: ChangeFields) =>
    act(async () => {
      await send("POST", "/registry/changes", orderOf(entry.id, fields));
      await cache.invalidateQueries({ queryKey: ["registry-changes"] });
      await navigate(`/registry/${entry.id}`);
    });
  /** Another kind is about other things; what replaces a dispenser begins as what stands there. */
  const adjust = (changed: Partial<ChangeFields>, all: ChangeFields) => {
    if (changed.kind !== undefined) form.setFieldsValue({ subject: "", nozzles: [{}] });
    const standing = entry.dispensers.find(({ device }) => device === changed.subject);
    if (all.kind !== "dispenser-replaced" || standing === undefined) return;
    const { maker = "", model = "", nozzles } = standing;
    const priced = nozzles.map(({ unitPriceFen, ...one }) => ({
      ...one,
      ...(unitPriceFen !== undefined && { price: (unitPriceFen / 100).toFixed(2) }),
    }));
    form.setFieldsValue({ maker, model, nozzles: priced });
  };
  const initial = {
    kind: KINDS[0],
    nozzles: [{}],
    from: fieldOf(Date.now()),
    until: fieldOf(Date.now() + 4 * HOUR_MS),
  };
  const tells = kind === "dispenser-added" || kind === "dispenser-replaced";
  return (
    <Form<ChangeFields>
      form={form}
      layout="vertical"
      requiredMark={false}
      initialValues={initial}
      onValuesChange={adjust}
      onFinish={file}
    >
      <Form.Item name="kind" label={t("change.kind")}>
        <Select options={KINDS.map((value) => ({ value, label: t(`change.kind.${value}`) }))} />
      </Form.Item>
      {kind === "dispenser-added" ? (
        <Form.Item name="subject" label={t("change.newDevice")} rules={required}>
          <Input maxLength={32} placeholder="tax-3" data-testid="change-device" />
        </Form.Item>
      ) : (
        <Form.Item name="subject" label={t("change.subject")} rules={required}>
          <Select options={subjectsOf(kind, entry).map((value) => ({ value, label: value }))} />
        </Form.Item>
      )}
      <Form.Item name="workOrder" label={t("change.workOrder")} rules={required}>
        <Input maxLength={40} data-testid="change-order" />
      </Form.Item>
      <div className="form-pair">
        <Form.Item name="from" label={t("change.from")} rules={required}>
          <input type="datetime-local" className="day-field" />
        </Form.Item>
        <Form.Item name="until" label={t("change.until")} rules={required}>
          <input type="datetime-local" className="day-field" />
        </Form.Item>
      </div>
      <Form.Item name="why" label={t("change.why")} rules={required}>
        <Input.TextArea maxLength={1_000} autoSize={{ minRows: 2 }} data-testid="change-why" />
      </Form.Item>
      {tells && <DispenserFields tanks={entry.tanks} />}
      {kind === "seal-opened" && (
        <Form.Item name="sealNumber" label={t("change.sealNumber")}>
          <Input maxLength={50} />
        </Form.Item>
      )}
      {kind === "chart-changed" && <p className="faint">{t("change.chartNote")}</p>}
      <p className="faint">{t("change.filedNote")}</p>
      <Outcome of={outcome} />
      <Button type="primary" htmlType="submit" loading={outcome.busy} data-testid="submit-change">
        {t("change.submit")}
      </Button>
    </Form>
  );
}
