// The clerk puts the chapters right: marks on a timeline are dragged or moved by keys, forms are sent in place.

import { $, $$, clock, isShortcut, notice, post, words } from "./page.js";
import { loadHls, playsNatively } from "./player.js";

const video = $("#video");
const line = $("#timeline");
const duration = Number(line?.dataset.duration);
const SLOW = 500; // milliseconds after the last key before a moved mark is sent

class Mark {
  #timer = 0;

  constructor(row) {
    Object.assign(this, { id: row.dataset.mark, row, start: Number(row.dataset.start), title: row.dataset.title });
    this.at = this.start;
    const button = document.createElement("button");
    Object.assign(button, { type: "button", className: "mark", id: `slider-${this.id}` });
    button.setAttribute("role", "slider");
    button.setAttribute("aria-label", this.title);
    button.setAttribute("aria-valuemin", "0");
    button.setAttribute("aria-valuemax", String(Math.round(duration)));
    this.button = button;
    button.addEventListener("pointerdown", (event) => this.#hold(event));
    button.addEventListener("keydown", (event) => this.#key(event));
    button.addEventListener("focus", () => tell(this));
    button.addEventListener("blur", () => tell(null));
    this.show();
  }

  show() {
    this.button.style.left = `${(100 * this.at) / duration}%`;
    this.button.setAttribute("aria-valuenow", String(Math.round(this.at)));
    this.button.setAttribute("aria-valuetext", clock(this.at));
  }

  /** To `at` seconds, but never beyond a neighbour. */
  move(at) {
    const others = marks.filter((mark) => mark !== this).map((mark) => mark.start);
    const before = Math.max(0, ...others.filter((other) => other <= this.start).map((other) => other + 1));
    const after = Math.min(duration - 1, ...others.filter((other) => other > this.start).map((other) => other - 1));
    this.at = Math.min(Math.max(at, before), after);
    this.show();
    tell(this);
    video.currentTime = this.at;
  }

  #hold(event) {
    if (event.button) return;
    event.preventDefault();
    this.button.focus();
    this.button.setPointerCapture(event.pointerId);
    this.button.classList.add("held");
    video.pause();
    const drag = (moved) => this.move(moment(moved));
    const drop = () => {
      this.button.removeEventListener("pointermove", drag);
      this.button.classList.remove("held");
      this.send();
    };
    this.button.addEventListener("pointermove", drag);
    this.button.addEventListener("pointerup", drop, { once: true });
    this.button.addEventListener("pointercancel", drop, { once: true });
  }

  #key(event) {
    const way = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 }[event.key];
    if (!way || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    this.move(this.at + way * (event.shiftKey ? 5 : 1));
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.send(), SLOW);
  }

  async send() {
    if (Math.abs(this.at - this.start) < 0.05) return;
    const form = document.createElement("form");
    form.action = `${location.pathname}/${encodeURIComponent(this.id)}/move`;
    form.append(Object.assign(document.createElement("input"), { name: "at", value: this.at.toFixed(3) }));
    await send(form);
  }
}

let marks = [];
const played = Object.assign(document.createElement("span"), { className: "played" });
const tip = Object.assign(document.createElement("span"), { className: "tip", hidden: true });

/** The second under a pointer. */
function moment(event) {
  const box = line.getBoundingClientRect();
  return (duration * Math.min(Math.max(event.clientX - box.left, 0), box.width)) / box.width;
}

/** Beside a mark stands what it is. */
function tell(mark) {
  tip.hidden = !mark;
  if (!mark) return;
  tip.textContent = `${clock(mark.at)} ${mark.title}`;
  tip.style.left = `${Math.min((100 * mark.at) / duration, 60)}%`;
}

function draw() {
  marks = $$("#index [data-mark]").filter((row) => row.dataset.mark !== "opening").map((row) => new Mark(row));
  line.replaceChildren(played, ...marks.map((mark) => mark.button), tip);
  tell(null);
  $("#copy").hidden = !navigator.clipboard;
  follow();
}

function follow() {
  const at = video.currentTime;
  played.style.left = `${(100 * at) / duration}%`;
  for (const row of $$("#index [data-mark]")) {
    const inside = Number(row.dataset.start) <= at + 0.3 && at + 0.3 < Number(row.dataset.end);
    if (inside) row.setAttribute("aria-current", "true");
    else row.removeAttribute("aria-current");
  }
}

/** Send a form and show the index as it is then; what was open and where one was stay. */
async function send(form, submitter) {
  const answer = await post(form, submitter);
  notice(answer.message, !answer.ok);
  const focused = document.activeElement?.id;
  const open = $$("#index details[open]").map((details) => details.id);
  try {
    const text = await (await fetch(location.pathname)).text();
    const index = new DOMParser().parseFromString(text, "text/html").getElementById("index");
    if (index) $("#index").replaceWith(document.adoptNode(index));
  } catch {
    return notice(words.failed, true);
  }
  for (const id of open) document.getElementById(id)?.setAttribute("open", "");
  draw();
  if (focused) document.getElementById(focused)?.focus();
}

function splitHere() {
  const row = $("#index [aria-current]");
  const details = row && $("details", row);
  if (!details) return;
  details.open = true;
  $("[data-now]", row).value = clock(video.currentTime);
  $(".split select", row).focus();
}

function key(event) {
  if (!isShortcut(event) || event.target.closest("video, summary, .mark")) return;
  const button = event.target.closest("button, a");
  if (event.key === "s") splitHere();
  else if (event.key === "u") $("#undo button")?.click();
  else if (event.key === " " && !button) video.paused ? video.play().catch(() => {}) : video.pause();
  else return;
  event.preventDefault();
}

function click(event) {
  const jump = event.target.closest("#index a[data-t]");
  if (jump && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    event.preventDefault();
    video.currentTime = Number(jump.dataset.t);
    follow();
  } else if (event.target.closest("#copy")) {
    navigator.clipboard.writeText($("#youtube").value).then(() => notice(words.copied));
  }
}

/** The field "at" of a chapter that is opened begins where the video is, if that is within it. */
function opened(event) {
  if (!event.target.open) return;
  const row = event.target.closest("[data-mark]");
  const at = video.currentTime;
  if (row && at > Number(row.dataset.start) + 1 && at < Number(row.dataset.end)) $("[data-now]", row).value = clock(at);
}

async function help() {
  const source = $("source", video);
  if (source.type === "video/mp4" || playsNatively(video)) return;
  const Hls = await loadHls();
  $("#player-word").hidden = Boolean(Hls);
  $("#player-word").textContent = Hls ? "" : words.noPlayer;
  if (!Hls) return;
  const hls = new Hls();
  hls.loadSource(source.src);
  hls.attachMedia(video);
}

if (video) {
  line.hidden = false;
  $("#keys").hidden = false;
  draw();
  help();
  for (const kind of ["timeupdate", "seeking"]) video.addEventListener(kind, follow);
  line.addEventListener("pointerdown", (event) => {
    if (event.target.closest(".mark")) return;
    video.currentTime = moment(event);
  });
  document.addEventListener("keydown", key);
  document.addEventListener("click", click);
  document.addEventListener("toggle", opened, true);
  document.addEventListener("submit", (event) => {
    if (!event.target.closest("#index")) return;
    event.preventDefault();
    send(event.target, event.submitter);
  });
}
