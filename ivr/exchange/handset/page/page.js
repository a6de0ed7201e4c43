// The page: what the exchange tells goes to the phones and the strips; what is pressed goes to the exchange.
import { Phone } from "./phone.js";
import { Strips } from "./strips.js";
import { Voice } from "./voice.js";
import { send } from "./send.js";

const one = (selector) => document.querySelector(selector);
const voice = new Voice(one("#aloud"));
const phones = new Map();
let strips = null;
let about = null; // what the exchange told first
let began = 0; // performance.now() when it was `about.now`
let last = null; // the phone that was used last: where keys go that are typed outside of any

function open(told) {
  about = told;
  began = performance.now();
  document.title = told.title;
  one("#title").textContent = told.title;
  one("#links").replaceChildren(...told.links.map(link));
  const wall = new Intl.DateTimeFormat("en-GB", {
    timeZone: told.zone, hour: "2-digit", minute: "2-digit", second: "2-digit",
  });
  strips ??= new Strips(one("#tabs"), one("#strips"), told.strips, wall);
  if (phones.size === 0) told.phones.forEach(add);
  told.phones.forEach((phone) => phones.get(phone.key).is(phone));
  if (!one("#at").value) one("#at").value = local(now());
  twice();
  if (told.speed > 2) one("#aloud").checked = false; // no voice talks that fast
  show();
}

function link({ what, address }) {
  const made = document.createElement("a");
  made.href = address;
  made.textContent = what;
  made.target = "_blank";
  made.rel = "noreferrer";
  return made;
}

function add(told) {
  const phone = new Phone(told, about, voice);
  phones.set(told.key, phone);
  let group = one(`#phones [data-group="${CSS.escape(told.group)}"]`);
  if (!group) {
    group = document.createElement("section");
    group.dataset.group = told.group;
    group.className = told.own ? "group own" : "group";
    const heading = document.createElement("h2");
    heading.textContent = told.group;
    group.setAttribute("aria-label", told.group);
    group.append(heading);
    one("#phones").append(group);
  }
  group.append(phone.card);
  phone.card.addEventListener("focusin", () => (last = phone));
}

const now = () => new Date(Date.parse(about.now) + (performance.now() - began) * about.speed);

// "2026-10-25T01:30", by the clinic's clocks.
const local = (at) =>
  new Intl.DateTimeFormat("sv-SE", { timeZone: about.zone, dateStyle: "short", timeStyle: "short" })
    .format(at).replace(" ", "T");

function show() {
  one("#clock").textContent = new Intl.DateTimeFormat("en-GB", {
    timeZone: about.zone, weekday: "short", day: "numeric", month: "short", year: "numeric",
    hour: "2-digit", minute: "2-digit", second: "2-digit", timeZoneName: "short",
  }).format(now());
}

// When clocks go back, an hour comes twice: which one is meant is asked only then.
function twice() {
  if (!about) return;
  const wall = one("#at").value;
  const hours = Array.from({ length: 29 }, (_, i) => new Date(Date.parse(`${wall}Z`) + (i - 14) * 3_600_000));
  one("#twice").hidden = !wall || hours.filter((at) => local(at) === wall).length < 2;
}

// Which telephones ring, wherever on the page one looks; each name leads to its telephone.
function rings() {
  const ringing = [...phones.values()].filter(({ told }) => told.state === "ringing" && told.by_hand);
  one("#rings").replaceChildren(...ringing.map((phone) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = `${phone.told.name}'s telephone rings`;
    button.addEventListener("click", () => phone.card.focus());
    return button;
  }));
}

const takes = {
  about: open,
  phone: (told) => {
    phones.get(told.key).is(told);
    rings();
  },
  line: (told, live) => {
    const phone = phones.get(told.phone);
    if (phone) phone.hears(told, live);
    else strips.note(told.at, `${told.who}: ${told.text}`);
  },
  text: (told) => {
    phones.get(told.phone)?.texted(told);
    strips.text(told);
  },
  request: (told) => strips.request(told),
  strip: (told) => strips.line(told.strip, told.text),
  time: (told) => {
    about = { ...about, now: told.now };
    began = performance.now();
    show();
    strips.note(told.now, told.back ? "The time was set back: the line begins a new record." : "The time was set.");
  },
};

const events = new EventSource("events");
events.onmessage = (event) => {
  const told = JSON.parse(event.data);
  if (told.kind === "time" && Number(event.lastEventId) <= about.latest) return; // `about` knows better
  if (told.kind === "phone" && Number(event.lastEventId) <= about.latest) return;
  takes[told.kind](told, Number(event.lastEventId) > about?.latest);
};
events.onerror = () => problem("The exchange has gone. Start it again, and open the address that it prints.");
events.onopen = () => problem("");

function problem(words) {
  one("#problem").textContent = words;
  one("#problem").hidden = !words;
}

one("#time").addEventListener("submit", async (event) => {
  event.preventDefault();
  const form = new FormData(event.target);
  const second = form.get("second") && !one("#twice").hidden;
  problem(await send("time", { at: form.get("at"), hour: second ? "second" : "first" }));
});
one("#at").addEventListener("input", twice);

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || !/^[0-9*#]$/.test(event.key)) return;
  if (event.target.closest("input, select, textarea")) return;
  const within = event.target.closest(".phone");
  const phone = [...phones.values()].find((one) => one.card === within) ?? last ?? only();
  if (phone?.mayPress()) {
    event.preventDefault();
    phone.press(event.key);
  }
});

// The one telephone in a call: nothing was used yet on a page that is opened again.
function only() {
  const inCall = [...phones.values()].filter((one) => one.mayPress());
  return inCall.length === 1 ? inCall[0] : null;
}

setInterval(() => about && show(), 500);
