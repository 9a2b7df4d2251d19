// tests/interop: the Python programs of the stories: what is installed into the venv of each.

export const pythons = {
  /** The last mypy that checks for Python 3.8. */
  checkers: ['mypy==1.14.1', 'pyright==1.1.414', 'vermin==1.9.2'],
  mlflow2: ['mlflow-skinny>=2.22,<3', 'scikit-learn', 'pandas'],
  /** Its processor of spans does not run on later SDKs of OpenTelemetry. */
  'mlflow2-traces': ['mlflow-skinny>=2.22,<3', 'opentelemetry-sdk<1.36', 'pandas'],
  /** SQLAlchemy and Alembic are what it needs to write a store of SQLite. */
  mlflow3: ['mlflow-skinny>=3.14,<4', 'scikit-learn', 'pandas', 'sqlalchemy', 'alembic'],
  numpy: ['numpy', 'onnx'],
} as const satisfies Readonly<Record<string, readonly string[]>>;
