// GET /api/v1/openapi.json: OpenAPI 3.1 from the same schemas that validate.
import { type Route, routes } from '@holdfast/protocol/rest';

export function openApi(): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const [name, definition] of Object.entries(routes)) {
    const route = definition as Route;
    const url = route.path.replaceAll(/:(\w+)/g, '{$1}');
    paths[url] = { ...paths[url], [route.method.toLowerCase()]: operation(name, route) };
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Holdfast', version: '1' },
    components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
    paths,
  };
}

function operation(name: string, route: Route): object {
  const fields = (schema: Route['params'], place: string) => {
    const { properties = {}, required = [] } = (schema ?? {}) as { properties?: Record<string, object>; required?: string[] };
    return Object.entries(properties).map(([field, inner]) => ({
      name: field,
      in: place,
      required: place === 'path' || required.includes(field),
      schema: inner,
    }));
  };
  return {
    operationId: name,
    summary: route.summary,
    'x-least-role': route.access,
    ...(route.on === undefined ? {} : { 'x-grants-on': route.on }),
    security: route.access === 'public' ? [] : [{ token: [] }],
    parameters: [...fields(route.params, 'path'), ...fields(route.query, 'query')],
    ...(route.body ? { requestBody: { required: true, content: { 'application/json': { schema: route.body } } } } : {}),
    responses: {
      200: { description: 'What was asked for', ...(route.reply ? { content: { 'application/json': { schema: route.reply } } } : {}) },
      default: { description: 'RFC 9457 problem with a code of the catalogue', content: { 'application/problem+json': { schema: { type: 'object' } } } },
    },
  };
}
