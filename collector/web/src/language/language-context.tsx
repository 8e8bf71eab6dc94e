/**
 * Gives every part of the page the chosen language and lets the switch change it; the `lang` attribute and
 * Ant Design's own words follow.
 */
import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from "react";
import { type Language, languageTags, type Phrase, phrase, rememberedLanguage, rememberLanguage } from "./language.ts";

interface Speech {
  language: Language;
  /** A phrase of the dictionary with its places filled in. */
  t: (name: Phrase, values?: Record<string, string | number>) => string;
  choose: (language: Language) => void;
}

const SpeechContext = createContext<Speech | undefined>(undefined);

export function LanguageProvider({ children }: { children: ReactNode }) {
  const [language, setLanguage] = useState(() => rememberedLanguage(globalThis.localStorage));
  useEffect(() => {
    document.documentElement.lang = languageTags[language];
  }, [language]);
  const speech = useMemo<Speech>(
    () => ({
      language,
      t: (name, values) => phrase(language, name, values),
      choose: (chosen) => {
        rememberLanguage(globalThis.localStorage, chosen);
        setLanguage(chosen);
      },
    }),
    [language],
  );
  return <SpeechContext value={speech}>{children}</SpeechContext>;
}

/** The chosen language and its phrases. Only inside {@link LanguageProvider}. */
export function useSpeech(): Speech {
  const speech = useContext(SpeechContext);
  if (speech === undefined) throw new Error("useSpeech stands outside LanguageProvider");
  return speech;
}
