// The province's own words in a BPMN file (namespace urn:tinhso:bpmn:1): what a step is, how long, how it may end.
const text = (name) => ({ name, isAttr: true, type: "String" });

export const tinhso = {
  name: "TinhSo",
  uri: "urn:tinhso:bpmn:1",
  prefix: "tinhso",
  xml: { tagAlias: "lowerCase" },
  types: [
    {
      name: "Step",
      superClass: ["Element"],
      properties: [
        text("kind"),
        text("hours"),
        text("days"),
        { name: "outcomes", type: "Outcome", isMany: true },
      ],
    },
    { name: "Outcome", superClass: ["Element"], properties: [text("name"), text("title")] },
  ],
};

export const stepOf = (object) => object?.extensionElements?.values?.find((value) => value.$type === "tinhso:Step");

// The share of time written under each step, kept up to date by whoever calls again.
export function showTerms(bpmn, place) {
  const overlays = bpmn.get("overlays");
  overlays.remove({ type: "term" });
  for (const element of bpmn.get("elementRegistry").filter((one) => one.type === "bpmn:UserTask")) {
    const step = stepOf(element.businessObject);
    const words = step?.days
      ? `${step.days} ${place.dataset.days}`
      : step?.hours
        ? `${step.hours} ${place.dataset.hours}`
        : "";
    if (!words) continue;
    const html = document.createElement("div");
    html.className = "studio-term";
    html.textContent = words;
    overlays.add(element.id, "term", { position: { bottom: 18, left: 0 }, html });
  }
}
