// The only place where a number becomes text. Three systems; three significant figures; the unit always.

export type System = 'metric' | 'si' | 'imperial';
export const SYSTEMS: System[] = ['metric', 'si', 'imperial'];
export const SYSTEM_NAMES: Record<System, string> = { metric: 'km/h', si: 'm/s', imperial: 'mph' };

/** What is shown: `value unit` = `number` × factor + offset. */
interface Shown {
  unit: string;
  factor: number;
  offset?: number;
  /** from this size on (after conversion) the next one is used */
  until?: number;
}

const MILE = 1609.344;
const FOOT = 0.3048;
const POUND = 0.45359237;
const POUND_FORCE = 4.4482216;

const METRIC: Record<string, Shown[]> = {
  m: [{ unit: 'm', factor: 1, until: 995 }, { unit: 'km', factor: 1e-3 }],
  'm s-1': [{ unit: 'km/h', factor: 3.6 }],
  'm s-2': [{ unit: 'm/s²', factor: 1 }],
  Pa: [{ unit: 'Pa', factor: 1, until: 1995 }, { unit: 'kPa', factor: 1e-3 }],
  N: [{ unit: 'N', factor: 1, until: 1995 }, { unit: 'kN', factor: 1e-3 }],
  kg: [{ unit: 'kg', factor: 1 }],
  K: [{ unit: '°C', factor: 1, offset: -273.15 }],
  'W m-2': [{ unit: 'W/cm²', factor: 1e-4 }],
  'J m-2': [{ unit: 'J/cm²', factor: 1e-4 }],
  m2: [{ unit: 'm²', factor: 1 }],
  'kg m-3': [{ unit: 'g/m³', factor: 1e3 }],
};

const IMPERIAL: Record<string, Shown[]> = {
  m: [{ unit: 'ft', factor: 1 / FOOT, until: 2995 }, { unit: 'mi', factor: 1 / MILE }],
  'm s-1': [{ unit: 'mph', factor: 3600 / MILE }],
  'm s-2': [{ unit: 'ft/s²', factor: 1 / FOOT }],
  Pa: [{ unit: 'lbf/ft²', factor: FOOT * FOOT / POUND_FORCE }],
  N: [{ unit: 'lbf', factor: 1 / POUND_FORCE }],
  kg: [{ unit: 'lb', factor: 1 / POUND }],
  K: [{ unit: '°F', factor: 1.8, offset: -459.67 }],
  'W m-2': [{ unit: 'BTU/ft²s', factor: FOOT * FOOT / 1055.056 }],
  'J m-2': [{ unit: 'BTU/ft²', factor: FOOT * FOOT / 1055.056 }],
  m2: [{ unit: 'ft²', factor: 1 / (FOOT * FOOT) }],
  'kg m-3': [{ unit: 'lb/ft³', factor: FOOT ** 3 / POUND }],
};

/** The same everywhere. */
const COMMON: Record<string, Shown[]> = {
  '1': [{ unit: '', factor: 1 }],
  flag: [{ unit: '', factor: 1 }],
  s: [{ unit: 's', factor: 1 }],
  degree: [{ unit: '°', factor: 1 }],
  degrees_north: [{ unit: '° N', factor: 1 }],
  degrees_east: [{ unit: '° E', factor: 1 }],
  'degree s-1': [{ unit: '°/s', factor: 1 }],
  standard_free_fall: [{ unit: 'g', factor: 1 }],
  'm s-1 si': [{ unit: 'm/s', factor: 1 }],
};

/** Units as they stand in tables, keys and sentences -> the record's unit and how many of it one is. */
const WRITTEN: Record<string, [string, number]> = {
  m: ['m', 1], km: ['m', 1e3], cm: ['m', 0.01], 'm/s': ['m s-1', 1], m_s: ['m s-1', 1], 'm/s2': ['m s-2', 1], m_s2: ['m s-2', 1],
  Pa: ['Pa', 1], kPa: ['Pa', 1e3], N: ['N', 1], kN: ['N', 1e3], kg: ['kg', 1], s: ['s', 1], deg: ['degree', 1], '°': ['degree', 1],
  'Earth g': ['standard_free_fall', 1], g: ['standard_free_fall', 1], '1': ['1', 1], '×': ['1', 1], 'deg/s': ['degree s-1', 1],
  rad_s: ['degree s-1', 180 / Math.PI], 'W/cm2': ['W m-2', 1e4],
};

const NARROW = '\u202f';
const SUPERSCRIPT = '⁰¹²³⁴⁵⁶⁷⁸⁹';

export class Formatter {
  constructor(public system: System = 'metric') {}

  /** `12.4 km`. `like` chooses the unit by another number, so that two values that stand together agree. */
  text(value: number | null | undefined, unit: string, like?: number): string {
    const [number, shown] = this.parts(value, unit, like);
    return shown && number !== '–' ? (shown.startsWith('°') ? number + shown : `${number}${NARROW}${shown}`) : number;
  }

  /** Number and unit apart, for large figures. */
  parts(value: number | null | undefined, unit: string, like?: number): [string, string] {
    const shown = this.shown(unit, like ?? value ?? 0);
    if (value === null || value === undefined || !Number.isFinite(value)) return ['–', shown.unit];
    return [digits(value * shown.factor + (shown.offset ?? 0)), shown.unit];
  }

  /** For axes: the unit that fits the largest value, and the conversion. */
  axis(unit: string, largest: number): { unit: string; of: (value: number) => number } {
    const shown = this.shown(unit, largest);
    return { unit: shown.unit, of: (value) => value * shown.factor + (shown.offset ?? 0) };
  }

  /** A value in a unit as tables and mission keys write it: `14.6 kPa`, `deg`, `Earth g`. */
  written(value: number | null | undefined, unit: string, like?: number): string {
    const [own, factor] = WRITTEN[unit] ?? [unit, 1];
    return this.text(value === null || value === undefined ? value : value * factor, own, like === undefined ? undefined : like * factor);
  }

  /** As `written`, to five figures where no unit is converted: a mission's own value. */
  exact(value: number, unit: string): string {
    const kept = unit === '°' || unit === '×';
    return kept && Number(value.toPrecision(3)) !== value ? `${String(Number(value.toPrecision(5))).replace('-', '\u2212')}${unit === '°' ? '°' : ''}` : this.written(value, unit);
  }

  /** A value whose unit ends its name: `height_needed_m`. */
  named(name: string, value: number | null): { name: string; text: string } {
    const endings = ['_m_s2', '_m_s', '_rad_s', '_deg', '_kPa', '_Pa', '_kN', '_kg', '_km', '_N', '_m', '_s'];
    const ending = endings.find((each) => name.endsWith(each));
    const bare = (ending ? name.slice(0, -ending.length) : name).replaceAll('_', ' ').replace(/^.*\./, '');
    const unit = ending ? ending.slice(1) : name === 'deceleration' ? 'g' : name.endsWith('heat_flux') ? 'W m-2' : name.endsWith('load') ? 'N' : name.endsWith('pressure') ? 'Pa' : '1';
    const counted = unit === '1' && value !== null && Number.isInteger(value);
    return { name: bare, text: counted ? String(value).replace('-', '\u2212') : this.written(value, unit) };
  }

  /** Sentences of the record, with the units of the reader: `0.75 m/s`, `40 cm`, `1.2 km`. */
  sentence(text: string): string {
    return text.replace(/(-?\d[\d,]*(?:\.\d+)?) (m\/s|km|cm|m|kPa|Pa|kN|N|kg|deg\/s|deg|degrees)\b/g, (_, number: string, unit: string) =>
      this.written(Number(number.replaceAll(',', '')), unit === 'degrees' ? 'deg' : unit));
  }

  private shown(unit: string, size: number): Shown {
    const speed = this.system === 'si' && unit === 'm s-1';
    const own = this.system === 'imperial' ? IMPERIAL[unit] : METRIC[unit];
    const ladder = (speed ? COMMON['m s-1 si'] : own ?? COMMON[unit]) ?? [{ unit, factor: 1 }];
    if (this.system === 'si' && unit === 'K') return { unit: 'K', factor: 1 };
    return ladder.find((each) => each.until === undefined || Math.abs(size * each.factor) < each.until) ?? ladder[ladder.length - 1]!;
  }
}

/** Three significant figures, whole thousands kept, a true minus. */
export function digits(value: number): string {
  const size = Math.abs(value);
  const places = size >= 99.95 ? 0 : size >= 9.995 ? 1 : size >= 0.0995 || size === 0 ? 2 : 3;
  if (size > 0 && size < 1e-9) return '0.00';
  if (size > 0 && size < 0.00095) return value.toExponential(1).replace('-', '\u2212').replace(/e\u2212(\d+)/, (_, power: string) => ` × 10\u207b${[...power].map((each) => SUPERSCRIPT[Number(each)]).join('')}`);
  const rounded = size >= 9995 ? Number(value.toPrecision(3)) : value;
  const text = Math.abs(rounded).toLocaleString('en-US', { minimumFractionDigits: places, maximumFractionDigits: places }).replaceAll(',', NARROW);
  return (rounded < 0 && /[1-9]/.test(text) ? '\u2212' : '') + text;
}

/** `T+3:58.4` after entry interface, hours when there are some. */
export function clockText(seconds: number, tenths = false): string {
  const sign = seconds < -0.05 ? '\u2212' : '+';
  const size = Math.abs(tenths ? Math.round(seconds * 10) / 10 : Math.round(seconds));
  const whole = Math.floor(size);
  const parts = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const shown = parts[0] ? parts : parts.slice(1);
  const text = shown.map((each, n) => (n ? String(each).padStart(2, '0') : String(each))).join(':');
  return `${sign}${text}${tenths ? `.${Math.round((size - whole) * 10) % 10}` : ''}`;
}

/** `11 min 22 s`. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  if (hours) return `${hours}${NARROW}h ${minutes}${NARROW}min`;
  return minutes ? `${minutes}${NARROW}min ${rest}${NARROW}s` : `${rest}${NARROW}s`;
}

/** `20:43:46 UTC`. */
export function utcText(epoch: string, seconds: number, withDate = false): string {
  const moment = new Date(Date.parse(epoch) + Math.round(seconds) * 1000);
  if (Number.isNaN(moment.getTime())) return '–';
  const text = moment.toISOString();
  return `${withDate ? `${text.slice(0, 10)} ` : ''}${text.slice(11, 19)} UTC`;
}
