/** Every version of a station's entry, the newest first: what changed, since when, by whom and why. */
import { useQuery } from "@tanstack/react-query";
import type { RegistryVersion } from "../../../../api/registry-schemas.ts";
import { formatDateTime } from "../../format/time.ts";
import { type Language, phraseFor } from "../../language/language.ts";
import { useSpeech } from "../../language/language-context.tsx";
import { Panel } from "../../parts/panel.tsx";
import { Answer } from "../../parts/waiting.tsx";
import { historyQuery } from "./registry-data.ts";

/** Of a version that brings a whole station, so many changes are shown at first. */
const FIRST_CHANGES = 6;

export function History({ station }: { station: string }) {
  const { t } = useSpeech();
  const history = useQuery(historyQuery(station));
  return (
    <Panel title={t("entry.history")} note={t("entry.historyNote")} className="entry-below">
      <Answer query={history}>
        {({ items }) => (
          <ol className="versions">
            {items.map((version) => (
              <Version key={version.version} version={version} />
            ))}
          </ol>
        )}
      </Answer>
    </Panel>
  );
}

function Version({ version: { version, from, changedAt, by, why, change, changes } }: { version: RegistryVersion }) {
  const { t } = useSpeech();
  const rest = changes.slice(FIRST_CHANGES);
  return (
    <li data-testid={`version-${version}`}>
      <p>
        <b>{t("entry.version", { version, time: formatDateTime(changedAt), by, why })}</b>
        {change !== null && <span className="flag-state"> {t("entry.carriedOut")}</span>}
      </p>
      <p className="faint">{from === null ? t("entry.fromStart") : t("entry.from", { time: formatDateTime(from) })}</p>
      <ChangeLines changes={changes.slice(0, FIRST_CHANGES)} />
      {rest.length > 0 && (
        <details>
          <summary>{t("import.more", { count: rest.length })}</summary>
          <ChangeLines changes={rest} />
        </details>
      )}
    </li>
  );
}

/** The fields of a part that came or went, `grade 92#; tank T1`, with their names in the reader's language. */
function inWords(summary: string, language: Language): string {
  return summary
    .split("; ")
    .map((pair) => {
      const [field = "", ...value] = pair.split(" ");
      return [phraseFor(language, "field", field) ?? field, ...value].join(" ");
    })
    .join(language === "zh" ? "；" : "; ");
}

function ChangeLines({ changes }: { changes: RegistryVersion["changes"] }) {
  const { t, language } = useSpeech();
  return (
    <ul className="field-changes">
      {changes.map(({ part, name, field, before, after }) => (
        <li key={`${part} ${name} ${field}`}>
          <span className="faint">
            {t(`part.${part}`)} {part === "station" ? "" : name}
          </span>{" "}
          {field === null ? (
            <>
              {t(after === null ? "entry.removed" : "entry.added")}{" "}
              <span className="faint">{inWords(after ?? before ?? "", language)}</span>
            </>
          ) : (
            <>
              {phraseFor(language, "field", field) ?? field}{" "}
              {t("entry.was", { before: before ?? t("entry.absent"), after: after ?? t("entry.absent") })}
            </>
          )}
        </li>
      ))}
    </ul>
  );
}
