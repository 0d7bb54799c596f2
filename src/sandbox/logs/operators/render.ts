import type { Operator } from '../context.ts';

/** A hint for whoever draws; the rows stay what they are. */
export const render: Operator = (node, input, context) => {
  const title = node
    .maybe('WithClause')
    ?.all('Properties')
    .find((each) => each.at('Name').text === 'title')
    ?.at('Expression').literal;
  context.render({ visualization: node.at('ChartType').text, ...(title === undefined ? {} : { title }) });
  return input;
};
