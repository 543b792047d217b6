/**
 * Blurs what is behind the person in each picture of a camera, in a thread of its own.
 *
 * MediaPipe finds the person. Its way for workers cannot hand out pictures, so it is told that this is
 * a page: it wants to make canvases and to load scripts. It runs on the processor, which every machine
 * has, and leaves the graphics card to the call.
 */

self.window = self;
self.document = {
  addEventListener() {},
  createElement(kind) {
    return kind === "canvas" ? new OffscreenCanvas(1, 1) : new Script();
  },
  body: {
    appendChild(script) {
      // The model is in the list of what to load, and is no script; it is fetched after that.
      if (!script.src.endsWith(".tflite")) importScripts(script.src);
      script.loaded();
    },
  },
};

class Script {
  src = "";
  loaded = () => {};

  setAttribute(name, value) {
    if (name === "src") this.src = value;
  }

  addEventListener(kind, action) {
    if (kind === "load") this.loaded = action;
  }
}

importScripts("selfie_segmentation.js");

/** Finds the person in a picture. */
class Finder {
  #mask = null;
  #input = new OffscreenCanvas(MODEL_WIDTH, MODEL_HEIGHT);
  #solution = new self.SelfieSegmentation({ locateFile: (name) => name });

  async load() {
    this.#solution.setOptions({ modelSelection: LANDSCAPE, useCpuInference: true });
    this.#solution.onResults(({ segmentationMask }) => {
      this.#mask = segmentationMask;
    });
    await this.#solution.initialize();
  }

  /** Where the person is, as opacity. */
  async find(frame) {
    this.#input.getContext("2d").drawImage(frame, 0, 0, MODEL_WIDTH, MODEL_HEIGHT);
    await this.#solution.send({ image: this.#input });
    return this.#mask;
  }
}

/** Puts a person before what is behind them, blurred. */
class Painter {
  #canvas = new OffscreenCanvas(1, 1);
  #behind = new OffscreenCanvas(1, 1);

  paint(frame, person) {
    const { displayWidth: width, displayHeight: height } = frame;
    resize(this.#canvas, width, height);
    // What is made small and large again is blurred for little work.
    const [narrow, low] = [Math.ceil(width / SHRINK), Math.ceil(height / SHRINK)];
    resize(this.#behind, narrow, low);
    const behind = this.#behind.getContext("2d");
    behind.filter = `blur(${SMALL_BLUR_PX}px)`;
    behind.drawImage(frame, 0, 0, narrow, low);
    const context = this.#canvas.getContext("2d");
    context.globalCompositeOperation = "copy";
    context.drawImage(person, 0, 0, width, height);
    context.globalCompositeOperation = "source-in";
    context.drawImage(frame, 0, 0, width, height);
    context.globalCompositeOperation = "destination-over";
    context.drawImage(this.#behind, 0, 0, width, height);
    return new VideoFrame(this.#canvas, { timestamp: frame.timestamp, alpha: "discard" });
  }
}

function resize(canvas, width, height) {
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
}

/** How long a picture takes, as a mean that forgets. */
class Pace {
  #mean = 0;
  #pictures = 0;

  add(ms) {
    this.#pictures += 1;
    // The first one warms everything up.
    if (this.#pictures > 1) this.#mean += (ms - this.#mean) * PACE_WEIGHT;
  }

  get isTooSlow() {
    return this.#pictures > PACE_PICTURES && this.#mean > TOO_SLOW_MS;
  }
}

/** Blurs every picture that there is time for: the source keeps none but the latest. */
async function run({ readable, writable }) {
  const finder = new Finder();
  await finder.load();
  const painter = new Painter();
  const pace = new Pace();
  const reader = readable.getReader();
  const writer = writable.getWriter();
  let begun = false;
  for (;;) {
    const { value: frame, done } = await reader.read();
    if (done) return;
    const began = performance.now();
    let picture;
    try {
      picture = painter.paint(frame, await finder.find(frame));
    } finally {
      frame.close();
    }
    await writer.write(picture);
    pace.add(performance.now() - began);
    if (!begun) self.postMessage("begun");
    begun = true;
    if (pace.isTooSlow) throw new Error("too slow");
  }
}

self.onmessage = ({ data }) => {
  run(data).catch(() => self.postMessage("failed"));
};

/** MediaPipe's name for the model of wide pictures, and that model's input, in pixels. */
const LANDSCAPE = 1;
const MODEL_WIDTH = 256;
const MODEL_HEIGHT = 144;

/** How much smaller what is behind is made, and how far it is blurred there, in its pixels. */
const SHRINK = 8;
const SMALL_BLUR_PX = 2;

/** How much one picture says about the pace, and how many it takes to know. */
const PACE_WEIGHT = 0.05;
const PACE_PICTURES = 40;

/** Six pictures a second are the least that look alive, in ms. */
const TOO_SLOW_MS = 160;
