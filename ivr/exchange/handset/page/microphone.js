// What is spoken into the microphone, as a telephone has it: WAV, 8000 samples a second, one channel, 16 bits.
const RATE = 8000;

// Begins to record. Resolves to a function that ends it and resolves to the WAV file.
export async function record() {
  const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
  const recorder = new MediaRecorder(stream);
  const pieces = [];
  recorder.ondataavailable = (event) => pieces.push(event.data);
  const ended = new Promise((resolve) => (recorder.onstop = resolve));
  recorder.start();
  return async () => {
    recorder.stop();
    await ended;
    stream.getTracks().forEach((track) => track.stop());
    return wav(await samples(new Blob(pieces, { type: recorder.mimeType })));
  };
}

async function samples(blob) {
  const context = new AudioContext();
  try {
    const sound = await context.decodeAudioData(await blob.arrayBuffer());
    const slow = new OfflineAudioContext(1, Math.max(1, Math.ceil(sound.duration * RATE)), RATE);
    const source = slow.createBufferSource();
    source.buffer = sound;
    source.connect(slow.destination);
    source.start();
    return (await slow.startRendering()).getChannelData(0);
  } finally {
    await context.close();
  }
}

function wav(sound) {
  const file = new DataView(new ArrayBuffer(44 + sound.length * 2));
  const words = (at, text) => [...text].forEach((sign, i) => file.setUint8(at + i, sign.charCodeAt(0)));
  words(0, "RIFF");
  file.setUint32(4, 36 + sound.length * 2, true);
  words(8, "WAVEfmt ");
  file.setUint32(16, 16, true); // length of what follows
  file.setUint16(20, 1, true); // PCM
  file.setUint16(22, 1, true); // channels
  file.setUint32(24, RATE, true);
  file.setUint32(28, RATE * 2, true); // bytes a second
  file.setUint16(32, 2, true); // bytes a sample
  file.setUint16(34, 16, true); // bits a sample
  words(36, "data");
  file.setUint32(40, sound.length * 2, true);
  sound.forEach((value, i) => {
    file.setInt16(44 + i * 2, Math.round(Math.max(-1, Math.min(1, value)) * 32767), true);
  });
  return new Blob([file.buffer], { type: "audio/wav" });
}
