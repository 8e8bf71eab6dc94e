/**
 * Wall displays of one's own: a one-time code for another, the ones there are, and a way to take one back.
 */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Alert, Button, Input } from "antd";
import { useState } from "react";
import type { Wall } from "../../../../api/map-schemas.ts";
import { get, send } from "../../data/client.ts";
import { formatDateTime } from "../../format/time.ts";
import { useSpeech } from "../../language/language-context.tsx";
import { Outcome, useAct } from "../../parts/act.tsx";
import { CopyButton } from "../../parts/copy-button.tsx";
import { Answer } from "../../parts/waiting.tsx";

interface Prepared {
  code: string;
  codeUntil: string;
}

export function WallList() {
  const { t } = useSpeech();
  const cache = useQueryClient();
  const walls = useQuery({ queryKey: ["walls"], queryFn: () => get<{ items: Wall[] }>("/walls") });
  const [name, setName] = useState("");
  const [made, setMade] = useState<Prepared>();
  const [act, outcome] = useAct();
  const again = () => cache.invalidateQueries({ queryKey: ["walls"] });
  const prepare = () =>
    void act(async () => {
      setMade(await send<Prepared>("POST", "/walls", { name: name.trim() }));
      setName("");
      await again();
    });
  const end = (id: string) =>
    void act(async () => {
      await send("DELETE", `/walls/${id}`);
      await again();
    });
  return (
    <div className="walls">
      <p className="faint">{t("wall.about")}</p>
      <Outcome of={outcome} />
      <form
        className="wall-form"
        onSubmit={(event) => {
          event.preventDefault();
          prepare();
        }}
      >
        <label htmlFor="wall-name">{t("wall.name")}</label>
        <Input id="wall-name" maxLength={40} value={name} onChange={({ target }) => setName(target.value)} />
        <Button htmlType="submit" loading={outcome.busy} disabled={name.trim() === ""} data-testid="wall-prepare">
          {t("wall.prepare")}
        </Button>
      </form>
      {made !== undefined && <Code made={made} />}
      <Answer query={walls}>
        {({ items }) => (
          <ul className="session-list">
            {items.map((wall) => (
              <WallLine key={wall.id} wall={wall} end={() => end(wall.id)} />
            ))}
          </ul>
        )}
      </Answer>
    </div>
  );
}

function Code({ made: { code, codeUntil } }: { made: Prepared }) {
  const { t } = useSpeech();
  const link = `${window.location.origin}/wall#${code}`;
  const words = (
    <>
      <p>{t("wall.made", { time: formatDateTime(codeUntil) })}</p>
      <p className="code" data-testid="wall-link">
        {link}
      </p>
      <CopyButton text={link} />
    </>
  );
  return <Alert type="success" title={words} />;
}

function WallLine({ wall, end }: { wall: Wall; end: () => void }) {
  const { t } = useSpeech();
  const { name, opened, address, seen, until } = wall;
  const state =
    opened === null
      ? t("wall.waits", { time: formatDateTime(until) })
      : t("wall.runs", { address: address ?? "", seen: formatDateTime(seen ?? opened), until: formatDateTime(until) });
  return (
    <li>
      <div>
        <p>{name}</p>
        <p className="faint">{state}</p>
      </div>
      <Button size="small" onClick={end}>
        {t("wall.end")}
      </Button>
    </li>
  );
}
