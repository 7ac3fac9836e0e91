// What is chosen in the drawing, as plain fields beside it: name, kind, working hours or days, ways to end; conditions.
import { stepOf } from "./tinhso.js";

export function panel(modeler, form) {
  const [modeling, moddle] = [modeler.get("modeling"), modeler.get("moddle")];
  const field = (name) => form.querySelector(`[data-of="${name}"]`);
  let chosen = null;

  const parts = { step: isStep, way: isWay, named: (one) => one && !isWay(one) };
  function isStep(one) {
    return one?.type === "bpmn:UserTask";
  }
  function isWay(one) {
    return one?.type === "bpmn:SequenceFlow";
  }
  const fromGateway = (one) => isWay(one) && one.source?.type === "bpmn:ExclusiveGateway";

  function show() {
    for (const part of form.querySelectorAll("[data-part]")) part.hidden = !parts[part.dataset.part](chosen);
    form.querySelector("[data-none]").hidden = Boolean(chosen);
    if (!chosen) return;
    const object = chosen.businessObject;
    field("name").value = object.name ?? "";
    if (isStep(chosen)) {
      const step = stepOf(object);
      field("kind").value = step?.kind ?? "";
      field("hours").value = step?.hours ?? "";
      field("days").value = step?.days ?? "";
      field("outcomes").value = (step?.outcomes ?? []).map((one) => `${one.name}: ${one.title ?? ""}`).join("\n");
    }
    if (isWay(chosen)) {
      form.querySelector("[data-gateway]").hidden = !fromGateway(chosen);
      form.querySelector("[data-plain]").hidden = fromGateway(chosen);
      field("condition").value = object.conditionExpression?.body ?? "";
      field("default").checked = chosen.source?.businessObject?.default === object;
    }
  }

  function keepStep() {
    const outcomes = field("outcomes")
      .value.split("\n")
      .map((line) => line.split(/:(.*)/s).map((word) => word.trim()))
      .filter(([name]) => name)
      .map(([name, title]) => moddle.create("tinhso:Outcome", { name, title: title || name }));
    const [kind, hours, days] = ["kind", "hours", "days"].map((name) => field(name).value.trim());
    const step = moddle.create("tinhso:Step", {
      kind,
      ...(hours && { hours }),
      ...(days && !hours && { days }),
      outcomes,
    });
    for (const one of outcomes) one.$parent = step;
    const others = (chosen.businessObject.extensionElements?.values ?? []).filter((one) => one.$type !== "tinhso:Step");
    const extensionElements = moddle.create("bpmn:ExtensionElements", { values: [step, ...others] });
    step.$parent = extensionElements;
    extensionElements.$parent = chosen.businessObject;
    modeling.updateProperties(chosen, { extensionElements });
  }

  function keepWay() {
    const [body, isDefault] = [field("condition").value.trim(), field("default").checked];
    const expression = body && !isDefault ? moddle.create("bpmn:FormalExpression", { body }) : undefined;
    modeling.updateProperties(chosen, { conditionExpression: expression });
    const gateway = chosen.source;
    const now = gateway.businessObject.default === chosen.businessObject;
    if (isDefault !== now) modeling.updateProperties(gateway, { default: isDefault ? chosen.businessObject : undefined });
  }

  form.addEventListener("change", ({ target }) => {
    const name = target.dataset?.of;
    if (!name || !chosen) return;
    if (name === "name") modeling.updateProperties(chosen, { name: target.value });
    else if (isStep(chosen)) keepStep();
    else if (fromGateway(chosen)) keepWay();
  });
  modeler.on("selection.changed", ({ newSelection }) => {
    chosen = newSelection.length === 1 ? newSelection[0] : null;
    show();
  });
  // Without a mouse: the list of everything that can be chosen.
  const list = form.querySelector("[data-choose]");
  function fill() {
    const all = modeler.get("elementRegistry").filter((one) => one.type !== "label" && one.businessObject?.$type);
    const drawn = all.filter((one) => /UserTask|Gateway|Event|Lane|SequenceFlow/.test(one.type) && !one.labelTarget);
    const named = (one) => one.businessObject.name?.replace(/\s+/g, " ") || one.id;
    list.replaceChildren(
      new Option("–", ""),
      ...drawn.map((one) =>
        isWay(one)
          ? new Option(`${named(one.source)} → ${named(one.target)}`, one.id)
          : new Option(named(one), one.id),
      ),
    );
    list.value = chosen?.id ?? "";
  }
  list.addEventListener("change", () => {
    const one = modeler.get("elementRegistry").get(list.value);
    modeler.get("selection").select(one ?? null);
    if (one) modeler.get("canvas").scrollToElement(one);
  });
  modeler.on(["import.done", "commandStack.changed"], () => {
    fill();
    show();
  });
  fill();
  show();
}
