/** One's own notices, newest first; whoever opens one has read it. */
import { useQuery } from "@tanstack/react-query";
import { Button, Segmented } from "antd";
import { useState } from "react";
import { Link } from "react-router";
import type { NoticeView } from "../../../../api/notice-schemas.ts";
import { noticesQuery, useMarkRead } from "../../data/notices.ts";
import { formatDateTime } from "../../format/time.ts";
import { useSpeech } from "../../language/language-context.tsx";
import { SeverityMark } from "../../parts/marks.tsx";
import { Answer, Nothing } from "../../parts/waiting.tsx";

export function NoticeList() {
  const { t } = useSpeech();
  const [unread, setUnread] = useState(false);
  const [before, setBefore] = useState<number | undefined>(undefined);
  const notices = useQuery(noticesQuery(unread, before));
  const read = useMarkRead();
  const newest = notices.data?.items[0]?.id;
  return (
    <section className="panel" aria-label={t("notices.list")}>
      <div className="notices-tools">
        <Segmented
          size="small"
          aria-label={t("notices.unread")}
          value={unread ? "unread" : "all"}
          onChange={(value) => {
            setUnread(value === "unread");
            setBefore(undefined);
          }}
          options={(["all", "unread"] as const).map((value) => ({ value, label: t(`notices.${value}`) }))}
        />
        {newest !== undefined && before === undefined && (notices.data?.unread ?? 0) > 0 && (
          <Button size="small" loading={read.isPending} onClick={() => read.mutate({ until: newest })}>
            {t("notices.readAll")}
          </Button>
        )}
      </div>
      <Answer query={notices}>
        {({ items, next }) => (
          <>
            {items.length === 0 && <Nothing text={t(unread ? "notices.noneUnread" : "notices.none")} />}
            <ul className="notice-list">
              {items.map((one) => (
                <NoticeLine key={one.id} one={one} onOpen={() => read.mutate({ ids: [one.id] })} />
              ))}
            </ul>
            {next !== null && (
              <div className="more">
                <Button onClick={() => setBefore(next)}>{t("notices.older")}</Button>
              </div>
            )}
          </>
        )}
      </Answer>
    </section>
  );
}

function NoticeLine({ one, onOpen }: { one: NoticeView; onOpen: () => void }) {
  const { t, language } = useSpeech();
  const isUnread = one.readAt === null;
  return (
    <li className={isUnread ? "unread" : ""} data-testid="notice">
      <span className="notice-dot" aria-hidden="true" />
      <div className="notice-said">
        <Link to={one.link} onClick={isUnread ? onOpen : undefined}>
          {one.title[language]}
        </Link>
        {isUnread && <span className="unseen">{t("notices.unread")}</span>}
        {one.text[language] !== "" && <p>{one.text[language]}</p>}
      </div>
      <div className="notice-facts">
        <SeverityMark severity={one.severity} />
        <time dateTime={one.at}>{formatDateTime(one.at).slice(0, 16)}</time>
      </div>
    </li>
  );
}
