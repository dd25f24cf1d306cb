// A picture with its caption under it as one file, so that neither travels without the other.

import type { Picture } from '../data/run';
import { utcText } from '../format';
import type { Landing } from '../landing';

const LINE = 1.35;

export async function saveWithCaption(landing: Landing, each: Picture): Promise<void> {
  const made = await captioned(landing, each);
  const link = document.createElement('a');
  link.href = URL.createObjectURL(made);
  link.download = `${each.imageid}.png`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

async function captioned(landing: Landing, each: Picture): Promise<Blob> {
  const image = new Image();
  image.src = await landing.run.assetUrl(each.file);
  await image.decode();
  const width = Math.max(image.naturalWidth, 480);
  const size = Math.max(15, Math.round(width / 56));
  const { info } = landing.run;
  const canvas = document.createElement('canvas');
  const paint = canvas.getContext('2d')!;
  const font = `${size}px system-ui, sans-serif`;
  paint.font = font;
  const words = `${each.caption.startsWith('SIMULATED') ? '' : 'SIMULATED. '}${landing.format.sentence(each.caption)} Taken ${utcText(info.epoch_utc, each.taken_s, true)}. ${info.title}, flown by skycrane ${info.version}.`;
  const lines = broken(paint, words, width - 2 * size);
  canvas.width = width;
  canvas.height = image.naturalHeight + Math.ceil((lines.length * LINE + 1) * size);
  paint.fillStyle = '#14100e';
  paint.fillRect(0, 0, canvas.width, canvas.height);
  paint.drawImage(image, (width - image.naturalWidth) / 2, 0);
  paint.font = font;
  paint.fillStyle = '#f6ebdf';
  lines.forEach((line, n) => paint.fillText(line, size, image.naturalHeight + (n + 1) * LINE * size));
  return new Promise((done, refuse) => canvas.toBlob((blob) => (blob ? done(blob) : refuse(new Error('no picture'))), 'image/png'));
}

/** Words as lines that fit a width. */
function broken(paint: CanvasRenderingContext2D, words: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of words.split(' ')) {
    const longer = lines.length ? `${lines[lines.length - 1]} ${word}` : word;
    if (lines.length && paint.measureText(longer).width <= width) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}
