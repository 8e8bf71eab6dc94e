/** The bell in the top bar: how many notices are unread, and the way to them. */
import { useQuery } from "@tanstack/react-query";
import { NavLink } from "react-router";
import { noticesQuery } from "../data/notices.ts";
import { useSpeech } from "../language/language-context.tsx";

/** More are not counted. */
const MOST = 99;

export function NoticeBell() {
  const { t } = useSpeech();
  const { data } = useQuery(noticesQuery(false));
  const unread = data?.unread ?? 0;
  const shown = unread > MOST ? `${MOST}+` : String(unread);
  return (
    <NavLink to="/notices" className="bell" aria-label={t("notices.bell", { count: shown })} data-testid="bell">
      <svg viewBox="0 0 20 20" width="20" height="20" aria-hidden="true">
        <path
          d="M10 2.5a5 5 0 0 0-5 5v3.2l-1.6 2.6h13.2L15 10.7V7.5a5 5 0 0 0-5-5Z"
          fill="none"
          stroke="currentColor"
          strokeWidth="1.6"
          strokeLinejoin="round"
        />
        <path d="M8 15.5a2 2 0 0 0 4 0" fill="none" stroke="currentColor" strokeWidth="1.6" strokeLinecap="round" />
      </svg>
      {unread > 0 && (
        <span className="bell-count" data-testid="unread">
          {shown}
        </span>
      )}
    </NavLink>
  );
}
