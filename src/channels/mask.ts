/**
 * Hides secrets that got into alert text, wherever they are shown: what is said in a chat is copied, indexed and
 * kept. What leads to one stays (`password=•••`, `AKIA•••`), so that people know what to change and where to look.
 *
 * The forms are those that the vendors publish and that secret scanners look for; see each line. A scanner itself
 * does not fit: gitleaks' rules are written for RE2 and for source files, secretlint lints whole files, and
 * JavaScript's engine tries anew. Here no pattern can: what repeats is bounded, or begins only where its run of
 * characters begins, or is taken whole once begun. So the time taken grows with the text and no faster.
 *
 * @param text already without invisible characters, which would part a secret's name from its value
 */
export function maskSecrets(text: string): string {
  return secrets.reduce((masked, [form, shown]) => masked.replace(form, shown), text);
}

export const hidden = '•••';

/** Words that name a secret when a value follows them. */
const password = 'pass(?:word|wd|phrase)|pwd';
const named =
  `${password}|secret|credential|api[_-]?key|apikey|access[_-]?key|account[_-]?key|accountkey|` +
  'shared[_-]?access[_-]?(?:key|signature)|sharedaccesskey|private[_-]?key|primary[_-]?key|secondary[_-]?key|' +
  'signing[_-]?key|encryption[_-]?key|token';

/** A value in quotes, or up to where the next thing begins. */
const value = `(?:"[^"]+"?|'[^']+'?|[^\\s"'&;,]+)`;
/** Prose goes on in words ("token: expired"); a value of this kind has something else in it. */
const odd = `(?=["']|[^\\s"']{0,64}[\\d!@#$%^&*+/=~])`;

const secrets: [form: RegExp, shown: string][] = [
  // PEM, RFC 7468; one that is cut off has no end.
  [
    /(-----BEGIN [A-Z ]{0,40}PRIVATE KEY(?: BLOCK)?-----)(?!•••)(?:[\s\S]*?-----END [A-Z ]{0,40}-----|[\s\S]*$)/g,
    `$1${hidden}`,
  ],
  // JSON Web Token, RFC 7519: a JSON object in base64url begins with eyJ. Encrypted ones have five parts.
  [/(?<![\w-])eyJ[\w-]{6,}(?:\.[\w-]*)*/g, `eyJ${hidden}`],
  // Authorization header, RFC 6750 and RFC 7617.
  [/\b(bearer|basic)(\s+)(?=\S{0,64}[\d+/=_-])[\w\-.~+/]{12,}=*/gi, `$1$2${hidden}`],
  // Connection strings, whose values may hold spaces.
  [new RegExp(`((?:${password})\\s?=\\s?)[^;="'•]{1,100}(?=;)`, 'gi'), `$1${hidden}`],
  // What has a name and a value: key=value, "key": "value", --key value, -Key value, /key:value.
  [new RegExp(`((?:${named})\\w{0,20}["']?\\s{0,3}={1,2}\\s{0,3})${value}`, 'gi'), `$1${hidden}`],
  [new RegExp(`((?:${password})["']?\\s{0,3}:\\s{0,3})${value}`, 'gi'), `$1${hidden}`],
  [new RegExp(`((?:${named})\\w{0,20}["']?\\s{0,3}:\\s{0,3})${odd}${value}`, 'gi'), `$1${hidden}`],
  [
    new RegExp(`((?<![\\w-])(?:--?|/)[\\w-]{0,30}?(?:${named})\\s{1,3})(?![-/])${value}`, 'gi'),
    `$1${hidden}`,
  ],
  [new RegExp(`(ConvertTo-SecureString\\s{1,3}(?:-String\\s{1,3})?)(?!-)${value}`, 'gi'), `$1${hidden}`],
  // curl -u name:password, net use … /user:name password; a password in an address, RFC 3986.
  [/((?<![\w-])(?:-u|--user|--proxy-user)[ =]["']?[^\s:"']{1,80}:)[^\s"']+/g, `$1${hidden}`],
  [/(\/user:\S{1,80}\s{1,3})(?![-/])[^\s"']+/gi, `$1${hidden}`],
  [/((?<![a-z\d+.-])[a-z][a-z\d+.-]{1,20}:\/\/[^\s/:@"'<>]{0,80}:)[^\s/@"'<>]{1,200}(?=@)/gi, `$1${hidden}`],
  // Shared access signature: learn.microsoft.com/rest/api/storageservices/create-service-sas
  [/((?<![a-z\d])sig=)[\w%+/=-]{8,}/gi, `$1${hidden}`],
  // Key of a storage account, Cosmos DB, Service Bus: 64 or 32 bytes in base64.
  [/(?<![\w+/])[A-Za-z\d+/]{86}==/g, hidden],
  // Client secret of an Entra application: gitleaks azure-ad-client-secret.
  [/(?<![\w~.-])[\w~.-]{3}\dQ~[\w~.-]{31,34}/g, hidden],
  // AWS key ids: docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
  [/(?<![A-Z\d])(AKIA|ASIA|ABIA|ACCA)[A-Z\d]{16}(?![A-Z\d])/g, `$1${hidden}`],
  // Slack: docs.slack.dev/authentication/tokens, and the addresses of incoming webhooks.
  [/(xox[abceoprs](?:\.xox[bp])?-|xapp-)[\w-]{8,}/gi, `$1${hidden}`],
  [/(hooks\.slack(?:-gov)?\.com\/(?:services|workflows|triggers)\/)[\w/+-]+/gi, `$1${hidden}`],
  // Incoming webhooks of Teams and Power Automate carry their secret as path or as sig, which is above.
  [/(\.webhook\.office\.com\/webhookb2\/)[\w@/-]+/gi, `$1${hidden}`],
  // GitHub: docs.github.com, about authentication; GitLab, npm, Google, Stripe, OpenAI, Anthropic: gitleaks.
  [/(gh[pousr]_)[A-Za-z\d]{30,}/g, `$1${hidden}`],
  [/(github_pat_)\w{20,}/g, `$1${hidden}`],
  [/(gl(?:pat|ptt|rt|dt|oas|soat)-)[\w-]{16,}/g, `$1${hidden}`],
  [/(npm_)[A-Za-z\d]{36}/g, `$1${hidden}`],
  [/(AIza)[\w-]{35}/g, `$1${hidden}`],
  [/(GOCSPX-)[\w-]{20,}/g, `$1${hidden}`],
  [/((?<![A-Za-z\d])[sr]k_(?:live|test)_)[A-Za-z\d]{10,}/g, `$1${hidden}`],
  [/((?<![A-Za-z\d-])sk-)(?=[\w-]{0,64}\d)[\w-]{20,}/g, `$1${hidden}`],
  // LM and NT hash as dumps list them: whoever has the hash needs no password.
  [/(?<![a-f\d])[a-f\d]{32}:[a-f\d]{32}(?![a-f\d])/gi, `${hidden}:${hidden}`],
];
