/**
 * What Slack refuses, in numbers. Characters are Unicode code points, sizes bytes of JSON.
 * Kept apart from the product's own copy on purpose: a wrong number there must be refused here.
 * Source: docs.slack.dev/reference/block-kit unless a line says otherwise.
 */
export const limits = {
  blocks: { message: 50, modal: 100, home: 100 },
  // Undocumented; bolt-js #2509 saw refusals at 13,297 and 13,172 bytes.
  messageBytes: 13_200,
  // Longer texts are cut on posting and refused on editing.
  postedText: 40_000,
  editedText: 4_000,
  attachments: 100,
  // Slack publishes no size; ids fit many times.
  metadataBytes: 8_000,
  id: 255,
  text: 3_000,
  header: 150,
  section: { fields: 10, field: 2_000 },
  context: 10,
  contextActions: 5,
  actions: 25,
  button: { text: 75, value: 2_000, url: 3_000, label: 75 },
  // The SDK's comment says 75 for a value; Slack takes 150.
  option: { text: 75, value: 150, description: 75, url: 3_000 },
  select: { options: 100, groups: 100, groupLabel: 75, placeholder: 150 },
  overflow: 5,
  choices: 10,
  confirm: { title: 100, text: 300, button: 30 },
  input: { label: 2_000, hint: 2_000, maxLength: 3_000 },
  image: { alt: 2_000, url: 3_000, title: 2_000 },
  markdown: 12_000,
  table: { rows: 100, columns: 20, characters: 10_000, perMessage: 1 },
  // One value for each category; a pie has segments in place of series.
  chart: { title: 50, series: 12, points: 20, label: 20, axis: 50, perMessage: 2 },
  dataTable: { rows: 201, columns: 20, characters: 20_000, pageSize: 100 },
  card: { title: 150, body: 200, buttons: 3 },
  carousel: 10,
  container: { title: 150, children: 10 },
  alert: 200,
  // A gigabyte.
  file: { bytes: 1_073_741_824, name: 255, perMessage: 10 },
  view: { title: 24, submit: 24, close: 24, privateMetadata: 3_000, bytes: 250_000, stack: 3 },
} as const;

export const surfaces = {
  message: new Set(
    'actions card carousel container context context_actions data_table data_visualization divider file header image input markdown plan rich_text section table task_card video'.split(
      ' ',
    ),
  ),
  home: new Set(
    'actions card carousel container context data_table data_visualization divider header image input rich_text section table video'.split(
      ' ',
    ),
  ),
  modal: new Set('actions alert card context divider header image input rich_text section video'.split(' ')),
} as const;

export type Surface = keyof typeof surfaces;
