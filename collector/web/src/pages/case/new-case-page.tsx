/** A problem is reported, or a flag becomes a case. */
import { useQuery } from "@tanstack/react-query";
import { Button, Input, Segmented, Select } from "antd";
import { useState } from "react";
import { Link, useNavigate, useSearchParams } from "react-router";
import { useOpenCase } from "../../data/cases.ts";
import { flagQuery, stationsQuery } from "../../data/queries.ts";
import { useSpeech } from "../../language/language-context.tsx";
import { Refusal } from "../../parts/refusal.tsx";
import { stationName } from "../../parts/station-names.ts";
import { Answer } from "../../parts/waiting.tsx";
import { WordsField } from "../../parts/words-field.tsx";
import "./case.css";

const NATURES = ["technical", "violation", "coordination"] as const;

export default function NewCasePage() {
  const { t, language } = useSpeech();
  const [search] = useSearchParams();
  const flag = search.get("flag");
  return (
    <>
      <title>{`${t("case.new")} · ${t("product.name")}`}</title>
      <Link className="back" to={flag === null ? "/cases" : `/flags/${encodeURIComponent(flag)}`}>
        ← {t("common.back")}
      </Link>
      <h1>{t(flag === null ? "case.new" : "case.newFlag")}</h1>
      {flag === null ? (
        <NewCaseForm station={search.get("station") ?? undefined} title="" text="" />
      ) : (
        <OfFlag id={flag} language={language} />
      )}
    </>
  );
}

function OfFlag({ id, language }: { id: string; language: "zh" | "en" }) {
  const { t } = useSpeech();
  const query = useQuery(flagQuery(id));
  return (
    <Answer query={query} notFound={t("error.flagNotFound")}>
      {({ flag }) => (
        <NewCaseForm
          flag={id}
          station={flag.station}
          title={`${flag.title[language]} ${flag.subject}`}
          text={flag.text[language]}
        />
      )}
    </Answer>
  );
}

interface Begun {
  flag?: string;
  station: string | undefined;
  title: string;
  text: string;
}

function NewCaseForm(begun: Begun) {
  const { t, language } = useSpeech();
  const navigate = useNavigate();
  const { data } = useQuery(stationsQuery);
  const [station, setStation] = useState(begun.station);
  const [nature, setNature] = useState<(typeof NATURES)[number]>("technical");
  const [title, setTitle] = useState(begun.title);
  const [text, setText] = useState(begun.text);
  const open = useOpenCase();
  const submit = () => {
    const about = begun.flag === undefined ? { station, nature } : { flag: begun.flag };
    open.mutate(
      { ...about, title, text },
      { onSuccess: (made) => made !== undefined && navigate(`/cases/${encodeURIComponent(made.id)}`) },
    );
  };
  return (
    <form
      className="panel step-form"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      {begun.flag === undefined && (
        <>
          <Select
            showSearch
            optionFilterProp="label"
            aria-label={t("case.station")}
            placeholder={t("case.station")}
            value={station ?? null}
            onChange={(id: string | null) => setStation(id ?? undefined)}
            options={(data?.items ?? []).map((one) => ({
              value: one.id,
              label: `${stationName(one, language)} ${one.id}`,
            }))}
          />
          <Segmented
            aria-label={t("case.nature")}
            value={nature}
            onChange={setNature}
            options={NATURES.map((value) => ({ value, label: t(`caseNature.${value}`) }))}
          />
        </>
      )}
      <Input
        aria-label={t("case.newTitle")}
        placeholder={t("case.newTitle")}
        maxLength={200}
        value={title}
        onChange={({ target }) => setTitle(target.value)}
      />
      <WordsField label={t("case.newText")} rows={5} most={4_000} value={text} onChange={setText} />
      {open.error !== null && <Refusal error={open.error} />}
      <Button type="primary" htmlType="submit" loading={open.isPending} disabled={title.trim().length < 2}>
        {t("case.send")}
      </Button>
    </form>
  );
}
