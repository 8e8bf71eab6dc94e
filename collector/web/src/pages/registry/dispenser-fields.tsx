/** What will stand there after the work: the dispenser with its nozzles. Part of the form of a change. */
import { Button, Form, Input, Select } from "antd";
import type { RegistryEntry } from "../../../../api/registry-schemas.ts";
import { useSpeech } from "../../language/language-context.tsx";

const NOZZLE = /^N[0-9]{2}$/;

export function DispenserFields({ tanks }: { tanks: RegistryEntry["entry"]["tanks"] }) {
  const { t } = useSpeech();
  return (
    <fieldset className="dispenser-fields">
      <legend>{t("change.dispenser")}</legend>
      <div className="form-pair">
        <Form.Item name="maker" label={t("field.maker")}>
          <Input maxLength={50} />
        </Form.Item>
        <Form.Item name="model" label={t("field.model")}>
          <Input maxLength={50} />
        </Form.Item>
        <Form.Item name="serial" label={t("field.serial")}>
          <Input maxLength={50} data-testid="change-serial" />
        </Form.Item>
        <Form.Item name="verifiedUntil" label={t("field.verifiedUntil")}>
          <input type="date" className="day-field" />
        </Form.Item>
      </div>
      <Nozzles tanks={tanks} />
    </fieldset>
  );
}

function Nozzles({ tanks }: { tanks: RegistryEntry["entry"]["tanks"] }) {
  const { t } = useSpeech();
  const needed = [{ required: true, message: t("change.required") }];
  const grades = [...new Set(tanks.map(({ grade }) => grade))];
  return (
    <Form.List name="nozzles">
      {(fields, { add, remove }) => (
        <>
          {fields.map(({ key, name }) => (
            <div className="nozzle-fields" key={key}>
              <Form.Item
                name={[name, "nozzle"]}
                label={t("change.nozzle")}
                rules={[...needed, { pattern: NOZZLE, message: "N01…" }]}
              >
                <Input maxLength={3} placeholder="N07" data-testid={`nozzle-${name}`} />
              </Form.Item>
              <Form.Item name={[name, "grade"]} label={t("field.grade")} rules={needed}>
                <Select options={grades.map((value) => ({ value, label: value }))} />
              </Form.Item>
              <Form.Item name={[name, "tank"]} label={t("field.tank")} rules={needed}>
                <Select options={tanks.map(({ tank }) => ({ value: tank, label: tank }))} />
              </Form.Item>
              <Form.Item name={[name, "price"]} label={t("change.price")}>
                <Input inputMode="decimal" maxLength={7} />
              </Form.Item>
              {fields.length > 1 && (
                <Button size="small" aria-label={t("change.removeNozzle")} onClick={() => remove(name)}>
                  ×
                </Button>
              )}
            </div>
          ))}
          <Button size="small" onClick={() => add({})}>
            {t("change.addNozzle")}
          </Button>
        </>
      )}
    </Form.List>
  );
}
