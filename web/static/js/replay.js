// The replay: a chapter's link jumps in place, the chapter that plays is marked, hls.js helps where it is needed.

import { $, $$, clock, words } from "./page.js";
import { loadHls, playsNatively } from "./player.js";

const video = $("#video");
const rows = $$("#chapters > li");

function jump(event) {
  const link = event.target.closest("a[data-t]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  event.preventDefault();
  release();
  video.currentTime = Number(link.dataset.t);
  video.play().catch(() => {});
  history.replaceState(null, "", link.href);
  video.scrollIntoView({ block: "nearest" });
}

function mark() {
  const at = video.currentTime + (video.paused ? 1 : 0.25); // links carry whole seconds
  for (const row of rows) {
    const inside = Number(row.dataset.start) <= at && at < Number(row.dataset.end);
    if (inside) row.setAttribute("aria-current", "true");
    else row.removeAttribute("aria-current");
  }
}

async function help() {
  const source = $("source", video);
  if (source.type === "video/mp4" || playsNatively(video)) return;
  const Hls = await loadHls();
  const word = $("#player-word");
  word.hidden = Boolean(Hls);
  word.textContent = Hls ? "" : words.noPlayer;
  if (!Hls) return;
  const hls = new Hls({ startPosition: Number(video.dataset.at) });
  hls.loadSource(source.src.split("#")[0]);
  hls.attachMedia(video);
}

if (video) {
  $("#chapters").addEventListener("click", jump);
  video.addEventListener("timeupdate", mark);
  video.addEventListener("seeking", mark);
  help();
}

// Quoting: the passage ends where it ends, once; then the video is the reader's again.

function stop() {
  const until = Number(video.dataset.until);
  if (!until || video.currentTime < until || video.currentTime > until + 2) return;
  video.pause();
  release();
  $("#quoted")?.scrollIntoView({ block: "nearest" });
}

function release() {
  video.removeEventListener("timeupdate", stop);
}

function quoting() {
  for (const button of $$("button[data-now]")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      document.getElementById(button.dataset.now).value = clock(Math.floor(video.currentTime));
    });
  }
  $("#goes-on")?.addEventListener("click", (event) => {
    event.preventDefault();
    release();
    history.replaceState(null, "", event.target.href);
    video.play().catch(() => {});
  });
  if (video.dataset.until) video.addEventListener("timeupdate", stop);
}

if (video) quoting();
