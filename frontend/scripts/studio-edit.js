// The editors of the studio. The form's textareas are the truth: they are read when the page opens and written when it
// is sent, so that the page also works without a script, as text.
import Modeler from "bpmn-js/lib/Modeler";
import { panel } from "./studio/panel.js";
import { subset, words } from "./studio/subset.js";
import { showTerms, tinhso } from "./studio/tinhso.js";

const form = document.querySelector("[data-studio]");
const place = form.querySelector("[data-drawing]");
const [bpmnText, feesText] = ["bpmn", "fees"].map((name) => form.elements.namedItem(name));
const fault = (what, hidden) => form.querySelector(`[data-fault="${what}"]`)?.toggleAttribute("hidden", hidden);
let [drawn, priced, leaving] = [false, false, false];

const modeler = new Modeler({ container: place, moddleExtensions: { tinhso }, additionalModules: [subset] });
// Beside the palette, which lies over the left edge.
function fit() {
  const canvas = modeler.get("canvas");
  canvas.zoom("fit-viewport", "auto");
  canvas.zoom(canvas.zoom() * 0.88, "auto");
  canvas.scroll({ dx: 40, dy: 0 });
}
async function draw() {
  try {
    await modeler.importXML(bpmnText.value);
    fit();
    showTerms(modeler, place);
    fault("bpmn", true);
    place.dataset.ready = "1";
  } catch {
    fault("bpmn", false);
  }
}
await draw();
panel(modeler, form);
modeler.on("commandStack.changed", () => {
  drawn = true;
  showTerms(modeler, place);
});
bpmnText.addEventListener("change", draw);
for (const button of form.querySelectorAll("[data-zoom]"))
  button.addEventListener("click", () => {
    const canvas = modeler.get("canvas");
    if (button.dataset.zoom === "fit") fit();
    else canvas.zoom(canvas.zoom() * (button.dataset.zoom === "in" ? 1.25 : 0.8));
  });
for (const button of form.querySelectorAll("[data-history]"))
  button.addEventListener("click", () => modeler.get("commandStack")[button.dataset.history]());

// The fee table is fetched only for a procedure that has one.
let tables = null;
const table = form.querySelector("[data-table]");
async function price() {
  try {
    await tables.importXML(feesText.value);
    const views = tables.getViews().filter((view) => view.type === "decisionTable");
    if (!views.length) throw new Error("no table");
    await tables.open(views[0]);
    const tabs = form.querySelector("[data-tabs]");
    tabs.replaceChildren(
      ...(views.length > 1 ? views : []).map((view) => {
        const tab = Object.assign(document.createElement("button"), { type: "button", className: "btn btn-outline" });
        tab.textContent = view.name || view.id;
        tab.addEventListener("click", () => tables.open(view));
        return tab;
      }),
    );
    tables.getActiveViewer().on("commandStack.changed", () => (priced = true));
    tables.on("views.changed", () => tables.getActiveViewer()?.on("commandStack.changed", () => (priced = true)));
    fault("fees", true);
    table.dataset.ready = "1";
  } catch {
    fault("fees", false);
  }
}
if (table && feesText?.value.trim()) {
  const { default: Dmn } = await import("dmn-js/lib/Modeler");
  tables = new Dmn({ container: table, decisionTable: { additionalModules: [words] } });
  await price();
  feesText.addEventListener("change", price);
}

form.addEventListener("submit", async (event) => {
  if (leaving || !(drawn || priced)) return;
  event.preventDefault();
  const sender = event.submitter;
  if (drawn) bpmnText.value = (await modeler.saveXML({ format: true })).xml;
  if (priced) feesText.value = (await tables.saveXML({ format: true })).xml;
  leaving = true;
  if (sender?.name) form.append(Object.assign(document.createElement("input"), { type: "hidden", name: sender.name, value: "1" }));
  form.submit();
});
addEventListener("beforeunload", (event) => {
  if (!leaving && (drawn || priced)) event.preventDefault();
});
