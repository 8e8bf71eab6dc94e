/**
 * A button for what cannot be undone: it asks once more.
 */
import { Button, Popconfirm } from "antd";
import { useSpeech } from "../../language/language-context.tsx";

/** @param sure what is asked; undefined: whether one is sure */
export function Confirmed({ label, run, sure }: { label: string; run: () => void; sure?: string }) {
  const { t } = useSpeech();
  return (
    <Popconfirm title={sure ?? t("access.sure")} okText={t("common.yes")} cancelText={t("common.no")} onConfirm={run}>
      <Button size="small">{label}</Button>
    </Popconfirm>
  );
}

/** A secret that the API told once and keeps nowhere. */
export function Once({ secret }: { secret: string }) {
  const { t } = useSpeech();
  return (
    <p className="once" data-testid="once">
      {t("access.once")}
      <span className="code">{secret}</span>
    </p>
  );
}
