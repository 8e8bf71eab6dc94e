/** Notices: one's own, what one wants to be told; for the system administrator channels and deliveries. */
import { Segmented } from "antd";
import { useSearchParams } from "react-router";
import { useMay } from "../../data/session.tsx";
import { useSpeech } from "../../language/language-context.tsx";
import { ChannelList } from "./channel-list.tsx";
import { DeliveryList } from "./delivery-list.tsx";
import { NoticeList } from "./notice-list.tsx";
import "./notices.css";
import { OwnSettingsPart } from "./own-settings.tsx";

const OWN_PARTS = ["list", "settings"] as const;
const ALL_PARTS = [...OWN_PARTS, "channels", "deliveries"] as const;

export default function NoticesPage() {
  const { t } = useSpeech();
  const parts = useMay("system:manage") ? ALL_PARTS : OWN_PARTS;
  const [search, setSearch] = useSearchParams();
  const part = parts.find((name) => name === search.get("part")) ?? "list";
  return (
    <>
      <title>{`${t("notices.title")} · ${t("product.name")}`}</title>
      <h1>{t("notices.title")}</h1>
      <div className="notices-head">
        <Segmented
          aria-label={t("notices.title")}
          value={part}
          onChange={(value) => setSearch(value === "list" ? {} : { part: value })}
          options={parts.map((value) => ({ value, label: t(`notices.${value}`) }))}
        />
      </div>
      {part === "list" && <NoticeList />}
      {part === "settings" && <OwnSettingsPart />}
      {part === "channels" && <ChannelList />}
      {part === "deliveries" && <DeliveryList />}
    </>
  );
}
