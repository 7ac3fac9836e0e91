// A process as a drawing to look at: [data-drawing] names the textarea that holds the BPMN file.
import NavigatedViewer from "bpmn-js/lib/NavigatedViewer";
import { showTerms, tinhso } from "./studio/tinhso.js";

for (const place of document.querySelectorAll("[data-drawing]")) {
  const viewer = new NavigatedViewer({ container: place, moddleExtensions: { tinhso } });
  const fit = () => viewer.get("canvas").zoom("fit-viewport", "auto");
  try {
    await viewer.importXML(document.getElementById(place.dataset.drawing).value);
    showTerms(viewer, place);
    fit();
    place.dataset.ready = "1";
  } catch {
    place.hidden = true;
    document.querySelector("[data-drawing-fault]")?.removeAttribute("hidden");
  }
  for (const button of document.querySelectorAll("[data-zoom]"))
    button.addEventListener("click", () =>
      button.dataset.zoom === "fit"
        ? fit()
        : viewer.get("canvas").zoom(viewer.get("canvas").zoom() * (button.dataset.zoom === "in" ? 1.25 : 0.8)),
    );
}
