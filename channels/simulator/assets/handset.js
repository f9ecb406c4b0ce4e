// The handset page: every bubble comes from the simulator's event stream; nothing here decides anything.
// All texts are set as textContent, never as markup.
"use strict";

const setup = document.body.dataset;
const byId = (id) => document.getElementById(id);
const el = (tag, className, text) => {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text !== undefined) node.textContent = text;
  return node;
};
const icon = (path) => {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 20 20");
  svg.setAttribute("aria-hidden", "true");
  const line = document.createElementNS("http://www.w3.org/2000/svg", "path");
  line.setAttribute("d", path);
  svg.append(line);
  return svg;
};
const TICK = "M4 10.5l4 4 8-9", CLOCK = "M10 5v5l3 2M10 2.5a7.5 7.5 0 1 0 .01 0", CROSS = "M5 5l10 10M15 5L5 15";
const HUES = [168, 28, 262, 338, 208, 84];
const KEPT = 5000, KEPT_PER_NUMBER = 200;

// ---- what is remembered in this browser -----------------------------------------------------------------
const memory = {
  read(key, otherwise) {
    try { return JSON.parse(localStorage.getItem(`tonegate.${key}`)) ?? otherwise; } catch { return otherwise; }
  },
  write(key, value) {
    try { localStorage.setItem(`tonegate.${key}`, JSON.stringify(value)); } catch { /* private window: not kept */ }
  },
};
const bubbles = new Map();
for (const bubble of memory.read("bubbles", [])) bubbles.set(bubble.id, bubble);
let remembering = 0;
const rememberBubbles = () => {
  clearTimeout(remembering);
  remembering = setTimeout(() => {
    const seen = {};
    const kept = [...bubbles.values()].reverse().filter((b) => (seen[b.number] = (seen[b.number] ?? 0) + 1) <= KEPT_PER_NUMBER);
    memory.write("bubbles", kept.reverse());
  }, 400);
};

// ---- calls ----------------------------------------------------------------------------------------------
async function call(method, path, body) {
  let response;
  try {
    response = await fetch(path, { method, headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
  } catch { throw new Error("The simulator can't be reached."); }
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(answer.error ?? `The simulator answered ${response.status}.`);
  return answer;
}

// ---- text length, as the network counts it (3GPP 23.038 §6.2.1) --------------------------------------------
const GSM = new Set("@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà");
const EXTENSION = new Set("\f^{}\\[~]|€");
function lengthHint(text) {
  if (!text) return "";
  let units = 0;
  for (const letter of text) {
    if (GSM.has(letter)) units += 1;
    else if (EXTENSION.has(letter)) units += 2;
    else { units = -1; break; }
  }
  const [used, single, part] = units >= 0 ? [units, 160, 153] : [text.length, 70, 67];
  return used <= single ? `${used} / ${single}` : `${used} · ${Math.ceil(used / part)} parts`;
}

// ---- one bubble -----------------------------------------------------------------------------------------
const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", second: "2-digit" });
const took = (ms) => (ms < 1000 ? `${Math.max(0, Math.round(ms))} ms` : `${(ms / 1000).toFixed(1)} s`);
const STATES = {
  waiting: (b) => [CLOCK, b.attempts > 1 ? `Waiting, tried ${b.attempts} times` : "Waiting"],
  accepted: (b) => [TICK, b.attempts > b.parts ? `Accepted at try ${b.attempts}` : "Accepted"],
  rejected: () => [CROSS, "Refused"],
  lost: () => [CROSS, "Lost: the simulator was restarted"],
  partial: (b) => [CLOCK, `Some of ${b.parts} parts`],
  received: (b) => [null, b.parts > 1 ? `${b.parts} parts` : ""],
};
function fill(item, bubble, before) {
  item.className = `bubble ${bubble.side === "handset" ? "handset" : "service"}`;
  item.dataset.state = bubble.state;
  const meta = el("div", "meta");
  const time = el("time", "", clock.format(bubble.at_ms));
  time.dateTime = new Date(bubble.at_ms).toISOString();
  const [path, words] = (STATES[bubble.state] ?? (() => [null, ""]))(bubble);
  const state = el("span", "state", words);
  if (path) state.prepend(icon(path));
  meta.append(time);
  if (bubble.side === "service" && before?.side === "handset") meta.append(el("span", "took", `after ${took(bubble.at_ms - before.at_ms)}`));
  if (words) meta.append(state);
  const text = el("p", "", bubble.text);
  text.dir = "auto";
  item.replaceChildren(el("span", "unseen", bubble.side === "handset" ? "You:" : `${bubble.short_code}:`), text, meta);
}

// ---- one handset's USSD session ---------------------------------------------------------------------------
const dials = new Map();
const KEYS = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "*", "0", "#"];
class Dialler {
  constructor(handset, find) {
    this.handset = handset;
    [this.form, this.open, this.screen, this.problem] = [".dialler", ".dials", ".screen", ".dialler .problem"].map(find);
    [this.typed, this.label, this.pad, this.end, this.go] = [".typed", ".typed-label", ".pad", ".end", ".go"].map(find);
    this.pad.append(...KEYS.map((key) => {
      const button = el("button", "", key);
      button.type = "button";
      button.addEventListener("click", () => { this.typed.value += key; this.typed.focus(); });
      return button;
    }));
    this.open.addEventListener("click", () => this.toggle(this.form.hidden));
    this.end.addEventListener("click", () => this.close());
    this.form.addEventListener("keydown", (event) => { if (event.key === "Escape") this.close(); });
    this.form.addEventListener("submit", (event) => { event.preventDefault(); this.send(); });
  }
  get asks() { return this.dial?.state === "open"; }
  get runs() { return this.asks || this.dial?.state === "waiting"; }

  toggle(shown) {
    this.form.hidden = !shown;
    this.open.setAttribute("aria-expanded", shown);
    if (!shown) return;
    if (!this.runs) { this.dial = undefined; this.typed.value = setup.service; }
    this.paint();
    this.typed.focus();
    this.typed.select();
  }
  close() {
    if (this.runs) call("POST", "/api/dials/end", { number: this.handset.number }).catch(() => {});
    this.toggle(false);
    this.open.focus();
  }
  async send() {
    this.problem.textContent = "";
    const { number } = this.handset, typed = this.typed.value.trim();
    if (!this.asks && !/^[*#]\d+(\*[^#]*)?#$/.test(typed)) {
      this.problem.textContent = `That is no USSD code: write one such as ${setup.service}`;
      return;
    }
    try {
      if (this.asks) await call("POST", "/api/dials/keys", { number, keys: typed });
      else await call("POST", "/api/dials", { number, code: typed });
      if (this.typed.value.trim() === typed) this.typed.value = "";
    } catch (error) { this.problem.textContent = error.message; }
  }
  show(dial) {
    const news = dial && (dial.session !== this.dial?.session || dial.count !== this.dial?.count || dial.state !== this.dial?.state || dial.text !== this.dial?.text);
    this.dial = dial;
    if (news && dial.pushed && dial.state === "open") { this.form.hidden = false; this.open.setAttribute("aria-expanded", true); }
    this.paint();
    if (news && dial.state === "open" && !this.form.hidden) this.typed.focus();
  }
  paint() {
    const { state, text } = this.dial ?? {};
    this.screen.textContent = state === "waiting" ? "USSD code running…" : text ?? "";
    this.screen.hidden = !this.screen.textContent;
    this.screen.dir = "auto";
    this.form.dataset.state = state ?? "idle";
    this.label.textContent = this.asks ? "Answer" : "Code";
    this.typed.placeholder = this.asks ? "Answer" : setup.service;
    this.go.textContent = this.asks ? "Send" : "Call";
    this.go.disabled = state === "waiting";
    this.end.textContent = this.runs ? "Cancel" : "Close";
  }
}

// ---- one handset ----------------------------------------------------------------------------------------
const handsets = [];
class Handset {
  constructor({ number, shortCode, draft }) {
    this.root = byId("handset").content.firstElementChild.cloneNode(true);
    const find = (selector) => this.root.querySelector(selector);
    [this.numberInput, this.codeInput, this.log, this.empty, this.chips] = [".number-input", ".code-input", ".log", ".empty", ".chips"].map(find);
    [this.form, this.area, this.send, this.problem, this.length] = [".compose", "textarea", ".send", ".problem", ".length"].map(find);
    this.items = new Map();
    this.sent = "";
    this.numberInput.value = number;
    this.codeInput.value = shortCode;
    this.area.value = draft ?? "";
    find(".avatar").style.setProperty("--hue", HUES[handsets.length % HUES.length]);
    this.dialler = new Dialler(this, find);
    find(".remove").addEventListener("click", () => this.remove());
    for (const input of [this.numberInput, this.codeInput]) input.addEventListener("input", () => this.renumber());
    this.area.addEventListener("input", () => this.typed());
    this.area.addEventListener("keydown", (event) => this.key(event));
    this.form.addEventListener("submit", (event) => { event.preventDefault(); this.submit(this.area.value); });
  }
  get number() { return this.numberInput.value.replace(/[\s+().-]/g, ""); }
  get shortCode() { return this.codeInput.value.trim(); }
  get state() { return { number: this.number, shortCode: this.shortCode, draft: this.area.value }; }

  renumber() {
    this.numberInput.setAttribute("aria-invalid", !/^\d{3,20}$/.test(this.number));
    this.codeInput.setAttribute("aria-invalid", !/^\d{1,20}$/.test(this.shortCode));
    this.root.setAttribute("aria-label", `Handset ${this.number}`);
    this.log.setAttribute("aria-label", `Messages of ${this.number}`);
    this.root.querySelector(".remove").setAttribute("aria-label", `Remove handset ${this.number}`);
    this.root.querySelector(".dials").setAttribute("aria-label", `Dial from ${this.number}`);
    this.dialler.show(dials.get(this.number));
    this.items.clear();
    this.log.replaceChildren();
    this.empty.hidden = false;
    this.last = undefined;
    for (const bubble of bubbles.values()) this.show(bubble);
    this.typed();
    for (const other of handsets) other.suggest();
  }
  typed() {
    this.area.style.height = "auto";
    this.area.style.height = `${this.area.scrollHeight + 2}px`;
    this.length.textContent = lengthHint(this.area.value);
    this.send.disabled = !this.area.value.trim() || !!this.root.querySelector("[aria-invalid=true]");
    rememberHandsets();
  }
  key(event) {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      if (!this.send.disabled) this.form.requestSubmit();
    } else if (event.key === "ArrowUp" && !this.area.value && this.sent) {
      event.preventDefault();
      this.area.value = this.sent;
      this.typed();
    }
  }
  async submit(text) {
    this.problem.textContent = "";
    try {
      await call("POST", "/api/texts", { number: this.number, short_code: this.shortCode, text });
    } catch (error) {
      this.problem.textContent = error.message;
      return;
    }
    this.sent = text;
    if (this.area.value === text) this.area.value = "";
    this.typed();
  }
  show(bubble) {
    if (bubble.number !== this.number) return;
    const atEnd = this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < 60;
    let item = this.items.get(bubble.id);
    if (!item) {
      item = { node: el("li"), before: this.last };
      this.items.set(bubble.id, item);
      this.last = bubble;
      this.log.append(item.node);
      this.empty.hidden = true;
      if (this.items.size > KEPT_PER_NUMBER) {
        const [oldest, { node }] = this.items.entries().next().value;
        node.remove();
        this.items.delete(oldest);
      }
    }
    fill(item.node, bubble, item.before);
    if (atEnd || bubble.side === "handset") this.log.scrollTop = this.log.scrollHeight;
    if (bubble.side === "service") { this.heard = bubble.text; this.suggest(); }
  }
  suggest() {
    const other = handsets.find((handset) => handset !== this && handset.number !== this.number)?.number;
    const replies = [...new Set((this.heard ?? "").match(/\b(?:YES|NO) [A-Z]*\d[A-Z\d]*\b/g) ?? [])];
    const gift = other ? [`GIFT ${setup.tone} ${other}`] : [];
    const commands = [`GET ${setup.tone}`, "LIST", "HELP", ...gift, "ON", `DEL ${setup.tone}`, "STOP"];
    this.chips.replaceChildren(...[...replies, ...commands].map((text) => {
      const chip = el("button", replies.includes(text) ? "reply" : "", text);
      chip.type = "button";
      chip.addEventListener("click", () => { if (!this.root.querySelector("[aria-invalid=true]")) this.submit(text); });
      return chip;
    }));
  }
  remove() {
    handsets.splice(handsets.indexOf(this), 1);
    this.root.remove();
    for (const other of handsets) other.suggest();
    rememberHandsets();
    byId("add").focus();
  }
}
const rememberHandsets = () => memory.write("handsets", handsets.map((handset) => handset.state));
function addHandset(state) {
  const handset = new Handset(state);
  handsets.push(handset);
  byId("handsets").append(handset.root);
  handset.renumber();
  return handset;
}
function freshNumber() {
  const used = new Set(handsets.map((handset) => handset.number));
  let number = BigInt(setup.numbers.split(" ")[0]);
  while (used.has(String(number))) number += 1n;
  return String(number);
}
byId("add").addEventListener("click", () => {
  const handset = addHandset({ number: freshNumber(), shortCode: handsets.at(-1)?.shortCode ?? setup.shortCode });
  handset.area.focus();
  handset.root.scrollIntoView({ block: "nearest" });
});

// ---- faults ---------------------------------------------------------------------------------------------
const form = byId("faults-form"), inputs = [...form.querySelectorAll("input")];
const SHOWN = {
  share: (value) => (value ? `${Math.round(value * 100)} %` : "off"),
  seconds: (value) => (value ? `${value} s` : "off"),
  count: (value) => (value ? String(value) : "off"),
  seed: (value) => String(value),
};
let inForce = {};
function showFaults(faults) {
  let on = 0;
  inForce = faults;
  for (const input of inputs) {
    const value = faults[input.name];
    if (document.activeElement !== input) input.value = value;
    byId(`shown-${input.name}`).textContent = SHOWN[input.dataset.kind](value);
    const isOn = value > 0 && input.dataset.kind !== "seed";
    input.parentElement.toggleAttribute("data-on", isOn);
    on += isOn;
  }
  byId("faults-on").textContent = on;
  byId("faults-on").hidden = !on;
}
function complain(words) {
  byId("faults-problem").textContent = words;
  byId("faults-problem").hidden = !words;
}
async function act(method, path, body) {
  try { await call(method, path, body); complain(""); } catch (error) { complain(error.message); }
}
form.addEventListener("submit", (event) => event.preventDefault());
form.addEventListener("input", ({ target }) => { byId(`shown-${target.name}`).textContent = SHOWN[target.dataset.kind](Number(target.value)); });
form.addEventListener("change", ({ target }) => {
  const wrong = inputs.find((input) => !input.checkValidity());
  if (wrong) complain(`${wrong.labels[0].textContent}: ${wrong.validationMessage}`);
  else act("PUT", "/api/faults", { ...inForce, [target.name]: Number(target.value) }); // a slider rounds: the others go back as they are
});
byId("faults-off").addEventListener("click", () => act("PUT", "/api/faults", { seed: inForce.seed }));
for (const button of document.querySelectorAll("[data-once]")) {
  button.addEventListener("click", () => act("POST", "/api/faults/once", { fault: button.dataset.once }));
}
byId("faults-toggle").addEventListener("click", ({ currentTarget }) => {
  byId("faults").hidden = !byId("faults").hidden;
  currentTarget.setAttribute("aria-expanded", !byId("faults").hidden);
});

// ---- the event stream -----------------------------------------------------------------------------------
function showLink(state, words) {
  if (byId("link-text").textContent === words) return; // a status line that repeats itself would be read out again
  byId("link").dataset.state = state;
  byId("link-text").textContent = words;
}
const events = new EventSource("/api/events");
events.addEventListener("hello", ({ data }) => {
  const { run } = JSON.parse(data);
  for (const bubble of bubbles.values()) {
    if (bubble.state === "waiting" && !bubble.id.startsWith(`${run}-`)) {
      bubble.state = "lost";
      for (const handset of handsets) handset.show(bubble);
    }
  }
});
events.addEventListener("bubbles", ({ data }) => {
  for (const bubble of JSON.parse(data)) {
    bubbles.set(bubble.id, bubble);
    for (const handset of handsets) handset.show(bubble);
  }
  while (bubbles.size > KEPT) bubbles.delete(bubbles.keys().next().value);
  rememberBubbles();
});
events.addEventListener("dials", ({ data }) => {
  dials.clear();
  for (const dial of JSON.parse(data)) dials.set(dial.number, dial);
  for (const handset of handsets) handset.dialler.show(dials.get(handset.number));
});
events.addEventListener("status", ({ data }) => {
  const { receiving, faults, ledger } = JSON.parse(data);
  if (receiving) showLink("bound", `${receiving} bind${receiving > 1 ? "s" : ""} taking texts`);
  else showLink("unbound", "Nobody bound: texts wait here");
  showFaults(faults);
  byId("sum-taken").textContent = ledger.texts.taken;
  byId("sum-accepted").textContent = ledger.texts.accepted;
  byId("sum-waiting").textContent = ledger.texts.waiting;
  byId("sum-shown").textContent = ledger.answers.shown;
  byId("sum-receipts").textContent = ledger.receipts.acknowledged;
});
events.onerror = () => showLink("gone", "Simulator not reachable, trying again…");

const remembered = memory.read("handsets", null);
const begin = remembered ?? setup.numbers.split(" ").map((number) => ({ number, shortCode: setup.shortCode }));
for (const state of begin) addHandset(state);
