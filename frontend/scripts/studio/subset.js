// Only what a process may use can be drawn: user tasks, gateways, start and end, lanes. In Vietnamese.
const PALETTE = new Set([
  "hand-tool",
  "lasso-tool",
  "space-tool",
  "global-connect-tool",
  "tool-separator",
  "create.start-event",
  "create.end-event",
  "create.exclusive-gateway",
  "create.task",
]);
const PAD = /^(append\.(end-event|gateway|append-task)|lane-|connect|delete)/;

const WORDS = {
  "Activate hand tool": "Di chuyển khung nhìn",
  "Activate lasso tool": "Chọn nhiều phần tử",
  "Activate create/remove space tool": "Thêm hoặc bớt khoảng trống",
  "Activate global connect tool": "Nối hai phần tử",
  "Create start event": "Thêm chỗ bắt đầu",
  "Create end event": "Thêm chỗ kết thúc",
  "Create gateway": "Thêm cổng rẽ nhánh",
  "Create task": "Thêm bước",
  "Append end event": "Nối tới chỗ kết thúc",
  "Append gateway": "Nối tới cổng rẽ nhánh",
  "Append task": "Nối tới bước mới",
  "Add lane above": "Thêm làn ở trên",
  "Add lane below": "Thêm làn ở dưới",
  "Divide into two lanes": "Chia hai làn",
  "Divide into three lanes": "Chia ba làn",
  "Connect to other element": "Nối tới phần tử khác",
  "Connect using sequence/message flow or association": "Nối tới phần tử khác",
  When: "Khi",
  Then: "Thì",
  And: "và",
  "Hit policy:": "Cách chọn dòng:",
  "Hit Policy": "Cách chọn dòng",
  "Add rule": "Thêm dòng",
  "Remove rule": "Xóa dòng",
  "Add rule above": "Thêm dòng ở trên",
  "Add rule below": "Thêm dòng ở dưới",
  "Edit input": "Sửa cột điều kiện",
  "Edit output": "Sửa cột kết quả",
  Delete: "Xóa",
  Remove: "Xóa",
};

const only = (keep) => (entries) => Object.fromEntries(Object.entries(entries).filter(([key]) => keep(key)));

class Subset {
  constructor(palette, contextPad, elementFactory) {
    palette.registerProvider(500, this);
    contextPad.registerProvider(500, this);
    const create = elementFactory.createElement.bind(elementFactory);
    const asTask = (attrs) => (attrs?.type === "bpmn:Task" ? { ...attrs, type: "bpmn:UserTask" } : attrs);
    elementFactory.createElement = (kind, attrs) => create(kind, asTask(attrs));
  }
  getPaletteEntries() {
    return only((key) => PALETTE.has(key));
  }
  getContextPadEntries() {
    return only((key) => PAD.test(key));
  }
  getMultiElementContextPadEntries() {
    return only((key) => key === "delete");
  }
}
Subset.$inject = ["palette", "contextPad", "elementFactory"];

const translate = (words, values = {}) =>
  (WORDS[words] ?? words).replace(/{([^}]+)}/g, (_all, name) => values[name] ?? `{${name}}`);

export const subset = { __init__: ["subset"], subset: ["type", Subset], translate: ["value", translate] };
export const words = { translate: ["value", translate] };
