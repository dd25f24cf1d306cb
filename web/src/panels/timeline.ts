// The one timeline: phases in colour, events as ticks, pictures as dots where they were taken and again where they arrived.
// The landing takes most of its width; the hours of the way home follow in a part that grows slower and slower.

import { h, s, write } from '../dom';
import { clockText } from '../format';
import { afterwards, isMain, phaseAt, type Landing, type Panel } from '../landing';

const SHARE = 0.78;

/** What stands on a band too narrow for its phase's name. */
const SHORT: Record<string, string[]> = { sky_crane: ['Crane'] };

export function timeline(landing: Landing): Panel & { x(t: number): number } {
  const { clock } = landing;
  const drawing = s('svg', { class: 'timeline-drawing', 'aria-hidden': 'true', preserveAspectRatio: 'none' });
  const slider = h('div', {
    class: 'timeline-slider', role: 'slider', tabindex: 0, 'aria-label': 'Time of the landing', 'aria-valuemin': 0,
  }, drawing);
  const preview = h('div', { class: 'timeline-preview', hidden: true });
  const legend = h('p', { class: 'timeline-legend' });
  const element = h('div', { class: 'timeline' }, preview, slider, legend);
  const head = s('line', { class: 'playhead', y1: 0, y2: 46 });
  const done = s('rect', { class: 'done', y: 15, height: 12 });
  let width = 600;

  function landed(): number {
    return landing.run.info.duration_s;
  }

  function x(t: number): number {
    const { first, end } = clock;
    const start = Math.min(first, 0);
    const wide = end > landed() + 1 ? SHARE : 1;
    if (t <= landed() || wide === 1) return wide * width * Math.min(1, Math.max(0, (t - start) / (landed() - start)));
    return width * (wide + (1 - wide) * (Math.log1p((t - landed()) / 300) / Math.log1p((end - landed()) / 300)));
  }

  function timeAt(place: number): number {
    const { first, end } = clock;
    const start = Math.min(first, 0);
    const wide = end > landed() + 1 ? SHARE : 1;
    const share = place / width;
    if (share <= wide) return start + (share / wide) * (landed() - start);
    return landed() + 300 * Math.expm1(((share - wide) / (1 - wide)) * Math.log1p((end - landed()) / 300));
  }

  function draw(): void {
    width = Math.max(200, slider.clientWidth || 600);
    const { info } = landing.run;
    drawing.setAttribute('viewBox', `0 0 ${width} 46`);
    drawing.replaceChildren(done);
    for (const phase of info.phases) {
      drawing.append(s('rect', { class: `band band-${phase.key}`, x: x(phase.start_s), y: 15, width: Math.max(1, x(phase.end_s) - x(phase.start_s)), height: 12 }));
      const room = x(phase.end_s) - x(phase.start_s);
      const words = [phase.label, ...(SHORT[phase.key] ?? [])].find((each) => room > each.length * 5.6 + 4);
      if (words) {
        const label = s('text', { class: 'band-label', x: x(phase.start_s) + 2, y: 24.5 });
        label.textContent = words;
        drawing.append(label);
      }
    }
    if (clock.end > landed() + 1) {
      drawing.append(s('rect', { class: 'band band-landed', x: x(landed()), y: 15, width: width - x(landed()), height: 12 }));
      const label = s('text', { class: 'band-label', x: x(landed()) + 4, y: 24.5 });
      label.textContent = width > 700 ? 'Pictures come home' : 'Home';
      drawing.append(label);
    }
    for (const event of info.events) drawing.append(s('line', { class: isMain(event) ? 'tick' : 'tick minor', x1: x(event.t_s), x2: x(event.t_s), y1: 28, y2: isMain(event) ? 36 : 32 }));
    if (landing.layers.has('ghost')) {
      for (const event of info.events) {
        if (event.flown_s === undefined) continue;
        drawing.append(s('line', { class: 'real-tick', x1: x(event.flown_s), x2: x(event.flown_s), y1: 37, y2: 45 }), s('line', { class: 'real-tick', x1: x(event.t_s), x2: x(event.flown_s), y1: 36.5, y2: 36.5 }));
      }
    }
    for (const each of info.pictures) {
      drawing.append(s('circle', { class: 'dot taken', cx: x(each.taken_s), cy: 8, r: 3.4 }));
      if (each.received_s !== null) drawing.append(s('circle', { class: 'dot received', cx: x(each.received_s - info.light_time_s), cy: 8, r: 3 }));
    }
    drawing.append(head);
    const real = landing.layers.has('ghost') && info.events.some((each) => each.flown_s !== undefined) ? 'Blue ticks: when the real landing did it.' : '';
    write(legend, [info.pictures.length ? 'Dots: pictures, filled where taken, open where they had all reached Earth.' : '', real].filter(Boolean).join(' '));
    slider.setAttribute('aria-valuemin', String(Math.round(clock.start)));
    slider.setAttribute('aria-valuemax', String(Math.round(clock.end)));
    update(clock.t);
  }

  function update(t: number): void {
    const place = x(t);
    head.setAttribute('x1', String(place));
    head.setAttribute('x2', String(place));
    done.setAttribute('width', String(place));
    slider.setAttribute('aria-valuenow', String(Math.round(t)));
    const text = `T${clockText(t)}, ${phaseAt(landing, t).label}`;
    if (slider.getAttribute('aria-valuetext') !== text) slider.setAttribute('aria-valuetext', text);
  }

  function at(event: PointerEvent): number {
    const box = slider.getBoundingClientRect();
    return timeAt(Math.min(Math.max(event.clientX - box.left, 0), box.width) * (width / box.width));
  }

  slider.addEventListener('pointerdown', (event) => {
    slider.setPointerCapture(event.pointerId);
    clock.seek(at(event));
  });
  slider.addEventListener('pointermove', (event) => {
    const t = at(event);
    if (slider.hasPointerCapture(event.pointerId)) clock.seek(t);
    hover(t, event.clientX - slider.getBoundingClientRect().left);
  });
  slider.addEventListener('pointerleave', () => { preview.hidden = true; });

  function hover(t: number, place: number): void {
    const { run, format } = landing;
    const near = run.info.events.find((each) => Math.abs(x(each.t_s) - place) < 5 && isMain(each));
    const picture = run.info.pictures.find((each) => Math.abs(x(each.taken_s) - place) < 5);
    const height = t <= landed() ? run.at('height_above_terrain', t)[0] : undefined;
    preview.hidden = false;
    write(preview, [`T${clockText(t)}`, near?.label ?? phaseAt(landing, t).label, height === undefined ? afterwards(run.info, t) : format.text(height, 'm'), picture ? `picture: ${picture.camera_name}` : ''].filter(Boolean).join(' · '));
    preview.style.left = `${Math.min(Math.max(place, 70), slider.clientWidth - 70)}px`;
  }

  new ResizeObserver(draw).observe(slider);
  return { element, update, refresh: draw, x };
}
