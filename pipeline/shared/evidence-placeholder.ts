/**
 * Stands once in every evidence query that a snapshot keeps, for the key of the taxpayer asked about. It is a named parameter of the
 * engine, so the query can also be prepared as it stands and the key bound to it.
 */
export const TAXPAYER_KEY_PLACEHOLDER = '$taxpayer_key';
