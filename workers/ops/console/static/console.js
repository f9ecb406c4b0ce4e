/* Pages renew themselves by htmx; here is what it doesn't do: rest, own up to silence, keep one's place and what was
   filled in, select all. */
"use strict";

const main = document.getElementById("main");
const silence = document.getElementById("silence");
const news = document.getElementById("news");
const user = document.querySelector(".whoami span")?.textContent;
const HELD = "tonegate.held";
const KEPT = "tonegate.kept";
const FOCUSABLE = "a[href], button, input, select, textarea, [tabindex]";
let lastAnswer = new Date();
document.getElementById("scriptless")?.remove(); // no <noscript>: the script may also have been kept out on the way

function told(words) {
  if (silence.textContent !== words) silence.textContent = words; // the same again would be read aloud again
  silence.hidden = !words;
}

function say(words, kind) { // read aloud, and as a notice seen as well
  news.textContent = words;
  news.className = kind;
}

/* A page nobody looks at asks nothing; one that is being read, typed into or pointed at holds still. */
let pressed = false;
let movedAt = -Infinity;
for (const name of ["pointerdown", "pointermove", "pointerup", "pointercancel"]) {
  document.addEventListener(name, (event) => { pressed = event.buttons !== 0; movedAt = Date.now(); }, { passive: true });
}
function rests(live) {
  const at = document.activeElement;
  return document.hidden || pressed || sessionStorage.getItem(HELD) !== null
    || String(document.getSelection()).length > 0
    || (main.contains(at) && at.matches("input, select, textarea"))
    || (Date.now() - movedAt < 2000 && live.querySelector("a:hover, button:hover") !== null);
}
document.addEventListener("htmx:beforeRequest", (event) => {
  if (rests(event.target)) event.preventDefault();
});

/* The focus, and how far a table is scrolled, outlive what they were on. */
const named = (element) => [element.tagName, element.getAttribute("href") || element.getAttribute("aria-label") || element.textContent].join(" ");
let place = null;
document.addEventListener("htmx:beforeSwap", (event) => {
  const live = event.detail.target;
  if (!event.detail.shouldSwap) return;
  if (rests(live)) { event.detail.shouldSwap = false; return; } // asked for before the pointer came
  place = {
    id: live.id,
    focus: live.contains(document.activeElement) ? named(document.activeElement) : "",
    scrolled: [...live.querySelectorAll(".scroll")].map((one) => [named(one), one.scrollLeft]),
    verdict: document.getElementById("verdict")?.textContent,
  };
});
document.addEventListener("htmx:afterSwap", () => {
  const live = place && document.getElementById(place.id);
  if (!live) return;
  const regions = [...live.querySelectorAll(".scroll")];
  for (const [name, left] of place.scrolled) {
    const region = regions.find((one) => named(one) === name);
    if (region) region.scrollLeft = left;
  }
  if (place.focus) {
    const same = [...live.querySelectorAll(FOCUSABLE)].find((one) => named(one) === place.focus);
    (same || main).focus({ preventScroll: true });
  }
  const verdict = document.getElementById("verdict")?.textContent;
  if (verdict !== place.verdict) say(verdict, "unseen");
  place = null;
});
document.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.successful) {
    lastAnswer = new Date();
    told("");
    return;
  }
  const page = new DOMParser().parseFromString(event.detail.xhr?.responseText || "", "text/html");
  const why = page.querySelector("[data-undone] .alert")?.textContent || "The console does not answer.";
  told(`${why} What you see is from ${lastAnswer.toLocaleTimeString()} by your clock.`);
});

/* The folded navigation lies over the page: it folds again once one has gone on, by Tab or to another page. */
const pages = document.getElementById("pages");
if (pages && "popover" in pages) {
  const fold = () => { if (pages.matches(":popover-open")) pages.hidePopover(); };
  document.addEventListener("focusin", ({ target }) => { if (!pages.contains(target) && !target.matches(".fold")) fold(); });
  pages.addEventListener("click", ({ target }) => { if (target.closest("a")) fold(); });
}

/* Hold or go on: for whoever reads slowly, or by ear. */
if (document.querySelector("[hx-trigger]")) {
  const hold = document.createElement("button");
  hold.className = "quiet hold";
  hold.accessKey = "h";
  const show = () => { hold.textContent = sessionStorage.getItem(HELD) ? "Renew again" : "Hold still"; };
  hold.addEventListener("click", () => {
    if (sessionStorage.getItem(HELD)) sessionStorage.removeItem(HELD); else sessionStorage.setItem(HELD, "1");
    show();
  });
  show();
  document.querySelector(".whoami").append(hold);
}

/* What was filled in is kept, in this tab alone and without passwords, until it is done: a session may end meanwhile. */
const filled = (form) => [...form.elements].filter((one) => one.name && one.matches("input:not([type=hidden], [type=password]), select, textarea"));
function keep(form, more) {
  const values = filled(form).map((one) => [one.name, one.value]);
  sessionStorage.setItem(KEPT, JSON.stringify({ user, action: form.getAttribute("action"), values, ...more }));
}
document.addEventListener("submit", (event) => {
  if (user && event.target.method === "post" && main.contains(event.target)) keep(event.target, { undone: false });
});
document.addEventListener("htmx:beforeOnLoad", (event) => {
  if (!event.detail.xhr.getResponseHeader("HX-Redirect")) return;
  const begun = [...main.querySelectorAll("form[method=post]")].find((form) => filled(form).some((one) => one.matches("input, textarea") && one.value !== one.defaultValue));
  if (begun) keep(begun, { undone: true });
});
const kept = JSON.parse(sessionStorage.getItem(KEPT));
if (kept && document.querySelector("[data-undone]")) {
  sessionStorage.setItem(KEPT, JSON.stringify({ ...kept, undone: true }));
} else if (kept) {
  sessionStorage.removeItem(KEPT);
  const form = [...main.querySelectorAll("form")].find((one) => one.getAttribute("action") === kept.action);
  if (form && kept.undone && kept.user === user) {
    for (const [name, value] of kept.values) if (form.elements[name]) form.elements[name].value = value;
    say("What you had filled in is in its form again; it is not done yet.", "notice");
  }
}

for (const all of document.querySelectorAll("[data-all]")) {
  const boxes = [...document.querySelectorAll(`input[name="${all.dataset.all}"]`)];
  const count = document.querySelector("[data-count]");
  const show = () => {
    const ticked = boxes.filter((box) => box.checked).length;
    count.textContent = `${ticked} of ${boxes.length} selected`;
    all.checked = ticked === boxes.length;
    all.indeterminate = ticked > 0 && ticked < boxes.length;
  };
  all.addEventListener("change", () => { boxes.forEach((box) => { box.checked = all.checked; }); show(); });
  boxes.forEach((box) => box.addEventListener("change", show));
  addEventListener("pageshow", show); // a browser may have ticked them again
  all.closest("[hidden]").hidden = false;
  show();
}

/* A menu begins at the middle of its left edge. */
for (const drawing of document.querySelectorAll(".drawing")) {
  const centre = () => { drawing.scrollTop = (drawing.scrollHeight - drawing.clientHeight) / 2; };
  drawing.querySelector("img").addEventListener("load", centre);
  centre();
}
