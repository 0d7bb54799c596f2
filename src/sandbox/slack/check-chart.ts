import type { Check } from './check.ts';
import { checkNumber } from './check-rich.ts';
import { isObject, type JsonObject, textIn } from './json.ts';
import { limits } from './limits.ts';

const most = limits.chart;
const kinds = ['pie', 'bar', 'area', 'line'];

/** docs.slack.dev/reference/block-kit/blocks/data-visualization-block */
export function checkChart(check: Check, block: JsonObject, at: string) {
  check.string(block.title, `${at}/title`, most.title, true);
  const { chart } = block;
  if (!isObject(chart)) return check.missing(`${at}/chart`);
  const here = `${at}/chart`;
  if (!kinds.includes(textIn(chart.type)))
    return check.complain(`${here}/type`, `must be one of: ${kinds.join(', ')}`);
  if (chart.type === 'pie') return checkPie(check, chart, here);
  const { axis_config: axis } = chart;
  if (!isObject(axis)) return check.missing(`${here}/axis_config`);
  checkAxis(check, axis, `${here}/axis_config`);
  checkSeries(check, chart, textsIn(axis.categories), here);
}

function checkPie(check: Check, chart: JsonObject, at: string): void {
  for (const [n, segment] of check.list(chart.segments, `${at}/segments`, most.series).entries()) {
    checkPoint(check, segment, `${at}/segments/${n}`);
    if (Number(segment.value) <= 0) check.complain(`${at}/segments/${n}/value`, 'must be greater than 0');
  }
}

function checkAxis(check: Check, axis: JsonObject, at: string): void {
  const categories = textsIn(axis.categories);
  if (!Array.isArray(axis.categories) || categories.length !== axis.categories.length)
    check.complain(`${at}/categories`, 'should be an array of strings');
  if (categories.length < 1 || categories.length > most.points)
    check.complain(`${at}/categories`, `must have 1 to ${most.points} items`);
  for (const [n, category] of categories.entries())
    check.string(category, `${at}/categories/${n}`, most.label, true);
  if (new Set(categories).size < categories.length) check.complain(`${at}/categories`, 'must be unique');
  check.string(axis.x_label, `${at}/x_label`, most.axis);
  check.string(axis.y_label, `${at}/y_label`, most.axis);
}

/** Names are unique, and each series has exactly one point for each category. */
function checkSeries(check: Check, chart: JsonObject, categories: string[], at: string): void {
  const names = new Set<unknown>();
  for (const [n, series] of check.list(chart.series, `${at}/series`, most.series).entries()) {
    const here = `${at}/series/${n}`;
    check.string(series.name, `${here}/name`, most.label, true);
    if (names.has(series.name)) check.complain(`${here}/name`, 'must be unique');
    names.add(series.name);
    const points = check.list(series.data, `${here}/data`, most.points);
    for (const [m, point] of points.entries()) checkPoint(check, point, `${here}/data/${m}`);
    const labels = new Set(points.map((point) => point.label));
    const isWhole = points.length === categories.length && categories.every((one) => labels.has(one));
    if (!isWhole) check.complain(`${here}/data`, 'must have one point for each of the categories');
  }
}

function checkPoint(check: Check, point: JsonObject, at: string): void {
  check.string(point.label, `${at}/label`, most.label, true);
  checkNumber(check, point.value, `${at}/value`);
}

const textsIn = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
