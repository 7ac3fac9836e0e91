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
  "Add input": "Thêm cột điều kiện",
  "Add output": "Thêm cột kết quả",
  "Add input left": "Thêm cột điều kiện bên trái",
  "Add input right": "Thêm cột điều kiện bên phải",
  "Add output left": "Thêm cột kết quả bên trái",
  "Add output right": "Thêm cột kết quả bên phải",
  "Remove input column": "Xóa cột điều kiện",
  "Remove output column": "Xóa cột kết quả",
  "Remove cell description": "Xóa ghi chú của ô",
  Input: "Điều kiện",
  Output: "Kết quả",
  "Input label: ": "Tên cột điều kiện: ",
  "Input expression: ": "Biểu thức: ",
  "Output label": "Tên cột kết quả",
  "Output name": "Mã cột kết quả",
  "Input type": "Kiểu của điều kiện",
  "Output type": "Kiểu của kết quả",
  "Decision name: ": "Tên bảng: ",
  "Predefined values": "Giá trị có sẵn",
  "Input values": "Giá trị của điều kiện",
  "Output values": "Giá trị của kết quả",
  "Expression language": "Ngôn ngữ biểu thức",
  "Strings must be in double quotes": "Chữ phải đặt trong ngoặc kép",
  Value: "Giá trị",
  Values: "Các giá trị",
  Type: "Kiểu",
  Comparison: "So sánh",
  "Comparison operator": "Cách so sánh",
  Range: "Khoảng",
  Include: "kể cả",
  Exclude: "không kể",
  Equals: "bằng",
  Less: "nhỏ hơn",
  "Less or equals": "nhỏ hơn hoặc bằng",
  Greater: "lớn hơn",
  "Greater or equals": "lớn hơn hoặc bằng",
  Before: "trước",
  After: "sau",
  Between: "trong khoảng",
  Exactly: "đúng ngày",
  "Edit number": "Sửa số",
  "Edit date": "Sửa ngày",
  "Set date": "Đặt ngày",
  "Use today": "Lấy hôm nay",
  "Test type": "Cách so",
  Yes: "Có",
  No: "Không",
  Unique: "Đúng một dòng (Unique)",
  First: "Dòng đầu tiên đúng (First)",
  string: "chữ",
  number: "số",
  boolean: "có hoặc không",
  date: "ngày",
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
