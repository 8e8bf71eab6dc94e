/**
 * All flags, narrowed by state, severity, department, kind and place. The filter stands in the address, so that it can be
 * kept and sent.
 */
import { useInfiniteQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { useSearchParams } from "react-router";
import type { Flag } from "../../../../api/schemas.ts";
import { api } from "../../data/client.ts";
import { formatCount } from "../../format/number.ts";
import { useSpeech } from "../../language/language-context.tsx";
import { ExportButton } from "../../parts/export-button.tsx";
import { FlagList } from "../../parts/flag-list.tsx";
import { SavedViews } from "../../parts/saved-views.tsx";
import { Answer, Nothing } from "../../parts/waiting.tsx";
import { FlagFilters, filterOf } from "./flag-filters.tsx";
import "./flags.css";

const ROWS_A_PAGE = 100;

export default function FlagsPage() {
  const { t } = useSpeech();
  const [search, setSearch] = useSearchParams();
  const filter = filterOf(search);
  const chosen = Object.entries(filter).filter(([, value]) => value !== undefined) as [string, string][];
  const flags = useInfiniteQuery({
    queryKey: ["flag-queue", filter] as const,
    queryFn: ({ pageParam }) => api.flags({ ...filter, limit: ROWS_A_PAGE, before: pageParam }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next ?? undefined,
    placeholderData: (before) => before,
  });
  const narrow = (changes: Partial<typeof filter>) =>
    setSearch(
      new URLSearchParams(Object.entries({ ...filter, ...changes }).filter(([, one]) => one) as [string, string][]),
    );
  return (
    <>
      <title>{`${t("flags.title")} · ${t("product.name")}`}</title>
      <div className="head-line">
        <h1>{t("flags.title")}</h1>
        <ExportButton table="flags" parameters={filter} />
      </div>
      <FlagFilters filter={filter} narrow={narrow} />
      <SavedViews page="flags" query={new URLSearchParams(chosen)} />
      <Answer query={flags}>
        {({ pages }) => (
          <Found
            flags={pages.flatMap(({ items }) => items)}
            filtered={chosen.length > 0}
            more={flags.hasNextPage ? () => void flags.fetchNextPage() : undefined}
            busy={flags.isFetchingNextPage}
          />
        )}
      </Answer>
    </>
  );
}

interface FoundProps {
  flags: Flag[];
  filtered: boolean;
  more: (() => void) | undefined;
  busy: boolean;
}

function Found({ flags, filtered, more, busy }: FoundProps) {
  const { t } = useSpeech();
  return (
    <section className="panel flags-found" aria-label={t("flags.title")}>
      {flags.length === 0 ? (
        <Nothing text={t(filtered ? "flags.emptyFiltered" : "flags.empty")} />
      ) : (
        <>
          <p className="faint" role="status">
            {t("flags.count", { count: formatCount(flags.length) })}
          </p>
          <FlagList flags={flags} withStation />
        </>
      )}
      {more !== undefined && (
        <div className="more">
          <Button onClick={more} loading={busy}>
            {t("common.more")}
          </Button>
        </div>
      )}
    </section>
  );
}
