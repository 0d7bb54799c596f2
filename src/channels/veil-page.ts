import type { Curtain } from './clearance.ts';
import type { PageBody, PageView } from './page-view.ts';

/** A page about one incident as an audience may read it. What a button says stays: it names nobody. */
export function veilPage(page: PageView, show: Curtain): PageView {
  return {
    ...page,
    title: show(page.title, 150),
    subtitle: show(page.subtitle, 300),
    facts: page.facts.map((fact) => ('value' in fact ? { ...fact, value: show(fact.value, 300) } : fact)),
    sections: page.sections.map(({ title, body }) => ({ title: show(title, 150), body: veil(body, show) })),
    fallback: show(page.fallback, 1_000),
  };
}

function veil(body: PageBody, show: Curtain): PageBody {
  switch (body.kind) {
    case 'sentence':
      return { ...body, text: show(body.text, 2_000) };
    case 'facts':
      return { ...body, facts: body.facts.map((fact) => ({ ...fact, value: show(fact.value, 300) })) };
    case 'lines':
      return {
        ...body,
        lines: body.lines.map((line) => ({
          ...line,
          lead: show(line.lead, 150),
          text: show(line.text, 500),
        })),
      };
    case 'table': {
      const rows = body.table.rows.map((row) => row.map((cell) => show(cell, 200)));
      return { ...body, table: { ...body.table, rows } };
    }
    case 'number':
    case 'chart':
      // Figures over many incidents name none.
      return body;
  }
}
