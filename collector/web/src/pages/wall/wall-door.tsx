/** What a screen shows that is not a wall display yet, or no longer: how it becomes one, and a place for the code. */
import { Alert, Button, Input } from "antd";
import { useState } from "react";
import { send } from "../../data/client.ts";
import { useSpeech } from "../../language/language-context.tsx";
import { Outcome, useAct } from "../../parts/act.tsx";

/** @param refused why the code of the address was refused */
export function WallDoor({ refused, opened }: { refused: string | undefined; opened: () => void }) {
  const { t } = useSpeech();
  const [code, setCode] = useState("");
  const [act, outcome] = useAct();
  return (
    <main className="wall wall-waiting" data-testid="wall-door">
      <form
        className="wall-door"
        onSubmit={(event) => {
          event.preventDefault();
          void act(async () => {
            await send("POST", "/wall-session", { code });
            opened();
          });
        }}
      >
        <h1>{t("wall.title")}</h1>
        <p>{t("wall.howTo")}</p>
        {refused !== undefined && !outcome.busy && outcome.error === undefined && (
          <Alert type="error" showIcon title={t("wall.codeRefused")} />
        )}
        <Outcome of={outcome} />
        <label htmlFor="wall-code">{t("wall.code")}</label>
        <Input
          id="wall-code"
          size="large"
          autoComplete="off"
          value={code}
          onChange={({ target }) => setCode(target.value)}
        />
        <Button type="primary" size="large" htmlType="submit" loading={outcome.busy} disabled={code.trim() === ""}>
          {t("wall.open")}
        </Button>
      </form>
    </main>
  );
}
