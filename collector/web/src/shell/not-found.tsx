/**
 * What is shown at an address that has no screen.
 */
import { Link } from "react-router";
import { useSpeech } from "../language/language-context.tsx";
import { Nothing } from "../parts/waiting.tsx";

export function NotFound() {
  const { t } = useSpeech();
  return (
    <>
      <title>{`404 · ${t("product.name")}`}</title>
      <Nothing text={t("error.notFound")}>
        <Link to="/">{t("error.toStations")}</Link>
      </Nothing>
    </>
  );
}
