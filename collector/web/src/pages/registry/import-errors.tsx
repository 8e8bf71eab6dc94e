/** What is wrong with a file, row by row, with how to mend it. */
import type { ImportResult } from "../../../../api/registry-schemas.ts";
import { useSpeech } from "../../language/language-context.tsx";
import { Panel } from "../../parts/panel.tsx";
import { useNarrow } from "../../parts/use-narrow.ts";

type RowError = ImportResult["errors"][number];

export function ImportErrors({ errors, count }: { errors: RowError[]; count: number }) {
  const { t } = useSpeech();
  return (
    <Panel
      title={t("import.errors")}
      note={count > errors.length ? t("import.more", { count: count - errors.length }) : count}
    >
      {useNarrow() ? <Cards errors={errors} /> : <Rows errors={errors} />}
    </Panel>
  );
}

const keyOf = ({ sheet, line, column, message }: RowError) => `${sheet}:${line}:${column}:${message.en}`;

function Rows({ errors }: { errors: RowError[] }) {
  const { t, language } = useSpeech();
  return (
    <table className="registry-table import-errors">
      <thead>
        <tr>
          <th>{t("import.sheet")}</th>
          <th className="number">{t("import.line")}</th>
          <th>{t("import.column")}</th>
          <th>{t("import.value")}</th>
          <th>{t("import.message")}</th>
          <th>{t("import.cure")}</th>
        </tr>
      </thead>
      <tbody>
        {errors.map((error) => (
          <tr key={keyOf(error)} data-testid="import-error">
            <td>{error.sheet}</td>
            <td className="number">{error.line}</td>
            <td>{error.column ?? "–"}</td>
            <td className="code">{error.value ?? "–"}</td>
            <td className="tone-bad">{error.message[language]}</td>
            <td>{error.cure[language]}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Cards({ errors }: { errors: RowError[] }) {
  const { t, language } = useSpeech();
  return (
    <ul className="registry-cards">
      {errors.map((error) => (
        <li key={keyOf(error)} data-testid="import-error">
          <p className="faint">
            {error.sheet} · {t("import.line")} {error.line} · {error.column ?? t("import.wholeSheet")}
          </p>
          <p className="tone-bad">{error.message[language]}</p>
          <p>{error.cure[language]}</p>
        </li>
      ))}
    </ul>
  );
}
