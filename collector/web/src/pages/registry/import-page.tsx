/** Importing a file: it is tried first, every wrong row is shown with its cure, and only then it is carried out. */
import { useQueryClient } from "@tanstack/react-query";
import { Alert, Button, Checkbox, Input, Select } from "antd";
import { type DragEvent, useRef, useState } from "react";
import type { ImportResult } from "../../../../api/registry-schemas.ts";
import { useSpeech } from "../../language/language-context.tsx";
import { Outcome, useAct } from "../../parts/act.tsx";
import { Panel } from "../../parts/panel.tsx";
import { ImportErrors } from "./import-errors.tsx";
import { sendImport } from "./registry-data.ts";
import { Sections } from "./sections.tsx";

const TABLES = ["stations", "tanks", "dispensers", "nozzles", "seals", "gateways", "charts"] as const;

export default function ImportPage() {
  const { t } = useSpeech();
  const [table, setTable] = useState<string>();
  const [tried, setTried] = useState<{ file: File; report: ImportResult }>();
  const [act, outcome] = useAct();
  const attempt = (file: File) => {
    setTried(undefined);
    return act(async () => {
      setTried({ file, report: await sendImport(file, { table, dryRun: true, allOrNothing: false, why: "" }) });
    });
  };
  return (
    <>
      <Sections title={t("import.title")} />
      <div className="import-top">
        <FileField busy={outcome.busy} take={attempt} />
        <div className="import-side">
          <div className="labelled">
            <span id="import-table">{t("import.table")}</span>
            <Select
              aria-labelledby="import-table"
              allowClear
              placeholder={t("import.table.auto")}
              value={table ?? null}
              onChange={(value: string | null) => setTable(value ?? undefined)}
              options={TABLES.map((value) => ({ value, label: t(`import.table.${value}`) }))}
            />
          </div>
          <div>
            <h2>{t("import.templates")}</h2>
            <p className="import-templates">
              <a href="/api/v1/registry/template?form=xlsx">{t("import.template.xlsx")}</a>
              {TABLES.map((name) => (
                <a key={name} href={`/api/v1/registry/template?form=csv&table=${name}`}>
                  {t(`import.table.${name}`)} CSV
                </a>
              ))}
            </p>
          </div>
        </div>
      </div>
      <Outcome of={outcome} />
      {tried !== undefined && <Tried key={tried.file.name} {...tried} table={table} />}
    </>
  );
}

function FileField({ busy, take }: { busy: boolean; take: (file: File) => void }) {
  const { t } = useSpeech();
  const field = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    const file = event.dataTransfer.files[0];
    if (file !== undefined) take(file);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the button inside does the same for everybody
    <div
      className={`drop ${over ? "drop-over" : ""}`}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <input
        ref={field}
        type="file"
        accept=".csv,.xlsx"
        className="unseen"
        aria-label={t("import.choose")}
        data-testid="import-file"
        onChange={({ target }) => {
          const file = target.files?.[0];
          // The same file may be chosen again once it was mended.
          target.value = "";
          if (file !== undefined) take(file);
        }}
      />
      <Button type="primary" loading={busy} onClick={() => field.current?.click()}>
        {t(busy ? "import.checking" : "import.choose")}
      </Button>
      <p className="faint">{t("import.drop")}</p>
    </div>
  );
}

function Tried({ file, report, table }: { file: File; report: ImportResult; table: string | undefined }) {
  const { t } = useSpeech();
  const cache = useQueryClient();
  const [why, setWhy] = useState("");
  const [allOrNothing, setAllOrNothing] = useState(false);
  const [applied, setApplied] = useState<ImportResult>();
  const [act, outcome] = useAct();
  const apply = () =>
    act(async () => {
      const done = await sendImport(file, { table, dryRun: false, allOrNothing, why });
      if (done.applied) setApplied(done);
      await cache.invalidateQueries();
    });
  const changes = report.stations.added.length + report.stations.changed.length;
  const isHeld = allOrNothing && report.errorCount > 0;
  const counts = (of: ImportResult) => ({ added: of.stations.added.length, changed: of.stations.changed.length });
  return (
    <>
      <Panel title={t("import.report")} note={file.name}>
        <Figures report={report} />
        {applied !== undefined ? (
          <Alert type="success" showIcon title={t("import.done", counts(applied))} data-testid="import-done" />
        ) : changes === 0 ? (
          <Alert type="info" showIcon title={t("import.nothing")} />
        ) : (
          <div className="import-apply">
            <div className="labelled">
              <span id="import-why">{t("import.why")}</span>
              <Input
                aria-labelledby="import-why"
                value={why}
                maxLength={1_000}
                onChange={({ target }) => setWhy(target.value)}
                data-testid="import-why"
              />
            </div>
            <Checkbox checked={allOrNothing} onChange={({ target }) => setAllOrNothing(target.checked)}>
              {t("import.allOrNothing")}
            </Checkbox>
            <Button
              type="primary"
              disabled={why.trim().length < 2 || isHeld}
              loading={outcome.busy}
              onClick={apply}
              data-testid="import-apply"
            >
              {t("import.apply")}
            </Button>
          </div>
        )}
        <Outcome of={outcome} />
      </Panel>
      {report.errorCount === 0 ? (
        <p className="import-clean tone-good">{t("import.clean")}</p>
      ) : (
        <ImportErrors errors={report.errors} count={report.errorCount} />
      )}
    </>
  );
}

function Figures({ report }: { report: ImportResult }) {
  const { t } = useSpeech();
  const { rows, good, refused, stations } = report;
  const figures = [
    ["rows", rows],
    ["good", good],
    ["refused", refused],
    ["added", stations.added.length],
    ["changed", stations.changed.length],
    ["unchanged", stations.unchanged.length],
  ] as const;
  return (
    <dl className="totals import-figures">
      {figures.map(([name, value]) => (
        <div key={name}>
          <dt>{t(`import.${name}`)}</dt>
          <dd className={name === "refused" && value > 0 ? "tone-bad" : ""} data-testid={`import-${name}`}>
            {value}
          </dd>
        </div>
      ))}
    </dl>
  );
}
