/** Browsers, and people in them whose camera and voice can be told apart. */

import { chromium } from "playwright-core";

const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";

/** Opens Chromium, or what starts it elsewhere, with devices that need no permission. */
export function launch(program = executablePath) {
  return chromium.launch({
    executablePath: program,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      "--use-fake-device-for-media-stream",
      "--use-fake-ui-for-media-stream",
      "--autoplay-policy=no-user-gesture-required",
      // Pages share one window here; none may be slowed because another is in front.
      "--disable-background-timer-throttling",
      "--disable-renderer-backgrounding",
      "--disable-backgrounding-occluded-windows",
    ],
  });
}

/** What a person's camera shows, and the pitch of the voice in Hz. */
export const looks = {
  admin: { colour: [200, 40, 40], pitch: 300 },
  manager: { colour: [40, 160, 60], pitch: 500 },
  sena: { colour: [40, 70, 200], pitch: 700 },
  yao: { colour: [200, 180, 40], pitch: 900 },
};

/** Opens a page in `context` whose devices look and sound as `look` says. */
export async function openPage(context, url, look) {
  const page = await context.newPage();
  page.errors = [];
  page.on("pageerror", (error) => page.errors.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error") page.errors.push(message.text());
  });
  await page.addInitScript(keepPeerConnections);
  await page.addInitScript(fakeDevices, look);
  // Media elements without data delay the load event, so the first byte has to be enough.
  await page.goto(url, { waitUntil: "commit" });
  return page;
}

/** Runs in the page: keeps its peer connections where tests can ask them for statistics. */
function keepPeerConnections() {
  const kept = [];
  window.keptPeerConnections = kept;
  window.RTCPeerConnection = class extends RTCPeerConnection {
    constructor(...parameters) {
      super(...parameters);
      kept.push(this);
    }
  };
}

/** Runs in the page: a camera that is one colour with a moving bar, a microphone that hums. */
function fakeDevices({ colour, pitch, portrait = false, busy = false, openingMs = 0, most = { width: 640, height: 360 } }) {
  // The empty page that comes first has no devices in Firefox.
  if (navigator.mediaDevices === undefined) return;
  /** Somebody before a wall, for pictures of the app; the middle keeps the colour. */
  const drawPortrait = (context, width, height) => {
    const wall = context.createLinearGradient(0, 0, width, height);
    wall.addColorStop(0, "#efe3cf");
    wall.addColorStop(1, "#bfa88a");
    context.fillStyle = wall;
    context.fillRect(0, 0, width, height);
    context.fillStyle = `rgb(${colour.join(",")})`;
    context.beginPath();
    context.ellipse(width / 2, height * 1.02, height * 0.48, height * 0.56, 0, 0, 7);
    context.fill();
    context.fillStyle = "#6b4630";
    context.beginPath();
    context.ellipse(width / 2, height * 0.3, height * 0.15, height * 0.18, 0, 0, 7);
    context.fill();
  };
  /** So much that changes that every layer costs what it may; the middle keeps the colour. */
  const drawBusy = (context, width, height) => {
    for (let at = 0; at < 48; at++) {
      const [x, y] = [(Math.random() * 16) | 0, (Math.random() * 9) | 0];
      if (Math.abs(x - 8) < 2 && Math.abs(y - 4) < 2) continue;
      context.fillStyle = `hsl(${(Math.random() * 360) | 0} 80% 50%)`;
      context.fillRect((x * width) / 16, (y * height) / 9, width / 16, height / 9);
    }
  };
  /** A page that fills up with words, two lines in three seconds, around the middle. */
  const writeLine = (context, frame) => {
    const at = Math.floor(frame / LINE_FRAMES);
    const y = 60 + ((at * LINE) % 624);
    if (frame % LINE_FRAMES !== 0 || Math.abs(y - 360) < 2 * LINE) return;
    context.fillStyle = "white";
    context.fillRect(0, y, 1280, LINE);
    context.fillStyle = "#222";
    context.font = "18px monospace";
    const words = Array.from({ length: 18 }, () => Math.random().toString(36).slice(2, 8));
    context.fillText(words.join(" "), 20, y + 18);
  };
  const picture = (width, height) => {
    const canvas = document.createElement("canvas");
    Object.assign(canvas, { width, height });
    const context = canvas.getContext("2d");
    let frame = 0;
    setInterval(() => {
      context.fillStyle = `rgb(${colour.join(",")})`;
      context.fillRect(0, 0, width, height);
      if (portrait) drawPortrait(context, width, height);
      if (busy) drawBusy(context, width, height);
      // The bar keeps the encoder sending; it stays out of the middle, where tests look.
      context.fillStyle = "white";
      const bar = portrait ? [2, 2] : [width / 16, height / 8];
      context.fillRect((frame++ * 4) % width, 0, ...bar);
    }, 1000 / 15);
    return canvas.captureStream(15).getVideoTracks()[0];
  };
  const ownMicrophone = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  const voice = async () => {
    // WebAudio of Firefox stands still where nothing can be heard; its own false microphone hums.
    if (navigator.userAgent.includes("Firefox")) return (await ownMicrophone({ audio: true })).getAudioTracks()[0];
    const audio = new AudioContext();
    const tone = new OscillatorNode(audio, { frequency: pitch });
    const loudness = new GainNode(audio, { gain: 0.3 });
    const output = audio.createMediaStreamDestination();
    tone.connect(loudness).connect(output);
    tone.start();
    return output.stream.getAudioTracks()[0];
  };
  const SHARED = [30, 190, 190];
  // The height of a line in pixels, and how many frames pass from one to the next.
  const [LINE, LINE_FRAMES] = [24, 22];
  const size = (wanted, fallback) =>
    Math.min(wanted?.ideal ?? wanted?.exact ?? wanted?.max ?? fallback, fallback);
  const wrap = (track, kind) => {
    // The app asks devices for their names and settings; the real fake device answers.
    track.getSettings = () => ({ ...MediaStreamTrack.prototype.getSettings.call(track), deviceId: `test-${kind}` });
    return track;
  };
  navigator.mediaDevices.getDisplayMedia = async () => {
    const screen = document.createElement("canvas");
    Object.assign(screen, { width: 1280, height: 720 });
    const context = screen.getContext("2d");
    context.fillStyle = `rgb(${SHARED.join(",")})`;
    context.fillRect(0, 0, 1280, 720);
    let frame = 0;
    setInterval(() => {
      if (busy) writeLine(context, frame);
      context.fillStyle = `rgb(${SHARED.join(",")})`;
      context.fillRect(0, 0, 1280, 40);
      context.fillStyle = "black";
      context.fillRect((frame++ * 4) % 1280, 0, 80, 40);
    }, 1000 / 15);
    return new MediaStream([...screen.captureStream(15).getVideoTracks(), await voice()]);
  };
  navigator.mediaDevices.getUserMedia = async ({ audio, video }) => {
    // Real devices open in another process; to make one up here holds up the page.
    if (openingMs > 0) await new Promise((opened) => setTimeout(opened, openingMs));
    const tracks = [];
    // Where tests can pull the plug.
    window.keptTracks ??= [];
    if (audio) tracks.push(wrap(await voice(), "audio"));
    if (video) tracks.push(wrap(picture(size(video.width, most.width), size(video.height, most.height)), "video"));
    window.keptTracks.push(...tracks);
    return new MediaStream(tracks);
  };
}
