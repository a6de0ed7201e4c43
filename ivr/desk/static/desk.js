// Comforts only: every page works without this file.
"use strict";

// A double click sends once: the answer to the second would hide that of the first.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post") return;
  if (performance.now() - (form.sentAt ?? -Infinity) < 1500) {
    event.preventDefault();
    event.stopImmediatePropagation();
  } else form.sentAt = performance.now();
});

// "Show" puts the number in place of its mask, instead of opening a page of its own.
document.addEventListener("submit", async (event) => {
  const form = event.target.closest("form[data-show]");
  if (!form) return;
  event.preventDefault();
  const answer = await fetch(form.action, {
    method: "POST",
    body: new URLSearchParams(new FormData(form)),
    headers: { Accept: "text/plain" },
  }).catch(() => null);
  if (!answer || !answer.ok || answer.redirected) { form.submit(); return; }
  const shown = form.parentElement.querySelector("[data-number]");
  shown.textContent = await answer.text();
  shown.tabIndex = -1;
  form.remove();
  shown.focus();
});

// Seconds that pass are counted here: the page says how many there were when it was made.
function count() {
  for (const one of document.querySelectorAll("[data-seconds]")) {
    one.from ??= performance.now();
    const seconds = Number(one.dataset.seconds) + Math.floor((performance.now() - one.from) / 1000);
    if (seconds < 3600) one.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  }
}
setInterval(count, 1000);

// What updates by itself: when its mark changes, the page is asked for again and the part is put in its place.
const part = document.querySelector("[data-live]");
if (part) {
  const busy = () => { // somebody is choosing, or is about to press the button beside what they chose
    const at = document.activeElement;
    const chosen = [...(at?.closest("form")?.querySelectorAll("select") ?? [])].some((one) => one.value);
    return part.contains(at) && (at.matches("select, input, textarea") || chosen);
  };
  const renew = async () => {
    if (busy()) { part.dataset.waiting = ""; return; } // not from under their hands
    delete part.dataset.waiting;
    const answer = await fetch(location.href).catch(() => null);
    if (!answer || !answer.ok) return;
    if (answer.redirected) { location.reload(); return; } // logged out
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.querySelector("[data-live]");
    if (!fresh || busy()) return;
    const form = part.contains(document.activeElement) ? document.activeElement.closest("form")?.getAttribute("action") : null;
    part.dataset.mark = fresh.dataset.mark;
    part.replaceChildren(...fresh.childNodes);
    document.title = page.title;
    if (form) part.querySelector(`form[action="${CSS.escape(form)}"] button`)?.focus();
    const told = document.querySelector("[data-announce]"), news = page.querySelector("[data-announce]");
    if (told && news && told.textContent !== news.textContent) told.textContent = news.textContent;
  };
  const source = new EventSource(part.dataset.live);
  source.onmessage = (event) => { if (event.data !== part.dataset.mark) renew(); };
  part.addEventListener("focusout", () => { if ("waiting" in part.dataset) setTimeout(renew, 0); });
}
