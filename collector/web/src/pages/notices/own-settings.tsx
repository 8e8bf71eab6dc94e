/** What one wants to be told, where and when; and one's addresses. */
import { useQuery } from "@tanstack/react-query";
import { noticeSettingsQuery, useSaveSettings } from "../../data/notices.ts";
import { useSpeech } from "../../language/language-context.tsx";
import { Panel } from "../../parts/panel.tsx";
import { Answer } from "../../parts/waiting.tsx";
import { AddressForm } from "./address-form.tsx";
import { PreferencesForm } from "./preferences-form.tsx";

export function OwnSettingsPart() {
  const { t } = useSpeech();
  const settings = useQuery(noticeSettingsQuery);
  const save = useSaveSettings();
  return (
    <Answer query={settings}>
      {({ preferences, channels, topics, rules }) => (
        <div className="notice-settings">
          <Panel title={t("noticeAddress.title")}>
            {channels.length === 0 && <p className="faint">{t("noticeAddress.none")}</p>}
            {channels.map((channel) => (
              <AddressForm key={`${channel.id} ${channel.address} ${channel.confirmed}`} channel={channel} />
            ))}
          </Panel>
          <PreferencesForm
            value={preferences}
            channels={[
              { id: "screen", name: t("noticeSettings.screen"), usable: true },
              ...channels.map(({ id, name, confirmed }) => ({ id, name, usable: confirmed })),
            ]}
            topics={topics}
            rules={rules}
            saving={save}
          />
        </div>
      )}
    </Answer>
  );
}
