// The measurement page: moving with the keyboard, and results while typing.
// Every result comes from the server's rules; nothing is judged here.

const form = document.getElementById("measure");
const WAIT = 250; // ms after the last key before the server is asked

// ---- Moving: Enter or arrow down goes on, arrow up goes back ----

const isOpen = (field) =>
  !field.disabled && !field.hidden && field.offsetParent !== null && !field.closest(".stage--over");
const flow = () => [...form.querySelectorAll("[data-flow]")].filter(isOpen);

/** Go to the next field after `from`, or the one before it. */
function move(from, step) {
  const fields = flow();
  const next = fields[fields.indexOf(from) + step];
  if (next) {
    next.focus();
    if (next.select && next.value) next.select();
  }
  return next;
}

/** Go on behind a group of boxes or questions. */
function leaveGroup(from) {
  const fields = flow();
  let place = fields.indexOf(from);
  while (fields[place + 1]?.dataset.group === from.dataset.group && from.dataset.group) place += 1;
  fields[place + 1]?.focus();
}

/** Whether something still has to be done at a field. */
function isEmpty(field) {
  if (field.matches("[data-all]")) return unanswered(field).length > 0;
  if (field.type === "checkbox") {
    const need = field.closest("[data-need]");
    return need.hasAttribute("data-required") && !need.querySelector("input:checked");
  }
  return field.hasAttribute("data-wanted") && field.value.trim() === "";
}

const unanswered = (button) =>
  [...button.closest("[data-questions]").querySelectorAll(".question")].filter(
    (question) => !question.querySelector("input:checked"),
  );

/** Answer what is still open in a group of questions by yes. */
function answerAll(button) {
  for (const question of unanswered(button)) {
    question.querySelector("input[value=yes]").checked = true;
  }
  soon();
}

let arrived = null; // the field that was reached because the one before was full

function onKey(event) {
  const field = event.target;
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    form.requestSubmit(form.querySelector("[value=submit]"));
    return;
  }
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s") {
    event.preventDefault();
    form.requestSubmit(form.querySelector(".measure__bar [value=save]"));
    return;
  }
  if (!field.matches("[data-flow]") || event.ctrlKey || event.altKey || event.metaKey) {
    if (event.key === "Enter" && field.matches("input:not([type=submit])")) event.preventDefault();
    return;
  }
  const cameByItself = arrived === field && field.value === "";
  if (cameByItself && (event.key === "," || event.key === "." || event.key === "Backspace")) {
    takeBack(event, field);
  } else if (event.key === "Enter") {
    onEnter(event, field, cameByItself);
  } else if (event.key === "ArrowDown") {
    event.preventDefault();
    move(field, 1);
  } else if (event.key === "ArrowUp") {
    event.preventDefault();
    move(field, -1);
  }
  if (event.key !== "Shift") arrived = null;
}

/** The reading before goes on after all: it has decimals, or a digit was wrong. */
function takeBack(event, field) {
  event.preventDefault();
  const before = move(field, -1);
  before.value = event.key === "Backspace" ? before.value.slice(0, -1) : before.value + event.key;
  before.setSelectionRange(before.value.length, before.value.length);
  before.dataset.full = "no";
  soon();
}

function onEnter(event, field, cameByItself) {
  if (field.type === "submit") return;
  event.preventDefault();
  if (cameByItself) return; // the Enter of habit, after the page moved on by itself
  if (field.matches("[data-all]")) {
    answerAll(field);
    move(field, 1);
  } else if (field.type === "checkbox") {
    if (isEmpty(field)) {
      field.checked = true;
      soon();
      if (field.closest("[data-several]")) return; // others may belong to it: stay once
    }
    leaveGroup(field);
  } else {
    move(field, 1);
  }
}

/** Go on by itself when a reading has as many digits as its point. */
function onInput(event) {
  const field = event.target;
  const digits = Number(field.dataset.digits || 0);
  const isFull = digits && /^\d+$/.test(field.value) && field.value.length === digits;
  const typed = event.inputType === "insertText";
  if (isFull && typed && field.dataset.full !== "no" && field.selectionStart === digits) {
    arrived = move(field, 1) || null;
  }
  soon();
}

// ---- Results while typing ----

let timer = 0;
let asked = 0;

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
  try {
    const answer = await fetch(form.dataset.evaluate, {
      method: "POST",
      headers: { Accept: "application/json" },
      body: new URLSearchParams(new FormData(form)),
      credentials: "same-origin",
    });
    if (hasEnded(answer)) return say("ended");
    if (!answer.ok) throw new Error(answer.status);
    const results = await answer.json();
    if (mine === asked) show(results);
    say("");
  } catch {
    say("offline");
  }
}

function badge(verdict, word) {
  const mark = document.createElement("span");
  mark.className = `badge badge--${verdict === "pass" ? "good" : "bad"}`;
  mark.textContent = word;
  return mark;
}

function put(place, verdict, word) {
  place.replaceChildren(...(verdict ? [badge(verdict, word)] : []));
}

function show(results) {
  const overall = form.querySelector("[data-overall]");
  const words = { pass: overall.dataset.pass, fail: overall.dataset.fail };
  for (const [key, row] of Object.entries(results.rows)) showRow(key, row);
  for (const [key, group] of Object.entries(results.groups)) {
    const line = form.querySelector(`[data-group-row="${key}"]`);
    if (!line) continue;
    showLine(line, group, group.value);
    line.querySelector("th").textContent = group.name;
  }
  for (const [slug, stage] of Object.entries(results.stages)) {
    const panel = form.querySelector(`[data-stage="${slug}"]`);
    panel.classList.toggle("stage--over", !stage.is_reached);
    put(panel.querySelector("[data-stage-verdict]"), stage.is_reached && stage.verdict, words[stage.verdict]);
  }
  for (const [key, text] of Object.entries(results.conditions)) {
    form.querySelector(`[data-condition="${key}"]`).textContent = text;
  }
  for (const [key, text] of Object.entries(results.doubts)) {
    form.querySelector(`[data-doubt="${key}"]`).textContent = text;
  }
  for (const [slug, texts] of Object.entries(results.needs)) {
    const chosen = form.querySelector(`[data-need="${slug}"] input:checked`);
    form.querySelector(`[data-need-problem="${slug}"]`).textContent = chosen ? texts.join(" ") : "";
  }
  for (const place of form.querySelectorAll("[data-problem]")) {
    place.textContent = results.problems[place.dataset.problem] || "";
  }
  put(overall, results.verdict, words[results.verdict]);
  for (const [slug, text] of Object.entries(results.budgets)) {
    const line = form.querySelector(`[data-budgets="${slug}"]`);
    if (line) line.textContent = text;
  }
  const obstacles = form.querySelector("[data-obstacles]");
  obstacles.hidden = !results.obstacles.length;
  obstacles.textContent = results.obstacles.join(" ");
  const missing = form.querySelector("[data-missing]");
  const first = [
    ["unreadable", results.unreadable],
    ["text", results.missing],
    ["untaken", results.untaken],
  ].find(([, number]) => number);
  missing.textContent = first ? missing.dataset[first[0]].replace("{n}", first[1]) : results.lacking || missing.dataset.none;
  showEvidence(results.verdict);
}

/** What failed gets no stamp: ask for none, but keep what was typed. */
function showEvidence(verdict) {
  form.querySelector("[data-evidence]").classList.toggle("evidence--fails", verdict === "fail");
}

function showLine(line, result, value) {
  line.querySelector("[data-error]").textContent = value;
  line.querySelector("[data-limit]").textContent = result.limit;
  put(line.querySelector("[data-verdict]"), result.verdict, result.word);
  line.classList.toggle("row--bad", result.verdict === "fail");
}

function showRow(key, row) {
  const line = form.querySelector(`tr[data-row="${key}"]`);
  if (!line) return;
  showLine(line, row, row.error);
  for (const field of line.querySelectorAll("input")) field.classList.toggle("is-invalid", Boolean(row.problem));
  const problem = form.querySelector(`[data-row-problem="${key}"]`);
  const text = row.problem || row.warning;
  problem.hidden = !text;
  problem.firstElementChild.textContent = text;
}

// ---- Leaving ----

let isDirty = false;
window.addEventListener("beforeunload", (event) => {
  if (isDirty) event.preventDefault();
});

if (form) {
  for (const button of form.querySelectorAll("[data-all]")) {
    button.hidden = false;
    button.addEventListener("click", (event) => {
      if (event.detail) answerAll(button); // Enter and Space come by the keyboard
    });
    button.addEventListener("keydown", (event) => {
      if (event.key === " ") {
        event.preventDefault();
        answerAll(button);
        move(button, 1);
      }
    });
  }
  form.addEventListener("keydown", onKey);
  form.addEventListener("input", (event) => {
    isDirty = true;
    onInput(event);
  });
  form.addEventListener("change", soon);
  form.addEventListener("submit", () => {
    isDirty = false;
  });
  if (!document.getElementById("refusal")) flow().find(isEmpty)?.focus();
}
