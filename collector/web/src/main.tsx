/**
 * Starts the page.
 */
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app.tsx";
import "./style/base.css";
import "./style/parts.css";

const place = document.getElementById("page");
if (place === null) throw new Error("index.html has no element with the id «page»");
createRoot(place).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
