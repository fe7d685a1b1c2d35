import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { packagePath } from '../../pipeline/shared/package-root.ts';

/** A public method of an exported class, and the type of its first parameter. */
export interface FoundMethod {
  readonly name: string;
  readonly first: string | undefined;
}

/** TypeScript files of a folder and the folders in it, as paths from the root of the package. */
export function sourcesIn(folder: string): readonly string[] {
  return readdirSync(packagePath(folder), { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts')).map((name) => join(folder, name)).sort();
}

/** Public methods of the exported classes of a source text. */
export function methodsOf(text: string): readonly FoundMethod[] {
  const source = ts.createSourceFile('source.ts', text, ts.ScriptTarget.Latest, true);
  const classes = source.statements.filter(ts.isClassDeclaration).filter(({ modifiers }) => modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) === true);
  return classes.flatMap((one) => one.members.filter(isPublicWork).map((member) => ({
    name: `${one.name?.text ?? ''}.${member.name.getText(source)}`,
    first: ts.isPropertyDeclaration(member) ? firstOf(member.initializer, source) : member.parameters[0]?.type?.getText(source),
  })));
}

/** Methods, accessors and functions kept in a member; what is private begins with #. */
function isPublicWork(member: ts.ClassElement): member is ts.MethodDeclaration | ts.AccessorDeclaration | ts.PropertyDeclaration {
  if (ts.isPropertyDeclaration(member)) return !ts.isPrivateIdentifier(member.name) && member.initializer !== undefined;
  return (ts.isMethodDeclaration(member) || ts.isAccessor(member)) && !ts.isPrivateIdentifier(member.name);
}

function firstOf(initializer: ts.Expression | undefined, source: ts.SourceFile): string | undefined {
  return initializer !== undefined && (ts.isArrowFunction(initializer) || ts.isFunctionExpression(initializer)) ? initializer.parameters[0]?.type?.getText(source) : undefined;
}

/** Where a source text asks a pool: calls of `rows` or `chunks` on something called pool, and pools opened. */
export function queriesOf(text: string): readonly string[] {
  const source = ts.createSourceFile('source.ts', text, ts.ScriptTarget.Latest, true);
  const found: string[] = [];
  const look = (node: ts.Node): void => {
    if (ts.isPropertyAccessExpression(node) && ['rows', 'chunks'].includes(node.name.text) && /(?:^|\.|#)pool$/u.test(node.expression.getText(source))) found.push(node.getText(source));
    if (ts.isIdentifier(node) && node.text === 'pool' && isGivenAway(node)) found.push(node.parent.getText(source));
    if (ts.isIdentifier(node) && node.text === 'openReadPool') found.push('openReadPool');
    ts.forEachChild(node, look);
  };
  look(source);
  return found;
}

/** `{ pool } = snapshot`, or a pool handed to a function: it could be asked under another name. */
function isGivenAway(node: ts.Identifier): boolean {
  return ts.isBindingElement(node.parent) || (ts.isCallExpression(node.parent) && node.parent.arguments.some((argument) => argument === node));
}
