// web/app: the places of a path, as text.
import { useParams } from '@tanstack/react-router';

export const usePlace = (name: string): string => (useParams({ strict: false }) as Readonly<Record<string, string | undefined>>)[name] ?? '';
