/** The sample's sound: a slow pentatonic melody of plucked tones over a low fifth. */
const rate = 48_000
const notes = [0, 7, 12, 16, 14, 12, 7, 9, 12, 19, 16, 14, 12, 9, 7, 4, 7, 12, 14, 12]
const noteLength = 0.5

const pitch = (halfTones: number) => 220 * 2 ** (halfTones / 12)

const pluck = (frequency: number, time: number): number =>
  time < 0
    ? 0
    : Math.exp(-3 * time) * (Math.sin(2 * Math.PI * frequency * time) + 0.4 * Math.sin(4 * Math.PI * frequency * time))

const sample = (time: number, seconds: number): number => {
  const note = Math.floor(time / noteLength)
  let value = 0.08 * (Math.sin(2 * Math.PI * 110 * time) + Math.sin(2 * Math.PI * 165 * time))
  // Three notes back still sound.
  for (let i = Math.max(0, note - 3); i <= note; i++)
    value += 0.3 * pluck(pitch(notes[i % notes.length] ?? 0), time - i * noteLength)
  const fade = Math.min(1, time / 0.2, (seconds - time) / 0.5)
  return value * Math.max(0, fade)
}

/** A WAV file, 48 kHz, 16 bit, two equal channels. */
export const melody = (seconds: number): Buffer => {
  const frames = Math.floor(seconds * rate)
  const wav = Buffer.alloc(44 + frames * 4)
  wav.write('RIFF', 0, 'latin1')
  wav.writeUInt32LE(36 + frames * 4, 4)
  wav.write('WAVEfmt ', 8, 'latin1')
  wav.writeUInt32LE(16, 16)
  wav.writeUInt16LE(1, 20)
  wav.writeUInt16LE(2, 22)
  wav.writeUInt32LE(rate, 24)
  wav.writeUInt32LE(rate * 4, 28)
  wav.writeUInt16LE(4, 32)
  wav.writeUInt16LE(16, 34)
  wav.write('data', 36, 'latin1')
  wav.writeUInt32LE(frames * 4, 40)
  for (let i = 0; i < frames; i++) {
    const value = Math.round(Math.max(-1, Math.min(1, sample(i / rate, seconds))) * 32_000)
    wav.writeInt16LE(value, 44 + i * 4)
    wav.writeInt16LE(value, 46 + i * 4)
  }
  return wav
}
