// The grid of a bench: moving with the keyboard, and results while typing.
// Every result comes from the server's rules; nothing is judged here.

// ---- Choosing what goes on the bench ----

for (const all of document.querySelectorAll("[data-pick-group]")) {
  all.parentElement.hidden = false;
  all.addEventListener("change", () => {
    for (const box of all.closest("fieldset").querySelectorAll("[name=job]")) box.checked = all.checked;
  });
}

const form = document.getElementById("bench");
const WAIT = 300; // ms after the last key before the server is asked

// ---- Moving: Enter goes down the column, as a bench is read, or along the line ----

const lines = form ? [...form.querySelectorAll("[data-line]")] : [];
const goesDown = () => form.querySelector("[data-way] :checked").value === "down";
const isOpen = (field) => !field.disabled && field.offsetParent !== null;

function go(field) {
  field.focus();
  field.select?.();
}

/** The fields of the grid in the order in which Enter goes through them. */
function inOrder() {
  const rows = lines.map((line) => [...line.querySelectorAll("[data-flow]")]);
  if (!goesDown()) return rows.flat();
  return (rows[0] || []).flatMap((_, column) => rows.map((row) => row[column]));
}

/** All fields: those above the grid, the grid, those below it. */
function flow() {
  const fields = [...form.querySelectorAll("[data-flow]")].filter((field) => !field.closest("[data-line]"));
  const first = lines[0];
  const isBefore = (field) => Boolean(first) && Boolean(first.compareDocumentPosition(field) & Node.DOCUMENT_POSITION_PRECEDING);
  return [...fields.filter(isBefore), ...inOrder(), ...fields.filter((field) => !isBefore(field))].filter(isOpen);
}

/** Go one line down or up in the same column. */
function step(field, by) {
  const line = field.closest("[data-line]");
  const place = [...line.querySelectorAll("input:not([type=hidden]), select")].indexOf(field);
  const next = lines[lines.indexOf(line) + by];
  if (next) go(next.querySelectorAll("input:not([type=hidden]), select")[place]);
}

function onKey(event) {
  const field = event.target;
  const control = event.ctrlKey || event.metaKey;
  if (control && event.key === "Enter") {
    event.preventDefault();
    form.requestSubmit(form.querySelector("[value=submit]"));
  } else if (control && event.key.toLowerCase() === "s") {
    event.preventDefault();
    form.requestSubmit(form.querySelector(".measure__bar [value=save]"));
  } else if (control || event.altKey) {
    return;
  } else if (event.key === "Enter" && field.name === "stamp_first") {
    event.preventDefault();
    form.requestSubmit(form.querySelector("[value=stamps]"));
  } else if (event.key === "Enter" && field.matches("input")) {
    event.preventDefault();
    if (field.matches("[name=confirmed]") && !field.checked) field.click();
    const fields = flow();
    const next = fields[fields.indexOf(field) + (event.shiftKey ? -1 : 1)];
    if (field.matches("[data-flow]") && next) go(next);
  } else if (["ArrowDown", "ArrowUp"].includes(event.key) && field.closest("[data-line]") && !field.matches("select")) {
    event.preventDefault();
    step(field, event.key === "ArrowDown" ? 1 : -1);
  }
}

// ---- Results while typing ----

const touched = new Set();
const words = document.getElementById("bench-words")?.dataset;
let timer = 0;
let asked = 0;

/** What the server has to know: what is common, and the lines that were touched. */
function entries() {
  const wanted = touched.size ? touched : new Set(lines.slice(0, 1).map((line) => line.dataset.line));
  const sent = new URLSearchParams();
  for (const [name, value] of new FormData(form)) {
    const own = /^(?:line|(?:version|answer|reading|stamp)\.(\d+).*)$/.exec(name);
    const line = own && (own[1] || (name === "line" && value));
    if (!line || wanted.has(line)) sent.append(name, value);
  }
  return sent;
}

function soon() {
  clearTimeout(timer);
  timer = setTimeout(ask, WAIT);
}

/** Signed out, or the page is older than the session. */
function hasEnded(answer) {
  return [400, 401].includes(answer.status);
}

/** Say why no results come, if they don't. */
function say(why) {
  for (const name of ["offline", "ended"]) {
    form.querySelector(`[data-${name}]`).hidden = name !== why;
  }
}

async function ask() {
  const mine = ++asked;
  const body = entries();
  try {
    const answer = await fetch(form.dataset.evaluate, {
      method: "POST",
      headers: { Accept: "application/json" },
      body,
      credentials: "same-origin",
    });
    if (hasEnded(answer)) return say("ended");
    if (!answer.ok) throw new Error(answer.status);
    const results = await answer.json();
    say("");
    if (mine !== asked) return;
    touched.clear();
    show(results);
  } catch {
    say("offline");
  }
}

function text(tag, className, content) {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = content;
  return made;
}

function show(results) {
  for (const [id, result] of Object.entries(results.lines)) {
    showLine(form.querySelector(`[data-line="${id}"]`), result);
  }
  for (const [key, found] of Object.entries(results.conditions)) {
    form.querySelector(`[data-condition="${key}"]`).textContent = found;
  }
  for (const [key, found] of Object.entries(results.doubts)) {
    form.querySelector(`[data-doubt="${key}"]`).textContent = found;
  }
  for (const [slug, found] of Object.entries(results.needs)) {
    const chosen = form.querySelector(`[data-need="${slug}"] input:checked`);
    form.querySelector(`[data-need-problem="${slug}"]`).textContent = chosen ? found.join(" ") : "";
  }
  for (const place of form.querySelectorAll("[data-problem]")) {
    place.textContent = results.problems[place.dataset.problem] || "";
  }
  for (const place of form.querySelectorAll("[data-count]")) {
    place.textContent = lines.filter((line) => line.dataset.verdict === place.dataset.count).length;
  }
}

function showLine(line, result) {
  line.dataset.verdict = result.verdict || "";
  line.classList.toggle("row--bad", result.verdict === "fail");
  for (const [key, row] of Object.entries(result.rows)) {
    const error = line.querySelector(`[data-error="${key}"]`);
    error.textContent = row.verdict === "fail" ? `✗ ${row.error}` : row.error;
    error.classList.toggle("bench__error--bad", row.verdict === "fail");
    for (const cell of line.querySelectorAll(`[data-cell="${key}"]`)) {
      cell.classList.toggle("is-invalid", Boolean(row.problem));
      cell.title = row.problem;
    }
  }
  const place = line.querySelector("[data-result]");
  place.replaceChildren();
  if (result.verdict) {
    place.append(text("span", `badge badge--${result.verdict === "pass" ? "good" : "bad"}`, result.word));
  } else if (result.missing) {
    place.append(text("span", "soft", words.missing.replace("{n}", result.missing)));
  }
  for (const note of result.notes) place.append(" ", text("span", "errors", note));
  line.querySelector("[data-stamp]").textContent = result.stamp;
  line.querySelector('[data-cell="stamp"]').classList.toggle("is-invalid", Boolean(result.stamp));
}

/** Let a column go on from one at the point before, where it is empty. */
function takeOver(button) {
  for (const line of lines) {
    const own = (key) => line.querySelector(`[name="reading.${line.dataset.line}.${key}"]`);
    const field = own(button.value);
    if (field.value !== "") continue;
    field.value = own(button.dataset.follow).value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

// ---- Leaving ----

if (form) {
  let isDirty = "unsaved" in form.dataset;
  const note = (event) => {
    isDirty = true;
    const line = event.target.closest("[data-line]");
    if (line) touched.add(line.dataset.line);
    if (event.target.matches("[data-shared]")) for (const each of lines) touched.add(each.dataset.line);
    if (!event.target.closest("[data-way]")) soon();
  };
  window.addEventListener("beforeunload", (event) => {
    if (isDirty) event.preventDefault();
  });
  form.querySelector("[data-way]").hidden = false;
  for (const button of form.querySelectorAll("[data-follow]")) {
    button.addEventListener("click", (event) => {
      event.preventDefault();
      takeOver(button);
    });
  }
  form.addEventListener("keydown", onKey);
  form.addEventListener("input", note);
  form.addEventListener("change", note);
  form.addEventListener("submit", () => {
    isDirty = false;
  });
  if (!document.getElementById("refusal") && !isDirty) {
    const wanted = "[data-wanted], [data-shared], [data-cell]:not([data-cell=stamp])";
    const isEmpty = (field) => field.matches(wanted) && (field.type === "checkbox" ? !field.checked : field.value === "");
    flow().find(isEmpty)?.focus();
  }
}
