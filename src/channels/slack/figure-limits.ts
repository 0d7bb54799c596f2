import { asJson, bounded, type Fault, type Json, lengthOf, listed } from './faults.ts';

// docs.slack.dev/reference/block-kit/blocks/table-block
const tableLimits = { rows: 100, columns: 20, characters: 10_000 } as const;
// docs.slack.dev/reference/block-kit/blocks/data-visualization-block; older copies of it say six series.
const chartLimits = { title: 50, series: 12, points: 20, label: 20, axis: 50 } as const;

export function tableFaults(table: Json, at: string): Fault[] {
  let characters = 0;
  const rows = listedLists(table.rows, `${at}/rows`, tableLimits.rows, (row, here) =>
    listed(row, here, tableLimits.columns, (cell, there) => {
      characters += typeof cell.text === 'string' ? lengthOf(cell.text) : 0;
      if (cell.type !== 'raw_text') return [{ pointer: `${there}/type`, message: 'is not drawn by us' }];
      return bounded(cell.text, `${there}/text`, tableLimits.characters, 1);
    }),
  );
  if (characters <= tableLimits.characters) return rows;
  return [...rows, { pointer: `${at}/rows`, message: `are over ${tableLimits.characters} characters` }];
}

export function chartFaults(block: Json, at: string): Fault[] {
  const chart = asJson(block.chart);
  const here = `${at}/chart`;
  const title = bounded(block.title, `${at}/title`, chartLimits.title, 1);
  if (chart.type === 'pie')
    return [
      ...title,
      ...listed(chart.segments, `${here}/segments`, chartLimits.series, (segment, there) => [
        ...pointFaults(segment, there),
        ...(Number(segment.value) > 0 ? [] : [{ pointer: `${there}/value`, message: 'is not above 0' }]),
      ]),
    ];
  if (chart.type !== 'bar' && chart.type !== 'line')
    return [...title, { pointer: `${here}/type`, message: 'is not drawn by us' }];
  return [...title, ...axisFaults(asJson(chart.axis_config), here), ...seriesFaults(chart, here)];
}

function axisFaults(axis: Json, at: string): Fault[] {
  const categories = Array.isArray(axis.categories) ? axis.categories : [];
  return [
    ...(categories.length < 1 || categories.length > chartLimits.points
      ? [{ pointer: `${at}/axis_config/categories`, message: `are not 1 to ${chartLimits.points}` }]
      : []),
    ...categories.flatMap((one) => bounded(one, `${at}/axis_config/categories`, chartLimits.label, 1)),
    ...unique(categories, `${at}/axis_config/categories`),
    ...bounded(axis.x_label, `${at}/axis_config/x_label`, chartLimits.axis),
    ...bounded(axis.y_label, `${at}/axis_config/y_label`, chartLimits.axis),
  ];
}

/** Each series has a name of its own and one point for each category, in their order. */
function seriesFaults(chart: Json, at: string): Fault[] {
  const categories = JSON.stringify(asJson(chart.axis_config).categories);
  const names: unknown[] = [];
  const faults = listed(chart.series, `${at}/series`, chartLimits.series, (series, here) => {
    names.push(series.name);
    const labels: unknown[] = [];
    const points = listed(series.data, `${here}/data`, chartLimits.points, (point, there) => {
      labels.push(point.label);
      return pointFaults(point, there);
    });
    const isAligned = JSON.stringify(labels) === categories;
    return [
      ...bounded(series.name, `${here}/name`, chartLimits.label, 1),
      ...points,
      ...(isAligned ? [] : [{ pointer: `${here}/data`, message: 'does not follow the categories' }]),
    ];
  });
  return [...faults, ...unique(names, `${at}/series`)];
}

function pointFaults(point: Json, at: string): Fault[] {
  const isNumber = typeof point.value === 'number' && Number.isFinite(point.value);
  return [
    ...bounded(point.label, `${at}/label`, chartLimits.label, 1),
    ...(isNumber ? [] : [{ pointer: `${at}/value`, message: 'is no number' }]),
  ];
}

function unique(names: unknown[], at: string): Fault[] {
  return new Set(names).size === names.length ? [] : [{ pointer: at, message: 'have a name twice' }];
}

function listedLists(
  value: unknown,
  at: string,
  most: number,
  faultsOf: (list: unknown[], at: string) => Fault[],
): Fault[] {
  if (!Array.isArray(value) || value.length < 1 || value.length > most)
    return [{ pointer: at, message: `are not 1 to ${most}` }];
  return value.flatMap((one, n) => faultsOf(Array.isArray(one) ? one : [], `${at}/${n}`));
}
