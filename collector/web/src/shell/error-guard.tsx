/**
 * Catches a mistake in a screen and says so in words, instead of leaving an empty page.
 */
import { Component, type ReactNode } from "react";
import { useSpeech } from "../language/language-context.tsx";

interface Caught {
  error: Error | undefined;
}

export class ErrorGuard extends Component<{ children: ReactNode }, Caught> {
  override state: Caught = { error: undefined };

  static getDerivedStateFromError(error: Error): Caught {
    return { error };
  }

  override render(): ReactNode {
    return this.state.error === undefined ? this.props.children : <Broken error={this.state.error} />;
  }
}

function Broken({ error }: { error: Error }) {
  const { t } = useSpeech();
  return (
    <main className="content" role="alert">
      <h1>{t("error.broken")}</h1>
      <p>{t("error.brokenHelp")}</p>
      <pre className="line-text">{`${error.name}: ${error.message}`}</pre>
    </main>
  );
}
