/** All filed changes, narrowed by their state: what is to be decided stands first. */
import { useQuery } from "@tanstack/react-query";
import { Segmented } from "antd";
import { useSearchParams } from "react-router";
import { useSpeech } from "../../language/language-context.tsx";
import { Answer, Nothing } from "../../parts/waiting.tsx";
import { ChangeList } from "./change-list.tsx";
import { changesQuery } from "./registry-data.ts";
import { Sections } from "./sections.tsx";

const STATES = ["filed", "approved", "done", "rejected", "withdrawn"] as const;

export default function ChangesPage() {
  const { t } = useSpeech();
  const [search, setSearch] = useSearchParams();
  const state = STATES.find((one) => one === search.get("state"));
  const changes = useQuery(changesQuery({ state }));
  const options = [
    { value: "all", label: t("common.all") },
    ...STATES.map((value) => ({ value: value as string, label: t(`change.state.${value}`) })),
  ];
  return (
    <>
      <Sections title={t("registry.changes")} />
      <div className="registry-filters">
        <div className="scroll-x">
          <Segmented
            aria-label={t("change.state")}
            value={state ?? "all"}
            onChange={(value) => setSearch(value === "all" ? {} : { state: value }, { replace: true })}
            options={options}
          />
        </div>
      </div>
      <section className="panel" aria-label={t("registry.changes")}>
        <Answer query={changes}>
          {({ items }) =>
            items.length === 0 ? <Nothing text={t("change.empty")} /> : <ChangeList changes={items} withStation />
          }
        </Answer>
      </section>
    </>
  );
}
