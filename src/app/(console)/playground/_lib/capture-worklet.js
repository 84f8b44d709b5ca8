// Runs on the audio thread: hands the microphone's samples over in blocks of about 20 ms and does nothing else,
// so that the page's own work never makes it miss a block.
const BLOCK_SAMPLES = Math.round(sampleRate * 0.02);

class Capture extends AudioWorkletProcessor {
  constructor() {
    super();
    this.block = new Float32Array(BLOCK_SAMPLES);
    this.filled = 0;
  }

  process([input]) {
    const samples = input[0];
    if (!samples) return true; // the device is starting
    for (const sample of samples) {
      this.block[this.filled++] = sample;
      if (this.filled < this.block.length) continue;
      this.port.postMessage(this.block, [this.block.buffer]);
      this.block = new Float32Array(BLOCK_SAMPLES); // the old one belongs to the page now
      this.filled = 0;
    }
    return true;
  }
}

registerProcessor('capture', Capture);
