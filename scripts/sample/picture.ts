/** Paints the sample's picture: a city skyline at dusk that glides past, windows going on and off, stars and a moon. */
export const width = 640
export const height = 360
export const framesPerSecond = 25
export const seconds = 10

type Colour = readonly [red: number, green: number, blue: number]

/** A number from 0 to 1 that looks random and is always the same for the same two numbers. */
const noise = (a: number, b: number): number => {
  const wave = Math.sin(a * 127.1 + b * 311.7) * 43758.5453
  return wave - Math.floor(wave)
}

const mix = (from: Colour, to: Colour, part: number): Colour => [
  from[0] + (to[0] - from[0]) * part,
  from[1] + (to[1] - from[1]) * part,
  from[2] + (to[2] - from[2]) * part,
]

const fill = (frame: Buffer, x: number, y: number, colour: Colour): void => {
  const at = (y * width + x) * 3
  frame[at] = colour[0]
  frame[at + 1] = colour[1]
  frame[at + 2] = colour[2]
}

const sky = (frame: Buffer, time: number): void => {
  const zenith = mix([38, 34, 92], [8, 10, 34], time / seconds)
  const horizon = mix([242, 132, 92], [92, 52, 110], time / seconds)
  for (let y = 0; y < height; y++) {
    const colour = mix(zenith, horizon, (y / height) ** 1.6)
    for (let x = 0; x < width; x++) fill(frame, x, y, colour)
  }
  for (let star = 0; star < 60; star++) {
    const light = Math.min(1, time / 6) * (0.6 + 0.4 * Math.sin(time * 3 + star))
    const colour = mix(zenith, [255, 250, 230], light * noise(star, 3))
    fill(frame, Math.floor(noise(star, 1) * width), Math.floor(noise(star, 2) * 150), colour)
  }
  const moon = { x: 480 - time * 4, y: 84 - time * 2, radius: 22 }
  for (let y = -moon.radius; y <= moon.radius; y++)
    for (let x = -moon.radius; x <= moon.radius; x++)
      if (x * x + y * y <= moon.radius ** 2)
        fill(frame, Math.round(moon.x + x), Math.round(moon.y + y), [252, 240, 214])
}

interface Layer {
  readonly seed: number
  /** Width of a house and how far it moves in a second, in pixels. */
  readonly house: number
  readonly speed: number
  readonly lowest: number
  readonly range: number
  readonly colour: Colour
}

const layers: readonly Layer[] = [
  { seed: 11, house: 34, speed: 6, lowest: 90, range: 90, colour: [58, 44, 92] },
  { seed: 23, house: 52, speed: 16, lowest: 70, range: 110, colour: [34, 28, 62] },
  { seed: 37, house: 76, speed: 32, lowest: 40, range: 90, colour: [14, 12, 30] },
]

const skyline = (frame: Buffer, time: number, layer: Layer): void => {
  const shift = Math.floor(time * layer.speed)
  for (let x = 0; x < width; x++) {
    const place = x + shift
    const house = Math.floor(place / layer.house)
    const within = place % layer.house
    const roof = height - Math.floor(layer.lowest + noise(house, layer.seed) * layer.range)
    for (let y = roof; y < height; y++) {
      const [column, row] = [Math.floor(within / 8), Math.floor((y - roof) / 11)]
      const isPane =
        within % 8 > 2 && within % 8 < 7 && (y - roof) % 11 > 3 && (y - roof) % 11 < 9 && within < layer.house - 4
      const id = house * 97 + column * 13 + row
      // A window changes every few seconds, each at its own time.
      const lit = noise(id, layer.seed + Math.floor(time / 4 + noise(id, 5))) < 0.18 + time / 40
      fill(frame, x, y, isPane && lit ? [250, 208, 122] : layer.colour)
    }
  }
}

/** @param time seconds from the start. Returns the picture as rows of RGB, 3 bytes a pixel. */
export const paint = (time: number): Buffer => {
  const frame = Buffer.alloc(width * height * 3)
  sky(frame, time)
  for (const layer of layers) skyline(frame, time, layer)
  return frame
}
