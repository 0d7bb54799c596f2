/**
 * What a person typed, out of what Slack made of it: `&lt;` is `<` again, an address that Slack turned into a
 * link is the address again. Mentions of people stay `<@U123>`: only the workspace knows who they are.
 * https://docs.slack.dev/messaging/formatting-message-text
 */
export function asTyped(text: string): string {
  return (
    text
      // People's own `<` comes escaped; where it does not, `a <b and c> d` of a query must stay what it is.
      .replace(
        /<((?:[@#!]|[a-z][a-z\d+.-]*:)[^<>|\s]*)(?:\|([^<>]*))?>/gi,
        (_all, target: string, label: string | undefined) => typedFor(target, label),
      )
      .replaceAll('&lt;', '<')
      .replaceAll('&gt;', '>')
      .replaceAll('&amp;', '&')
  );
}

/** Words meant for us, without our name. */
export function withoutMention(text: string, botUserId: string): string {
  return text.replace(new RegExp(`<@${botUserId}(\\|[^<>]*)?>`, 'g'), ' ').trim();
}

function typedFor(target: string, label: string | undefined): string {
  if (target.startsWith('@')) return `<${target}>`;
  if (target.startsWith('#')) return `#${label || target.slice(1)}`;
  if (target.startsWith('!')) return label || `@${target.slice(1).split('^')[0]}`;
  const address = target.replace(/^(mailto|tel):/, '');
  // A label that is not the address was put there with the mouse: the address is what it means.
  return label && address.replace(/^https?:\/\//, '').startsWith(label.replace(/^https?:\/\//, ''))
    ? label
    : address;
}
