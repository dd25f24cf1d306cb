// Where the parts of a run come from: a server, a folder of files, or this very page when it is a single file.

export interface Assets {
  /** The bytes of a part, `channels.bin` or `pictures/x.jpg`, named from the run's own folder. */
  bytes(path: string): Promise<ArrayBuffer>;
  /** An address that `<img>` can show. */
  url(path: string): Promise<string>;
}

export class MissingPart extends Error {}

/** Parts that are fetched from beside the page. */
export class FetchedAssets implements Assets {
  constructor(private readonly base: string) {}

  async bytes(path: string): Promise<ArrayBuffer> {
    const answer = await fetch(this.base + path);
    if (!answer.ok) {
      const said = answer.headers.get('content-type')?.startsWith('text/plain') ? await answer.text() : '';
      throw new MissingPart(said || `${this.base}${path} could not be loaded (${answer.status}).`);
    }
    return answer.arrayBuffer();
  }

  async url(path: string): Promise<string> {
    return this.base + path;
  }
}

const TYPES: Record<string, string> = {
  jpg: 'image/jpeg', png: 'image/png', webp: 'image/webp', json: 'application/json', html: 'text/html',
};

/** Parts that the page carries inside, as data blocks: `<script type="application/octet-stream" data-part="channels.bin">`. */
export class InlineAssets implements Assets {
  private readonly blocks = new Map<string, HTMLScriptElement>();
  private readonly urls = new Map<string, Promise<string>>();

  constructor(document: Document) {
    for (const each of document.querySelectorAll<HTMLScriptElement>('script[data-part]')) {
      this.blocks.set(each.dataset.part ?? '', each);
    }
  }

  get isThere(): boolean {
    return this.blocks.has('run.json');
  }

  async bytes(path: string): Promise<ArrayBuffer> {
    const block = this.blocks.get(path);
    if (!block) throw new MissingPart(`This file was saved without ${path}.`);
    const raw = Uint8Array.from(atob(block.textContent ?? ''), (each) => each.charCodeAt(0));
    if (block.dataset.packed !== 'gzip') return raw.buffer;
    const unpacked = new Blob([raw]).stream().pipeThrough(new DecompressionStream('gzip'));
    return new Response(unpacked).arrayBuffer();
  }

  url(path: string): Promise<string> {
    let known = this.urls.get(path);
    if (!known) {
      const type = TYPES[path.split('.').pop() ?? ''] ?? 'application/octet-stream';
      known = this.bytes(path).then((bytes) => URL.createObjectURL(new Blob([bytes], { type })));
      this.urls.set(path, known);
    }
    return known;
  }
}
