// Why there is no scene: said to the page, which goes on with timeline, pictures and text.

export class WebGLMissing extends Error {
  constructor() {
    super('This browser shows no 3-D graphics (WebGL 2); the landing goes on in words, pictures and curves.');
    this.name = 'WebGLMissing';
  }
}

export class SceneMissing extends Error {
  constructor() {
    super('This run was published without its scene; write the page anew from the run folder.');
    this.name = 'SceneMissing';
  }
}
