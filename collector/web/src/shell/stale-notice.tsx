/**
 * Says that the data on the screen no longer follow the stations, and since when. A short loss is not worth a word.
 */
import { Alert } from "antd";
import { useEffect, useState } from "react";
import { useLive } from "../data/live.tsx";
import { formatDateTime } from "../format/time.ts";
import { useSpeech } from "../language/language-context.tsx";

const PATIENCE_MS = 3000;

export function StaleNotice() {
  const { t } = useSpeech();
  const { lostAtMs } = useLive();
  const [overdue, setOverdue] = useState(false);
  useEffect(() => {
    if (lostAtMs === undefined) {
      setOverdue(false);
      return;
    }
    const timer = setTimeout(() => setOverdue(true), PATIENCE_MS);
    return () => clearTimeout(timer);
  }, [lostAtMs]);
  if (!overdue || lostAtMs === undefined) return null;
  const time = formatDateTime(new Date(lostAtMs).toISOString());
  return <Alert banner type="warning" showIcon title={t("live.stale", { time })} />;
}
