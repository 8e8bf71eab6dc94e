/**
 * Working days: what differs from the day of the week, and a word when the calendar ends.
 */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Alert, Button, Form, Input, InputNumber, Segmented, Table } from "antd";
import { calendarQuery } from "../../data/admin-queries.ts";
import { send } from "../../data/client.ts";
import { useSpeech } from "../../language/language-context.tsx";
import { Outcome, useAct } from "../../parts/act.tsx";
import { Answer } from "../../parts/waiting.tsx";

interface Fields {
  day: string;
  working: boolean;
  name?: string;
}

export function CalendarPart() {
  const { t } = useSpeech();
  const cache = useQueryClient();
  const calendar = useQuery(calendarQuery);
  const [act, outcome] = useAct();
  const change = (method: "PUT" | "DELETE", path: string, body?: object) =>
    void act(async () => {
      await send(method, `/calendar/${path}`, body);
      await cache.invalidateQueries({ queryKey: ["calendar"] });
      await cache.invalidateQueries({ queryKey: ["session"] });
    });
  return (
    <Answer query={calendar}>
      {({ until, endsSoon, days }) => (
        <>
          {endsSoon && <Alert type="warning" showIcon title={t("calendar.endsSoon")} data-testid="calendar-ends" />}
          <p>{t("calendar.until", { day: until ?? t("common.none") })}</p>
          <Form<Fields>
            layout="inline"
            className="audit-filter"
            initialValues={{ working: false }}
            onFinish={({ day, working, name }) => change("PUT", `days/${day}`, { working, name: name ?? "" })}
          >
            <Form.Item name="day" rules={[{ required: true, message: t("calendar.day") }]}>
              <Input type="date" aria-label={t("calendar.day")} />
            </Form.Item>
            <Form.Item name="working">
              <Segmented
                options={[
                  { value: false, label: t("calendar.holiday") },
                  { value: true, label: t("calendar.working") },
                ]}
              />
            </Form.Item>
            <Form.Item name="name">
              <Input placeholder={t("calendar.name")} maxLength={40} />
            </Form.Item>
            <Button htmlType="submit">{t("calendar.set")}</Button>
          </Form>
          <Form<{ year: number }>
            layout="inline"
            className="audit-filter"
            onFinish={({ year }) => change("PUT", `years/${year}`)}
          >
            <Form.Item name="year" rules={[{ required: true, message: t("calendar.year") }]}>
              <InputNumber min={2020} max={2099} placeholder={t("calendar.year")} />
            </Form.Item>
            <Button htmlType="submit">{t("calendar.enter")}</Button>
          </Form>
          <Outcome of={outcome} />
          <Table
            size="small"
            rowKey="day"
            dataSource={days.toReversed()}
            pagination={{ pageSize: 30, showSizeChanger: false }}
            columns={[
              { title: t("calendar.day"), dataIndex: "day" },
              {
                key: "working",
                render: (_value, { working }) => t(working ? "calendar.working" : "calendar.holiday"),
              },
              { title: t("calendar.name"), dataIndex: "name" },
              {
                key: "clear",
                render: (_value, { day }) => (
                  <Button size="small" onClick={() => change("DELETE", `days/${day}`)}>
                    {t("calendar.clear")}
                  </Button>
                ),
              },
            ]}
          />
        </>
      )}
    </Answer>
  );
}
