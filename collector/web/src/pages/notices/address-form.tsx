/** An address of one's own: given, confirmed by the code that was sent to it, changed, removed. */
import { Button, Input } from "antd";
import { useState } from "react";
import type { OwnSettings } from "../../../../api/notice-schemas.ts";
import { useGiveAddress, useRemoveAddress, useTellCode } from "../../data/notices.ts";
import { useSpeech } from "../../language/language-context.tsx";
import { Mark } from "../../parts/marks.tsx";
import { Refusal } from "../../parts/refusal.tsx";

type Channel = OwnSettings["channels"][number];

export function AddressForm({ channel }: { channel: Channel }) {
  const { t } = useSpeech();
  const { kind, address, confirmed } = channel;
  const [editing, setEditing] = useState(address === null);
  const remove = useRemoveAddress(kind);
  return (
    <div className="address" data-testid={`address-${kind}`}>
      <div className="address-head">
        <strong>{t(`noticeAddress.${kind}`)}</strong>
        {address !== null && <span>{address}</span>}
        {address !== null && confirmed && (
          <Mark tone="good" icon="check">
            {t("noticeAddress.confirmed")}
          </Mark>
        )}
        {address !== null && !confirmed && (
          <Mark tone="warn" icon="triangle">
            {t("noticeAddress.waiting")}
          </Mark>
        )}
        {address !== null && (
          <span className="address-buttons">
            <Button size="small" onClick={() => setEditing(!editing)}>
              {t("noticeAddress.change")}
            </Button>
            <Button size="small" loading={remove.isPending} onClick={() => remove.mutate(undefined)}>
              {t("noticeAddress.remove")}
            </Button>
          </span>
        )}
      </div>
      {editing && <GiveAddress channel={channel} />}
      {address !== null && !confirmed && <TellCode kind={kind} />}
    </div>
  );
}

function GiveAddress({ channel: { kind, address } }: { channel: Channel }) {
  const { t } = useSpeech();
  const [text, setText] = useState(address ?? "");
  const give = useGiveAddress(kind);
  return (
    <form
      className="address-form"
      onSubmit={(event) => {
        event.preventDefault();
        give.mutate(text.trim());
      }}
    >
      <Input
        aria-label={t(`noticeAddress.${kind}`)}
        placeholder={t(`noticeAddress.${kind}`)}
        type={kind === "email" ? "email" : "tel"}
        autoComplete={kind === "email" ? "email" : "tel"}
        value={text}
        onChange={({ target }) => setText(target.value)}
      />
      <Button type="primary" htmlType="submit" loading={give.isPending} disabled={text.trim().length < 5}>
        {t("noticeAddress.send")}
      </Button>
      {give.error !== null && <Refusal error={give.error} />}
    </form>
  );
}

function TellCode({ kind }: { kind: Channel["kind"] }) {
  const { t } = useSpeech();
  const [code, setCode] = useState("");
  const tell = useTellCode(kind);
  return (
    <form
      className="address-form"
      onSubmit={(event) => {
        event.preventDefault();
        tell.mutate(code);
      }}
    >
      <p className="faint">{t("noticeAddress.sent")}</p>
      <Input
        aria-label={t("noticeAddress.code")}
        placeholder={t("noticeAddress.code")}
        inputMode="numeric"
        autoComplete="one-time-code"
        maxLength={6}
        value={code}
        onChange={({ target }) => setCode(target.value.replace(/\D/g, ""))}
      />
      <Button type="primary" htmlType="submit" loading={tell.isPending} disabled={code.length !== 6}>
        {t("noticeAddress.confirm")}
      </Button>
      {tell.error !== null && <Refusal error={tell.error} />}
    </form>
  );
}
