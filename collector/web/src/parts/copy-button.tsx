/**
 * Puts a text on the clipboard, and says for a moment that it did.
 */
import { Button } from "antd";
import { useEffect, useState } from "react";
import { useSpeech } from "../language/language-context.tsx";

const SAID_MS = 2000;

export function CopyButton({ text }: { text: string }) {
  const { t } = useSpeech();
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), SAID_MS);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = () => {
    // A page that was not loaded securely has no clipboard; the text can still be marked by hand.
    void globalThis.navigator.clipboard?.writeText(text).then(
      () => setCopied(true),
      () => setCopied(false),
    );
  };
  return (
    <Button size="small" onClick={copy} aria-live="polite">
      {t(copied ? "common.copied" : "common.copy")}
    </Button>
  );
}
