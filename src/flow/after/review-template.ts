/**
 * How a review is written unless the settings name a template of the team's own: Mustache, https://mustache.github.io.
 * Every value comes escaped for Markdown already; examples/review-template.md is the same, to begin with.
 */
export const reviewTemplate = `# Review of {{name}}: {{title}}

{{severity}} · {{status}}{{#ending}} · {{ending}}{{/ending}} · {{#owner}}owned by {{owner}}{{/owner}}{{^owner}}nobody had it{{/owner}}

Written on {{now}}. Times are in UTC.{{#masked}} Names are hidden, as where it was asked for.{{/masked}}

## How long it took

| until it was | took | at |
| --- | --- | --- |
{{#times}}
| {{what}} | {{took}} | {{at}} |
{{/times}}

## What detected it

{{#detected}}
- {{at}}: {{product}} ({{source}}), rule {{rule}}{{#hunt}}, found by a hunt{{/hunt}}: {{title}}
{{/detected}}
{{#moreAlerts}}
- and {{moreAlerts}} more alerts
{{/moreAlerts}}

## Which guard rail failed

{{#guardRail}}{{guardRail}}{{/guardRail}}{{^guardRail}}*Not written down yet: type \`lessons {{rawName}}\`.*{{/guardRail}}

## What went well

{{#wentWell}}{{wentWell}}{{/wentWell}}{{^wentWell}}*Not written down yet.*{{/wentWell}}

## What failed

{{#failed}}{{failed}}{{/failed}}{{^failed}}*Not written down yet.*{{/failed}}

## Decisions

{{#decisions}}
- {{at}} {{text}}
{{/decisions}}
{{^decisions}}
None.
{{/decisions}}

## What was contained

{{#runs}}
- {{name}} {{title}} · {{target}}: {{#asked}}asked for by {{by}} at {{at}}; {{/asked}}{{#approved}}approved by {{by}} at {{at}}; {{/approved}}{{#withoutApproval}}RUN WITHOUT APPROVAL by {{by}} at {{at}}; {{/withoutApproval}}{{ended}}
{{/runs}}
{{^runs}}
Nothing was changed by a playbook.
{{/runs}}

## Evidence

{{#evidence}}
- {{title}}: {{rows}} rows of {{place}}, {{from}} to {{to}}, run by {{ranBy}}; SHA-256 \`{{sha256}}\`
{{/evidence}}
{{^evidence}}
Nothing was pinned.
{{/evidence}}

## Legal clocks

{{#clocks}}
- {{name}}: began {{startedAt}}, due {{dueAt}}; {{how}}
{{/clocks}}
{{^clocks}}
None was started.
{{/clocks}}

## Who was told

{{#updates}}
- {{at}} {{by}} to {{audience}}: {{text}}
{{/updates}}
{{^updates}}
Nobody but the team.
{{/updates}}

## Follow-ups

{{#followUps}}
- {{number}}. {{what}}, {{owner}}{{#due}}, by {{due}}{{/due}}: {{state}}
{{/followUps}}
{{^followUps}}
None.
{{/followUps}}

## Timeline

| when | who | what |
| --- | --- | --- |
{{#timeline}}
| {{at}} | {{by}} | {{text}} |
{{/timeline}}
`;
