// Answers one JSON object for each line of input. {kind, text, context}: what feelin makes of an expression or of unary tests.
// {kind, text, contexts, times}: the CPU time of evaluating it that often, in seconds, and the process's peak memory in KiB.
import {createInterface} from 'node:readline';
import {evaluate, unaryTest, isFunction, isRange, toFeel, FeelDate, FeelTime, FeelDateTime, FeelDuration,
  date, time, dateAndTime, duration} from 'feelin';

const FROM = {date, time, 'date and time': dateAndTime, duration};

/** A value of a context: what JSON has no word for stands as {"@kind": …, "@text": …}. */
function read(value) {
  if (Array.isArray(value)) return value.map(read);
  if (value === null || typeof value !== 'object') return value;
  if ('@kind' in value) return FROM[value['@kind']](value['@text']);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, read(inner)]));
}

/** A result: [kind, …]. */
function write(value) {
  if (value === null || value === undefined) return ['null'];
  if (typeof value === 'boolean') return ['boolean', value];
  if (typeof value === 'number') return ['number', String(value)];
  if (typeof value === 'string') return ['string', value];
  if (value instanceof FeelDate) return ['date', toFeel(value)];
  if (value instanceof FeelTime) return ['time', toFeel(value)];
  if (value instanceof FeelDateTime) return ['date and time', toFeel(value)];
  if (value instanceof FeelDuration) return [value.yearsMonths ? 'years and months duration' : 'days and time duration', String(value)];
  if (Array.isArray(value)) return ['list', ...value.map(write)];
  if (isFunction(value) || typeof value === 'function') return ['function'];
  if (isRange(value)) return ['range'];
  return ['context', ...Object.entries(value).map(([key, inner]) => [key, write(inner)])];
}

function answer({kind, text, context, contexts, times}) {
  const run = kind === 'unary tests' ? unaryTest : evaluate;
  if (times === undefined) {
    const {value, warnings} = run(text, read(context));
    return {value: write(value), warnings: warnings.map((warning) => warning.type)};
  }
  const scopes = contexts.map(read);
  for (let n = 0; n < times; n++) run(text, scopes[n % scopes.length]);
  const before = process.cpuUsage();
  for (let n = 0; n < times; n++) run(text, scopes[n % scopes.length]);
  const {user, system} = process.cpuUsage(before);
  return {seconds: (user + system) / 1e6, memory: process.resourceUsage().maxRSS};
}

for await (const line of createInterface({input: process.stdin})) {
  let said;
  try {
    said = answer(JSON.parse(line));
  } catch (error) {
    said = {error: String(error.message ?? error), syntax: error.name === 'SyntaxError' || 'position' in error};
  }
  process.stdout.write(JSON.stringify(said) + '\n');
}
