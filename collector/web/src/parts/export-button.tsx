/**
 * Takes what a page shows away as a file, in one of several forms. The server marks it with who took it and puts that on
 * record; whoever may not take exports does not see the button.
 */
import { Alert, Dropdown } from "antd";
import { useState } from "react";
import { ApiError, fetchFile } from "../data/client.ts";
import { useMay } from "../data/session.tsx";
import { useSpeech } from "../language/language-context.tsx";
import { Icon } from "./icons.tsx";

const FORMS = ["xlsx", "csv", "pdf"] as const;
type Form = (typeof FORMS)[number] | "png";

/** A chart as it is shown. */
export interface Picture {
  of: "statistics" | "tank-levels";
  title: string;
  /** where the chart is drawn */
  place: HTMLElement;
}

interface Props {
  /** of the address: `/exports/<table>.<form>`; left out where there is a chart alone */
  table?: string;
  /** the page's own question */
  parameters?: Record<string, string | number | boolean | undefined>;
  /** the chart that is shown beside the table */
  picture?: (() => Picture | undefined) | undefined;
}

export function ExportButton({ table, parameters = {}, picture }: Props) {
  const { t } = useSpeech();
  const mayTake = useMay("exports:take");
  const [busy, setBusy] = useState(false);
  const [wrong, setWrong] = useState<string>();
  if (!mayTake) return null;
  const forms: Form[] = [...(table === undefined ? [] : FORMS), ...(picture === undefined ? [] : (["png"] as const))];
  const take = async (form: Form) => {
    setBusy(true);
    setWrong(undefined);
    try {
      const shown = form === "png" ? picture?.() : undefined;
      // The drawing library is not loaded for a table.
      if (shown !== undefined) await (await import("./picture.ts")).takePicture(shown);
      else if (form !== "png") await fetchFile(`/exports/${table}.${form}`, parameters);
    } catch (error) {
      const problem = error instanceof ApiError ? error.problem : undefined;
      setWrong([problem?.detail, problem?.cure].filter(Boolean).join(". ") || t("error.network"));
    } finally {
      setBusy(false);
    }
  };
  return (
    <span className="export">
      <Dropdown
        trigger={["click"]}
        disabled={busy}
        menu={{
          items: forms.map((form) => ({ key: form, label: t(`export.${form}`) })),
          onClick: ({ key }) => void take(key as Form),
        }}
      >
        <button type="button" className="export-button" data-testid={`export-${table ?? "picture"}`} aria-busy={busy}>
          <Icon name="download" />
          {t(busy ? "export.busy" : "export.take")}
        </button>
      </Dropdown>
      {wrong !== undefined && (
        <Alert
          type="error"
          showIcon
          closable={{ onClose: () => setWrong(undefined) }}
          title={`${t("export.failed")}: ${wrong}`}
        />
      )}
    </span>
  );
}
