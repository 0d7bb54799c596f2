import { FarSideError } from '../errors.ts';

/** The answer, or `denied` where we lack the permission: one part of an enrichment, whose other parts still tell. */
export async function unlessDenied<T>(asked: Promise<T>): Promise<T | 'denied'> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof FarSideError && error.reason === 'auth') return 'denied';
    throw error;
  }
}
