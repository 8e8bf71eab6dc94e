/**
 * Views that people keep: what a page is narrowed to, under a name, for themselves or for their unit. A click shows one.
 */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Checkbox, Input, Popover } from "antd";
import { useState } from "react";
import { useSearchParams } from "react-router";
import type { SavedView } from "../../../api/statistics-schemas.ts";
import { send } from "../data/client.ts";
import { savedViewsQuery } from "../data/saved-views.ts";
import { useSession } from "../data/session.tsx";
import { useSpeech } from "../language/language-context.tsx";
import { Outcome, useAct } from "./act.tsx";
import { Icon } from "./icons.tsx";

/** @param query what the page shows now, as it shall be kept */
export function SavedViews({ page, query }: { page: SavedView["page"]; query: URLSearchParams }) {
  const { t } = useSpeech();
  const [, setSearch] = useSearchParams();
  const { data } = useQuery(savedViewsQuery(page));
  const text = query.toString();
  return (
    <section className="saved-views" aria-label={t("savedViews.label")}>
      <span className="choice-label">{t("savedViews.label")}</span>
      {(data?.items ?? []).map((view) => (
        <Kept
          key={view.id}
          view={view}
          shown={view.query === text}
          show={() => setSearch(new URLSearchParams(view.query))}
        />
      ))}
      <Keep page={page} query={text} />
    </section>
  );
}

function Kept({ view, shown, show }: { view: SavedView; shown: boolean; show: () => void }) {
  const { t } = useSpeech();
  const queries = useQueryClient();
  const [run, outcome] = useAct();
  const remove = () =>
    run(async () => {
      await send("DELETE", `/views/${encodeURIComponent(view.id)}`);
      await queries.invalidateQueries({ queryKey: ["saved-views"] });
    });
  return (
    <>
      <span className={`kept-view${shown ? " kept-shown" : ""}`} data-testid={`view-${view.name}`}>
        <button
          type="button"
          aria-pressed={shown}
          onClick={show}
          title={view.mine ? undefined : t("savedViews.of", { who: view.by })}
        >
          {view.shared && <Icon name="people" />}
          {view.name}
        </button>
        {view.mine && (
          <button
            type="button"
            className="kept-remove"
            aria-label={t("savedViews.remove", { name: view.name })}
            onClick={() => void remove()}
          >
            ×
          </button>
        )}
      </span>
      <Outcome of={outcome} />
    </>
  );
}

function Keep({ page, query }: { page: SavedView["page"]; query: string }) {
  const { t } = useSpeech();
  const [isOpen, setOpen] = useState(false);
  return (
    <Popover
      trigger="click"
      open={isOpen}
      onOpenChange={setOpen}
      destroyOnHidden
      content={<KeepForm page={page} query={query} done={() => setOpen(false)} />}
    >
      <button type="button" className="link-button" data-testid="save-view">
        {t("savedViews.save")}
      </button>
    </Popover>
  );
}

function KeepForm({ page, query, done }: { page: SavedView["page"]; query: string; done: () => void }) {
  const { t } = useSpeech();
  const { unit } = useSession();
  const queries = useQueryClient();
  const [name, setName] = useState("");
  const [shared, setShared] = useState(false);
  const [run, outcome] = useAct();
  const keep = () =>
    run(async () => {
      await send("POST", "/views", { page, query, name: name.trim(), shared });
      await queries.invalidateQueries({ queryKey: ["saved-views"] });
      done();
    });
  return (
    <form
      className="keep-view"
      onSubmit={(event) => {
        event.preventDefault();
        void keep();
      }}
    >
      <Input
        value={name}
        maxLength={30}
        aria-label={t("savedViews.name")}
        placeholder={t("savedViews.name")}
        onChange={({ target }) => setName(target.value)}
      />
      {unit !== null && (
        <Checkbox checked={shared} onChange={({ target }) => setShared(target.checked)}>
          {t("savedViews.share")}
        </Checkbox>
      )}
      <Button type="primary" htmlType="submit" disabled={name.trim() === ""} loading={outcome.busy}>
        {t("savedViews.keep")}
      </Button>
      <Outcome of={outcome} />
    </form>
  );
}
