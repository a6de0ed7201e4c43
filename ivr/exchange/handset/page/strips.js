// What happens behind the telephones: the wire, the texts, and what else the exchange was told to show.
const WIRE = "The wire";
const TEXTS = "Texts";
const KEPT = 400; // entries in each strip

export class Strips {
  constructor(tabs, panels, names, wall) {
    this.wall = wall;
    this.tabs = tabs;
    this.lists = new Map();
    for (const name of [WIRE, ...names, TEXTS]) this.add(name, tabs, panels);
    this.note(null, "Each request that reaches the line appears here, with its signature and its answer.");
    this.choose(WIRE);
  }

  add(name, tabs, panels) {
    const id = `strip-${this.lists.size}`;
    const tab = make("button", name);
    Object.entries({ type: "button", role: "tab", id: `${id}-tab`, "aria-controls": id }).forEach(([key, value]) =>
      tab.setAttribute(key, value));
    tab.addEventListener("click", () => this.choose(name));
    tab.addEventListener("keydown", (event) => this.walk(event, name));
    const list = make("div");
    Object.entries({ id, role: "tabpanel", tabindex: "0", "aria-labelledby": `${id}-tab` }).forEach(([key, value]) =>
      list.setAttribute(key, value));
    tabs.append(tab);
    panels.append(list);
    this.lists.set(name, { tab, list });
  }

  choose(name) {
    for (const [one, { tab, list }] of this.lists) {
      list.hidden = one !== name;
      tab.setAttribute("aria-selected", String(one === name));
      tab.tabIndex = one === name ? 0 : -1;
    }
  }

  walk(event, name) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const names = [...this.lists.keys()];
    const next = names[(names.indexOf(name) + step + names.length) % names.length];
    this.choose(next);
    this.lists.get(next).tab.focus();
  }

  request(told) {
    const entry = make("details");
    const summary = make("summary");
    const kind = told.params.find(([key]) => key === "CallStatus" || key === "MessageStatus")?.[1] ?? "";
    summary.append(
      this.time(told.at), make("code", `${told.method} ${told.path.split("/").slice(0, 3).join("/")}`), make("span", kind, "kind"),
      make("b", told.error ? `error ${told.error}` : String(told.status), told.error ? "bad" : "good"),
      make("span", `${told.milliseconds} ms`, "kind"),
    );
    const table = make("table");
    table.append(row("X-Twilio-Signature", told.signature), row("to", told.url));
    for (const [key, value] of told.params) table.append(row(key, value));
    const answer = make("pre", told.answer || "(no body)");
    answer.tabIndex = 0;
    entry.append(summary, make("h4", "Sent"), table, make("h4", "Answered"), answer);
    this.append(WIRE, entry);
  }

  text(told) {
    const item = make("p");
    item.append(this.time(told.at), make("b", `to ${told.to}`), make("span", told.text));
    this.append(TEXTS, item);
  }

  line(name, words) {
    this.append(name, make("p", words));
  }

  note(at, words) {
    const item = make("p", "", "note");
    if (at) item.append(this.time(at));
    item.append(make("span", words));
    this.append(WIRE, item);
  }

  time(at) {
    return make("time", at ? this.wall.format(new Date(at)) : "");
  }

  append(name, what) {
    const { list } = this.lists.get(name);
    const below = list.scrollHeight - list.scrollTop - list.clientHeight < 40; // the reader is at the end
    const item = make("div", "", "entry");
    item.append(what);
    list.append(item);
    while (list.children.length > KEPT) list.firstChild.remove();
    if (below) list.scrollTop = list.scrollHeight;
  }
}

function make(tag, text = "", kind = "") {
  const made = document.createElement(tag);
  made.textContent = text;
  if (kind) made.className = kind;
  return made;
}

function row(key, value) {
  const made = make("tr");
  const head = make("th", key);
  head.scope = "row";
  made.append(head, make("td", value));
  return made;
}
