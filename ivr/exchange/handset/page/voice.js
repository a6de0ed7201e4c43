// The browser's own voice, for what is heard; its own ear, where it has one.
export class Voice {
  constructor(box) {
    this.box = box;
    this.owner = null; // the phone that is speaking
    box.addEventListener("change", () => box.checked || this.quiet());
  }

  // A phone's new prompt ends its last one; another phone's waits its turn.
  say(text, owner) {
    if (!this.box.checked || !window.speechSynthesis) return;
    if (this.owner === owner) speechSynthesis.cancel();
    this.owner = owner;
    const words = new SpeechSynthesisUtterance(text);
    words.lang = "en-GB";
    words.rate = 1.1; // telephones' voices are brisk, and the line doesn't wait for this one
    speechSynthesis.speak(words);
  }

  quiet(owner = this.owner) {
    if (window.speechSynthesis && this.owner === owner) speechSynthesis.cancel();
  }
}

const Recognition = window.SpeechRecognition ?? window.webkitSpeechRecognition;
export const recognises = Boolean(Recognition);

// Resolves to what was said; rejects with words when nothing could be made out.
export function recognise() {
  return new Promise((resolve, reject) => {
    const ear = new Recognition();
    ear.lang = "en-GB";
    ear.onresult = (event) => resolve(event.results[0][0].transcript);
    ear.onerror = (event) => reject(new Error(`Your browser made nothing out (${event.error}): type it instead.`));
    ear.onend = () => reject(new Error("Your browser made nothing out: type it instead."));
    ear.start();
  });
}
