export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** Text directly inside, entities resolved. */
  readonly text: string;
}

const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** Elements of a small XML text in the order in which they end. Throws at anything that is not well-formed; knows no comments, CDATA or DTD. */
export function parseXml(xml: string): XmlElement[] {
  const body = xml.replace(/^<\?xml version="1\.0" encoding="UTF-8"\?>\n/u, '');
  if (/[^\t\n\r -\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u.test(body)) throw new Error('a character that XML forbids');
  const elements: XmlElement[] = [];
  const open: { name: string; attributes: Record<string, string>; text: string }[] = [];
  for (const [token] of body.matchAll(/<[^>]*>|[^<]+|</gu)) {
    const tag = /^<(\/?)([a-zA-Z][a-zA-Z0-9]*)((?:\s+[\w:-]+="[^"<]*")*)\s*(\/?)>$/u.exec(token);
    if (tag === null) {
      const inside = open.at(-1);
      if (token.startsWith('<') || (inside === undefined && token.trim() !== '')) throw new Error(`not markup: ${token.slice(0, 80)}`);
      if (inside !== undefined) inside.text += resolved(token);
      continue;
    }
    const [, closes, name = '', listed = '', isEmpty] = tag;
    if (closes === '/') {
      const ended = open.pop();
      if (ended?.name !== name) throw new Error(`</${name}> ends <${ended?.name ?? ''}>`);
      elements.push(ended);
    } else {
      const pairs = [...listed.matchAll(/([\w:-]+)="([^"]*)"/gu)].map(([, key = '', value = '']): [string, string] => [key, resolved(value)]);
      if (new Set(pairs.map(([key]) => key)).size < pairs.length) throw new Error(`<${name}> names an attribute twice`);
      const element = { name, attributes: Object.fromEntries(pairs), text: '' };
      if (isEmpty === '/') elements.push(element);
      else open.push(element);
    }
  }
  if (open.length > 0 || elements.length === 0) throw new Error(`not closed: ${open.map(({ name }) => name).join(' ')}`);
  return elements;
}

function resolved(text: string): string {
  return text.replaceAll(/&([^;]*;?)/gu, (entity, name: string) => {
    const character = NAMED[name.slice(0, -1)];
    if (character === undefined || !name.endsWith(';')) throw new Error(`not an entity: ${entity.slice(0, 20)}`);
    return character;
  });
}
