// Judging documents by keyboard (D4): every key is a button or link of the page, and the page works
// without this file. Nothing is accepted or filled in by itself.
const WIDTHS = ["fit", "wide", "wider", "widest"];
const sheets = document.querySelector(".sheets");
const refuse = document.getElementById("refuse");

for (const element of document.querySelectorAll("[data-zoom], .keys, kbd.hint")) element.hidden = false;

// -- The pages --------------------------------------------------------------------------------

document.addEventListener("click", (event) => {
  const zoom = event.target.closest("[data-zoom]");
  if (zoom) resize(Number(zoom.dataset.zoom));
  const turn = event.target.closest("[data-turn]");
  if (turn) {
    event.preventDefault();
    turnPages();
  }
  const taken = event.target.closest("[data-fill]");
  if (taken) {
    event.preventDefault();
    const field = document.getElementById(taken.dataset.fill);
    field.value = taken.dataset.value;
    field.focus();
  }
});

function resize(step) {
  const now = WIDTHS.findIndex((name) => sheets.classList.contains(`sheets-${name}`));
  const next = Math.min(WIDTHS.length - 1, Math.max(0, Math.max(now, 0) + step));
  for (const name of WIDTHS) sheets.classList.toggle(`sheets-${name}`, name === WIDTHS[next]);
}

function turnPages() {
  const turned = (Number(sheets.dataset.turned) + 90) % 360;
  sheets.dataset.turned = turned;
  for (const image of sheets.querySelectorAll("img")) {
    image.addEventListener("load", () => turnMarks(image), { once: true });
    image.src = `${image.dataset.src}?turn=${turned}`;
  }
}

function turnMarks(image) {
  const marks = image.parentElement.querySelector("svg g");
  marks?.setAttribute("transform", `rotate(${sheets.dataset.turned} 0.5 0.5)`);
}

for (const image of document.querySelectorAll(".sheet img")) {
  const failed = () => {
    image.closest(".sheet-page").hidden = true;
    image.closest(".sheet").querySelector(".sheet-failed").hidden = false;
  };
  image.addEventListener("error", failed);
  if (image.complete && image.naturalWidth === 0 && image.loading !== "lazy") failed();
}

// -- Findings and their marks -------------------------------------------------------------------

for (const finding of document.querySelectorAll(".finding")) {
  const marks = () => document.querySelectorAll(`rect[data-finding="${finding.dataset.finding}"]`);
  const light = (on) => {
    for (const mark of marks()) mark.classList.toggle("mark-on", on);
  };
  for (const name of ["mouseenter", "focusin"]) finding.addEventListener(name, () => light(true));
  for (const name of ["mouseleave", "focusout"]) finding.addEventListener(name, () => light(false));
}

// -- Reasons --------------------------------------------------------------------------------------

refuse?.addEventListener("change", (event) => {
  if (event.target.name === "usual") takeReason(event.target);
});

function takeReason(radio) {
  const words = radio.closest("label").querySelector("[lang]").textContent;
  const kind = refuse.querySelector(`input[name="refusal"][value="${radio.dataset.refusal}"]`);
  refuse.querySelector("textarea").value = words;
  if (kind) kind.checked = true;
}

// -- Keys -----------------------------------------------------------------------------------------

const TYPING = "input:not([type=radio], [type=checkbox]), textarea, select";

document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.ctrlKey && event.target.form) {
    event.target.form.requestSubmit(event.target.form.querySelector("button[type=submit]"));
    return;
  }
  if (event.key === "Escape" && event.target.matches(TYPING)) event.target.blur();
  if (event.ctrlKey || event.altKey || event.metaKey || event.target.matches(TYPING)) return;
  if (event.key.startsWith("Arrow") && event.target.matches("input, .sheets")) return;
  if (press(event.key.length === 1 ? event.key.toLowerCase() : event.key)) event.preventDefault();
});

function press(key) {
  if (key === "a") return toAccept();
  if (key === "r") return toRefuse();
  if (/^[1-9]$/.test(key)) return choose(Number(key));
  const named = document.querySelector(`[data-keys~="${CSS.escape(key)}"]`);
  named?.click();
  return Boolean(named);
}

function toAccept() {
  const form = document.getElementById("accept");
  if (!form) return false;
  const missing = [...form.querySelectorAll("[required]")].find((field) => !field.value);
  (missing ?? form.querySelector("button[type=submit]")).focus();
  return true;
}

function toRefuse() {
  if (!refuse) return false;
  refuse.open = true;
  refuse.querySelector("input[name=usual]:checked, input[name=usual]").focus();
  return true;
}

function choose(number) {
  const radio = refuse?.open && refuse.querySelectorAll("input[name=usual]")[number - 1];
  if (!radio) return false;
  radio.checked = true;
  takeReason(radio);
  refuse.querySelector("textarea").focus();
  return true;
}
