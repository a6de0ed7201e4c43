// One telephone: its card, what is heard on it, and what is done at it.
import { record } from "./microphone.js";
import { send } from "./send.js";
import { recognise, recognises } from "./voice.js";

const HINTS = {
  keys: "The line waits: press a key, or say it.",
  recording: "The line records: speak, then press # or hang up.",
  "a phone": "The line rings a phone. Stay on.",
  joined: "You are joined. What you say is heard on the other phone.",
};
const KEPT = 60; // lines on a phone's screen

export class Phone {
  constructor(told, about, voice) {
    this.told = told;
    this.line = about.line;
    this.voice = voice;
    this.endRecording = null; // while the microphone is on
    this.card = document.querySelector("#phone").content.firstElementChild.cloneNode(true);
    this.card.dataset.phone = told.key;
    this.one(".name").textContent = told.name;
    this.card.setAttribute("aria-label", `${told.name}'s telephone`);
    this.one(".heard").setAttribute("aria-label", `Heard on ${told.name}'s telephone`);
    this.one(".ring").textContent = told.own ? "Ring the clinic" : "Ring the line";
    this.one(".recognise").hidden = !recognises;
    for (const key of "123456789*0#") {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = key;
      button.setAttribute("aria-label", { "*": "star", "#": "hash" }[key] ?? key);
      button.addEventListener("click", () => this.press(key));
      this.one(".keys").append(button);
    }
    for (const { key, words } of about.behaviours) this.one(".minder select").append(new Option(words, key));
    this.listen();
    this.is(told);
  }

  one(selector) {
    return this.card.querySelector(selector);
  }

  listen() {
    const on = (selector, event, act) => this.one(selector).addEventListener(event, act);
    on(".ring", "click", () => this.act("dial", { to: this.line, from: this.shows() }));
    on(".answer", "click", () => this.act("answer"));
    on(".reject", "click", () => this.act("reject"));
    on(".hang-up", "click", async () => {
      this.voice.quiet(this);
      await this.endSpeaking();
      this.act("hang_up");
    });
    on(".say", "submit", (event) => {
      event.preventDefault();
      const box = this.one(".say input");
      if (box.value.trim()) this.say(box.value);
      box.value = "";
    });
    on(".recognise", "click", () => recognise().then((text) => this.say(text), (error) => this.problem(error.message)));
    on(".speak", "click", () => (this.endRecording ? this.endSpeaking() : this.speak()));
    on(".talk", "click", () => this.act("talk"));
    on(".shows select", "change", (event) => (this.one(".other").hidden = event.target.value !== "other"));
    on(".minder select", "change", (event) => this.act("behave", { as: event.target.value }));
  }

  shows() {
    const chosen = this.one(".shows select").value;
    return chosen === "other" ? this.one(".other input").value.trim() : chosen || this.ownNumber;
  }

  // --- what is done

  async act(what, words = {}) {
    this.problem(await send("act", { phone: this.told.key, act: what, ...words }));
  }

  mayPress() {
    return this.told.state === "in a call" && this.told.by_hand;
  }

  async press(keys) {
    this.voice.quiet(this);
    await this.endSpeaking();
    this.act("press", { keys });
  }

  say(text) {
    this.voice.quiet(this);
    this.act("say", { text });
  }

  // The line is told at once that somebody speaks, so that it waits while the browser asks for permission.
  async speak() {
    this.voice.quiet(this);
    this.act("speak");
    try {
      this.endRecording = await record();
    } catch (error) {
      this.act("hush");
      this.problem(`There is no microphone to speak into (${error.name}): talk without one, and a tone is recorded.`);
    }
    this.is(this.told);
  }

  async endSpeaking() {
    if (!this.endRecording) return;
    const end = this.endRecording;
    this.endRecording = null;
    this.is(this.told);
    this.problem(await send(`spoken?phone=${encodeURIComponent(this.told.key)}`, await end()));
  }

  // --- what happens

  is(told) {
    const used = this.card.contains(document.activeElement) ? document.activeElement : this.card;
    this.told = told;
    this.ownNumber ??= told.number;
    const call = told.state === "in a call";
    const free = told.state === "free";
    this.card.dataset.state = told.state;
    this.card.classList.toggle("own", told.own);
    this.one(".number").textContent = told.own && !free ? `shows ${told.number}` : told.own ? this.ownNumber : told.number;
    this.one(".state").textContent = told.state === "ringing" ? `rings: ${told.from || "no number"}` : told.state;
    this.one(".hint").textContent = this.hint();
    this.one(".ring").hidden = !free;
    this.one(".answer").hidden = this.one(".reject").hidden = !(told.state === "ringing" && told.by_hand);
    this.one(".hang-up").hidden = free || told.state === "ringing";
    this.one(".keys").hidden = this.one(".say").hidden = !this.mayPress();
    this.one(".microphone").hidden = !(this.mayPress() && told.waits === "recording") && !this.endRecording;
    this.one(".speak").textContent = this.endRecording ? "Stop, and send it" : "Speak into the microphone";
    this.one(".talk").hidden = Boolean(this.endRecording);
    this.one(".shows").hidden = !(told.own && free);
    this.one(".other").hidden = !(told.own && free) || this.one(".shows select").value !== "other";
    this.one(".minder").hidden = told.own;
    this.one(".minder select").value = told.behaviour;
    if (this.endRecording && told.waits !== "recording") this.endSpeaking(); // the line has stopped recording
    if (free) this.voice.quiet(this);
    // Whoever goes by keyboard stays at this telephone when the button that they pressed is gone.
    if (!used.checkVisibility()) this.card.focus({ preventScroll: true });
  }

  hint() {
    const { state, own, by_hand, waits } = this.told;
    if (state === "free") return own ? "Ring the clinic, and press keys as you are asked to." : "";
    if (!by_hand) return "A machine minds this phone now.";
    return HINTS[waits] ?? (state === "in a call" ? "Nothing listens now: keys go unheard." : "");
  }

  hears(told, live) {
    const does = told.who === "line" && !told.spoken;
    const from = told.who === "other" ? "other" : told.spoken ? "line" : does ? "does" : "did";
    let words = told.text === "[records]" ? "♪ the tone: it records" : told.text;
    if (from === "did" && told.text.endsWith("goes unheard")) words = `${words}: nothing listened.`;
    if (does) words = words.startsWith("joins") ? "You are joined." : `The line ${words}.`;
    this.write(from, from === "other" ? `They say: ${words}` : words);
    if (live && told.spoken && told.text !== "[records]") this.voice.say(told.text, this);
  }

  texted(told) {
    this.write("text", `Text: ${told.text}`);
  }

  write(from, words) {
    const list = this.one(".heard");
    const item = document.createElement("p");
    item.className = from;
    item.textContent = words;
    list.append(item);
    while (list.children.length > KEPT) list.firstChild.remove();
    list.scrollTop = list.scrollHeight;
  }

  problem(words) {
    this.one(".problem").textContent = words;
    this.one(".problem").hidden = !words;
  }
}
