/** Starts the web app. */

import "./ui/tokens.css";
import "./ui/base.css";

import { StrictMode } from "react";
import { createRoot } from "react-dom/client";

import { App } from "./App";
import { createApp } from "./core/app";
import { watchStyles } from "./ui/attempts";

const root = document.getElementById("root");
if (root === null) throw new Error("index.html has no #root");
watchStyles();
createRoot(root).render(
  <StrictMode>
    <App app={createApp()} />
  </StrictMode>,
);
