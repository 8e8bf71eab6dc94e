/** The head of each screen of the registry: its title, and the way to the others. */
import type { ReactNode } from "react";
import { NavLink } from "react-router";
import { useMay } from "../../data/session.tsx";
import { useSpeech } from "../../language/language-context.tsx";
import "./registry.css";

export function Sections({ title, children }: { title: string; children?: ReactNode }) {
  const { t } = useSpeech();
  const edits = useMay("registry:edit");
  const seesChanges = useMay("filings:view");
  return (
    <div className="registry-head">
      <title>{`${title} · ${t("product.name")}`}</title>
      <h1>{title}</h1>
      <nav className="sections" aria-label={t("registry.sections")}>
        <NavLink to="/registry" end>
          {t("registry.title")}
        </NavLink>
        {seesChanges && <NavLink to="/registry/changes">{t("registry.changes")}</NavLink>}
        <NavLink to="/registry/coverage">{t("registry.coverage")}</NavLink>
        {edits && <NavLink to="/registry/import">{t("registry.import")}</NavLink>}
      </nav>
      {children}
    </div>
  );
}
