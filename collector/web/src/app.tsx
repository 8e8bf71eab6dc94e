/**
 * The page as a whole: language, look, data, and which screen stands at which address. Each screen is a chunk of its
 * own that is loaded when it is first visited.
 */
import { QueryClientProvider } from "@tanstack/react-query";
import { ConfigProvider } from "antd";
import enUS from "antd/es/locale/en_US";
import zhCN from "antd/es/locale/zh_CN";
import { lazy, Suspense, useState } from "react";
import { BrowserRouter, Route, Routes } from "react-router";
import { newQueryClient } from "./data/queries.ts";
import { LanguageProvider, useSpeech } from "./language/language-context.tsx";
import { ErrorGuard } from "./shell/error-guard.tsx";
import { Home } from "./shell/home.tsx";
import { NotFound } from "./shell/not-found.tsx";
import { SignedIn } from "./shell/signed-in.tsx";
import { theme } from "./style/theme.ts";

const WallPage = lazy(() => import("./pages/wall/wall-page.tsx"));
const DevicesPage = lazy(() => import("./pages/devices/devices-page.tsx"));
const StationPage = lazy(() => import("./pages/station/station-page.tsx"));
const FlagsPage = lazy(() => import("./pages/flags/flags-page.tsx"));
const AccessPage = lazy(() => import("./pages/access/access-page.tsx"));
const AuditPage = lazy(() => import("./pages/audit/audit-page.tsx"));
const OwnPage = lazy(() => import("./pages/own/own-page.tsx"));
const CasesPage = lazy(() => import("./pages/cases/cases-page.tsx"));
const CasePage = lazy(() => import("./pages/case/case-page.tsx"));
const NewCasePage = lazy(() => import("./pages/case/new-case-page.tsx"));
const SalesPage = lazy(() => import("./pages/sales/sales-page.tsx"));
const StatisticsPage = lazy(() => import("./pages/statistics/statistics-page.tsx"));
const NoticesPage = lazy(() => import("./pages/notices/notices-page.tsx"));
const InspectionsPage = lazy(() => import("./pages/inspections/inspections-page.tsx"));
const InspectionPage = lazy(() => import("./pages/inspections/inspection-page.tsx"));
const RegistryPage = lazy(() => import("./pages/registry/registry-page.tsx"));
const EntryPage = lazy(() => import("./pages/registry/entry-page.tsx"));
const ChangeForm = lazy(() => import("./pages/registry/change-form.tsx"));
const ChangesPage = lazy(() => import("./pages/registry/changes-page.tsx"));
const ImportPage = lazy(() => import("./pages/registry/import-page.tsx"));
const CoveragePage = lazy(() => import("./pages/registry/coverage-page.tsx"));
const UpdatesPage = lazy(() => import("./pages/updates/updates-page.tsx"));
const FlagPage = lazy(() => import("./pages/flag/flag-page.tsx"));

export function App() {
  return (
    <LanguageProvider>
      <Dressed />
    </LanguageProvider>
  );
}

function Dressed() {
  const { language } = useSpeech();
  const [queries] = useState(newQueryClient);
  return (
    <ConfigProvider locale={language === "zh" ? zhCN : enUS} theme={theme} button={{ autoInsertSpace: false }}>
      <ErrorGuard>
        <QueryClientProvider client={queries}>
          <BrowserRouter>
            <Routes>
              <Route
                path="wall"
                element={
                  <Suspense fallback={null}>
                    <WallPage />
                  </Suspense>
                }
              />
              <Route element={<SignedIn />}>
                <Route index element={<Home />} />
                <Route path="stations/:id" element={<StationPage />} />
                <Route path="flags" element={<FlagsPage />} />
                <Route path="flags/:id" element={<FlagPage />} />
                <Route path="devices" element={<DevicesPage />} />
                <Route path="own" element={<OwnPage />} />
                <Route path="cases" element={<CasesPage />} />
                <Route path="cases/new" element={<NewCasePage />} />
                <Route path="cases/:id" element={<CasePage />} />
                <Route path="notices" element={<NoticesPage />} />
                <Route path="inspections" element={<InspectionsPage />} />
                <Route path="inspections/:station/:day" element={<InspectionPage />} />
                <Route path="access" element={<AccessPage />} />
                <Route path="audit" element={<AuditPage />} />
                <Route path="sales" element={<SalesPage />} />
                <Route path="statistics" element={<StatisticsPage />} />
                <Route path="registry" element={<RegistryPage />} />
                <Route path="registry/changes" element={<ChangesPage />} />
                <Route path="registry/import" element={<ImportPage />} />
                <Route path="registry/coverage" element={<CoveragePage />} />
                <Route path="registry/:id" element={<EntryPage />} />
                <Route path="registry/:id/change" element={<ChangeForm />} />
                <Route path="updates" element={<UpdatesPage />} />
                <Route path="*" element={<NotFound />} />
              </Route>
            </Routes>
          </BrowserRouter>
        </QueryClientProvider>
      </ErrorGuard>
    </ConfigProvider>
  );
}
