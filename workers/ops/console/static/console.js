/* Pages renew themselves by htmx; here is what it doesn't do: rest, own up to silence, select all. */
"use strict";

const silence = document.getElementById("silence");
const HELD = "tonegate.held";
let lastAnswer = new Date();

function told(words) {
  silence.textContent = words;
  silence.hidden = !words;
}

/* A page nobody looks at asks nothing; one that is being read or typed into holds still. */
document.addEventListener("htmx:beforeRequest", (event) => {
  const selected = String(document.getSelection()).length > 0;
  const typing = event.target.contains(document.activeElement) && document.activeElement.matches("input, select, textarea");
  if (document.hidden || selected || typing || sessionStorage.getItem(HELD)) event.preventDefault();
});
document.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.successful) {
    lastAnswer = new Date();
    told("");
  } else {
    told(`The console does not answer: what you see is from ${lastAnswer.toLocaleTimeString()}.`);
  }
});

/* Hold or go on: for whoever reads slowly, or by ear. */
const renewing = document.querySelector("[hx-trigger]");
if (renewing) {
  const hold = document.createElement("button");
  hold.className = "quiet hold";
  hold.accessKey = "h";
  const show = () => { hold.textContent = sessionStorage.getItem(HELD) ? "Renew again" : "Hold still"; };
  hold.addEventListener("click", () => {
    if (sessionStorage.getItem(HELD)) sessionStorage.removeItem(HELD); else sessionStorage.setItem(HELD, "1");
    show();
  });
  show();
  document.querySelector("header").append(hold);
}

for (const all of document.querySelectorAll("[data-all]")) {
  const boxes = () => document.querySelectorAll(`input[name="${all.dataset.all}"]`);
  all.addEventListener("change", () => boxes().forEach((box) => { box.checked = all.checked; }));
}
