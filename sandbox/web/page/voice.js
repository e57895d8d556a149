// Players for voice messages and music: one plays at a time, and the bars show what is heard.

import { el, icon } from "./dom.js";
import { fileUrl } from "./server.js";

const BARS = 44;
const MAX_DRAWN_BYTES = 1_500_000;
const audio = new Audio();
let current = null;

export function createPlayer(media, title) {
  const play = el("button", { class: "play", type: "button", "aria-label": "Play" }, icon("play"));
  const bars = el("div", { class: "bars", "aria-hidden": "true" });
  for (let index = 0; index < BARS; index += 1) bars.append(el("i"));
  const total = media.duration ?? 0;
  const seek = el("input", { type: "range", class: "seek", min: "0", max: "1000", value: "0", "aria-label": "Position" });
  const time = el("span", { class: "time" }, clock(total));
  const track = el("div", { class: "track" }, bars, seek);
  const name = title ? el("strong", {}, title) : null;
  const node = el("div", { class: "player", role: "group", "aria-label": title ?? `Voice message, ${clock(total)}` });
  node.append(play, el("div", { class: "sound" }, name, track, time));
  const player = { node, play, bars, seek, time, total, url: fileUrl(media.file_id) };
  play.addEventListener("click", () => toggle(player));
  seek.addEventListener("input", () => moveTo(player, seek.value / 1000));
  node.addEventListener("playat", ({ detail }) => playAt(player, detail));
  drawWhenSeen(player, media.file_size ?? 0);
  return node;
}

export function clock(seconds) {
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

function toggle(player) {
  if (current === player && !audio.paused) return audio.pause();
  take(player);
  return audio.play().catch(() => show(player, false));
}

function playAt(player, seconds) {
  take(player);
  audio.currentTime = seconds;
  audio.play().catch(() => show(player, false));
}

function take(player) {
  if (current === player) return;
  audio.pause();
  if (current) show(current, false);
  current = player;
  audio.src = player.url;
}

function moveTo(player, share) {
  take(player);
  const length = Number.isFinite(audio.duration) ? audio.duration : player.total;
  audio.currentTime = share * length;
}

function show(player, isPlaying) {
  player.play.replaceChildren(icon(isPlaying ? "pause" : "play"));
  player.play.setAttribute("aria-label", isPlaying ? "Pause" : "Play");
}

function progress(player, share, seconds) {
  player.seek.value = String(Math.round(share * 1000));
  player.seek.setAttribute("aria-valuetext", clock(seconds));
  player.time.textContent = clock(seconds);
  [...player.bars.children].forEach((bar, index) => bar.classList.toggle("heard", (index + 0.5) / BARS <= share));
}

audio.addEventListener("play", () => show(current, true));
audio.addEventListener("pause", () => show(current, false));
audio.addEventListener("ended", () => progress(current, 0, current.total));
audio.addEventListener("timeupdate", () => {
  const length = Number.isFinite(audio.duration) ? audio.duration : current.total;
  if (!audio.ended && length) progress(current, audio.currentTime / length, audio.currentTime);
});

const waiting = new Map();
const watcher = new IntersectionObserver((entries) => {
  for (const { isIntersecting, target } of entries) {
    if (!isIntersecting) continue;
    watcher.unobserve(target);
    draw(waiting.get(target));
    waiting.delete(target);
  }
});

function drawWhenSeen(player, bytes) {
  if (bytes > MAX_DRAWN_BYTES) return;
  waiting.set(player.node, player);
  watcher.observe(player.node);
}

// What can't be decoded (a broken file, say) keeps its even bars.
async function draw(player) {
  try {
    const content = await (await fetch(player.url)).arrayBuffer();
    const sound = await new OfflineAudioContext(1, 1, 48_000).decodeAudioData(content);
    const peaks = loudness(sound.getChannelData(0));
    const loudest = Math.max(...peaks, 0.001);
    [...player.bars.children].forEach((bar, index) => {
      bar.style.height = `${Math.max(12, Math.round((100 * peaks[index]) / loudest))}%`;
    });
  } catch {
    player.node.classList.add("unknown");
  }
}

function loudness(samples) {
  const step = Math.max(1, Math.floor(samples.length / BARS));
  const peaks = [];
  for (let bar = 0; bar < BARS; bar += 1) {
    let sum = 0;
    const end = Math.min(samples.length, (bar + 1) * step);
    for (let at = bar * step; at < end; at += 8) sum += samples[at] ** 2;
    peaks.push(Math.sqrt((8 * sum) / step));
  }
  return peaks;
}
